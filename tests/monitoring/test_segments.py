import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from varde.monitoring.segments import (
    UnreadLine,
    batch_key,
    forget_files_older_than,
    keep_raw,
    keep_unread,
    raw_path,
    read_raw,
    read_unread,
    written_whole,
)

SHA = "a" * 64


def test_raw_lines_come_back_byte_for_byte(home: Path) -> None:
    content = b"\x00\xff line\r\n" * 1000

    keep_raw("fjord-1", SHA, content)

    assert read_raw("fjord-1", SHA) == content
    assert raw_path("fjord-1", SHA).is_relative_to(home)
    assert read_raw("fjord-1", "b" * 64) is None


@pytest.mark.usefixtures("home")
def test_unread_lines_come_back_with_their_reason() -> None:
    uid = UUID(int=7)
    lines = [UnreadLine(3, b"\xff\x00", "not_json"), UnreadLine(9, b"", "too_long")]

    keep_unread(uid, lines)

    assert list(read_unread(uid)) == lines
    assert list(read_unread(UUID(int=8))) == []


def test_what_is_not_written_to_its_end_is_not_there(tmp_path: Path) -> None:
    def write_half() -> None:
        with written_whole(tmp_path / "file") as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()

    assert list(tmp_path.iterdir()) == []


def test_two_sensors_lines_have_two_keys() -> None:
    assert batch_key("a", SHA) != batch_key("b", SHA)


def test_old_files_are_forgotten_and_new_ones_kept(tmp_path: Path) -> None:
    for name, year in (("old", 2020), ("new", 2026)):
        (tmp_path / "sensor").mkdir(exist_ok=True)
        (tmp_path / "sensor" / name).write_bytes(b"x")
        time = datetime(year, 1, 1, tzinfo=UTC).timestamp()
        os.utime(tmp_path / "sensor" / name, (time, time))

    assert forget_files_older_than(tmp_path, datetime(2025, 1, 1, tzinfo=UTC)) == 1
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["new"]
    assert forget_files_older_than(tmp_path / "absent", datetime(2025, 1, 1, tzinfo=UTC)) == 0
