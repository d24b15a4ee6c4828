"""A file of named arrays, written whole or not at all."""

from pathlib import Path

import pyarrow as pa
import pytest

from varde.engine.detect import artefact


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.arrow"
    arrays = {
        "numbers": pa.array([1, 2]),
        "texts": pa.array(["x"]),
        "none": pa.array([], pa.int8()),
    }

    artefact.write(path, arrays, {"revision": "3"})
    read, facts = artefact.read(path)

    assert {name: array.to_pylist() for name, array in read.items()} == {
        "numbers": [1, 2],
        "texts": ["x"],
        "none": [],
    }
    assert facts == {"revision": "3"}
    assert [file.name for file in tmp_path.iterdir()] == ["a.arrow"]


def test_a_reader_keeps_what_it_opened_when_the_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.arrow"
    artefact.write(path, {"numbers": pa.array(range(1_000))}, {})
    read, _ = artefact.read(path)

    artefact.write(path, {"numbers": pa.array([0])}, {})

    assert read["numbers"][999].as_py() == 999


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.arrow"
    artefact.write(path, {"numbers": pa.array(range(1_000))}, {})
    path.write_bytes(path.read_bytes()[:200])

    with pytest.raises(pa.ArrowInvalid):
        artefact.read(path)
