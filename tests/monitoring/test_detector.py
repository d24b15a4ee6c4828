import gzip
import os
import threading
import time
from pathlib import Path

import pytest

from varde.monitoring.detector import incoming, run_detector, take_in, take_in_waiting
from varde.monitoring.enums import BatchState
from varde.monitoring.events import batch_stored
from varde.monitoring.models import Batch, Sensor

EVENT = b'{"timestamp":"2026-03-14T12:00:00.000000+0000","event_type":"flow"}\n'


def drop(sensor: str, name: str, content: bytes = EVENT) -> Path:
    """Put a file there as a sensor does: written beside, then renamed."""
    folder = incoming(sensor)
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{name}"
    beside.write_bytes(content)
    return beside.rename(folder / name)


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_a_file_is_taken_in_in_its_folders_name_and_removed() -> None:
    plain = drop("fjord-1", "eve.json")
    packed = drop("torg-1", "eve.json.gz", gzip.compress(EVENT))

    assert take_in_waiting(threading.Event()) == 2

    assert not plain.exists()
    assert not packed.exists()
    assert {b.sensor.name: b.state for b in Batch.objects.all()} == {
        "fjord-1": BatchState.DONE,
        "torg-1": BatchState.DONE,
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_files_come_in_the_order_of_their_age_and_unfinished_ones_wait() -> None:
    younger = drop("fjord-1", "a.json")
    older = drop("fjord-1", "b.json", EVENT.replace(b"flow", b"dns"))
    os.utime(older, (1, 1))
    (incoming("fjord-1") / ".c.json").write_bytes(b"half a li")
    (incoming("fjord-1") / "notes.txt").write_bytes(b"not for us")

    assert take_in_waiting(threading.Event()) == 2

    assert [b.origin for b in Batch.objects.order_by("id")] == [older.name, younger.name]
    assert sorted(f.name for f in incoming("fjord-1").iterdir()) == [".c.json", "notes.txt"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sensor", "name", "content"),
    [
        ("fjord-1", "x.json", b"nothing we know\n"),
        ("fjord 1", "eve.json", EVENT),
        ("fjord-1", "eve.json.gz", gzip.compress(EVENT * 1000)[:-20]),
    ],
)
def test_what_cannot_be_taken_in_is_put_aside_with_the_reason(
    sensor: str, name: str, content: bytes, home: Path
) -> None:
    file = drop(sensor, name, content)

    take_in(file)

    aside = home / "incoming" / "failed" / sensor
    assert not file.exists()
    assert (aside / name).read_bytes() == content
    assert (aside / f"{name}.reason").read_text().strip()
    assert take_in_waiting(threading.Event()) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("home")
def test_it_runs_until_it_is_told_to_stop() -> None:
    stop = threading.Event()
    drop("fjord-1", "eve.json")

    def wait_and_stop() -> None:
        deadline = time.monotonic() + 20
        while any(incoming("fjord-1").iterdir()) and time.monotonic() < deadline:
            time.sleep(0.05)
        stop.set()

    watcher = threading.Thread(target=wait_and_stop)
    watcher.start()
    run_detector(stop)
    watcher.join()

    assert Sensor.objects.get().name == "fjord-1"


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_what_is_no_file_of_the_sensors_own_is_put_aside_and_holds_nothing_up(
    tmp_path: Path,
) -> None:
    secret = tmp_path / "secrets.toml"
    secret.write_bytes(EVENT)
    folder = drop("fjord-1", "whole.json").parent
    (folder / "nowhere.json").symlink_to("/nonexistent/eve.json")
    (folder / "theirs.json").symlink_to(secret)
    (folder / "folder.json").mkdir()
    os.mkfifo(folder / "pipe.json")

    take_in_waiting(threading.Event())

    assert [batch.origin for batch in Batch.objects.all()] == ["whole.json"]
    assert list(folder.iterdir()) == []
    aside = {file.name for file in (incoming("failed") / "fjord-1").glob("*.reason")}
    assert aside == {f"{n}.json.reason" for n in ("nowhere", "theirs", "folder", "pipe")}
    assert secret.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_a_name_that_fails_twice_loses_neither_file() -> None:
    for content in (b"nothing we know\n", b"nor this\n"):
        take_in(drop("fjord-1", "x.json", content))

    aside = incoming("failed") / "fjord-1"
    kept = [file.read_bytes() for file in aside.glob("*.json")]
    assert sorted(kept) == [b"nor this\n", b"nothing we know\n"]
    assert len(list(aside.glob("*.reason"))) == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_a_name_that_is_no_text_or_very_long_loses_no_event() -> None:
    take_in(drop("fjord-1", os.fsdecode(b"eve-\xff\xfe.json")))
    take_in(drop("fjord-1", "e" * 246 + ".json", EVENT.replace(b"flow", b"dns")))
    refused = drop("fjord-1", os.fsdecode(b"x-\xff" + b"x" * 240 + b".json"), b"nothing we know\n")

    assert take_in(refused) is None

    assert {batch.state for batch in Batch.objects.all()} == {BatchState.DONE}
    assert Batch.objects.count() == 2
    assert len(list((incoming("failed") / "fjord-1").glob("*.json"))) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("home")
def test_a_file_that_takes_the_name_while_the_one_before_is_read_is_taken_in_too() -> None:
    file = drop("fjord-1", "eve.json")

    def replace(**_rest: object) -> None:
        batch_stored.disconnect(replace)
        drop("fjord-1", "eve.json", EVENT.replace(b"flow", b"dns"))

    batch_stored.connect(replace)
    take_in(file)

    assert file.exists()
    assert take_in_waiting(threading.Event()) == 1
    assert Batch.objects.count() == 2
