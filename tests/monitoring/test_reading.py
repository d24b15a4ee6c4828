import gzip
import io
import json
from collections import deque
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from varde.monitoring import reading
from varde.monitoring.enums import LogFormat
from varde.monitoring.errors import UnreadableFile
from varde.monitoring.reading import Incomplete, format_of, open_log, segments, unpacked


class Trickle(io.RawIOBase):
    """Gives its bytes a few at a time, as a pipe does."""

    def __init__(self, content: bytes, step: int) -> None:
        self._content, self._step = content, step

    def readable(self) -> bool:
        return True

    def readinto(self, target: bytearray) -> int:  # type: ignore[override]  # a buffer's type has no name before 3.12
        part = self._content[: min(self._step, len(target))]
        self._content = self._content[len(part) :]
        target[: len(part)] = part
        return len(part)


lines = st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b" ")), max_size=40)


@given(lines, st.integers(1, 7), st.sampled_from([b"", b"\n"]))
def test_cuts_follow_from_the_bytes_and_lose_none(
    lines: list[bytes], step: int, end: bytes
) -> None:
    content = b"\n".join(line for line in lines if not line.startswith(b"#"))
    content += end

    at_once = list(segments(io.BytesIO(content), size=64, longest=80))
    trickled = list(segments(io.BufferedReader(Trickle(content, step)), size=64, longest=80))

    assert b"".join(at_once) == content
    assert trickled == at_once
    assert all(segment.endswith(b"\n") for segment in at_once[:-1])


def test_a_line_without_end_is_cut_and_reading_goes_on_at_the_next() -> None:
    content = b"first\n" + b"A" * 5000 + b"\nlast\n"

    found = list(segments(io.BytesIO(content), size=100, longest=80))

    read = b"".join(found).split(b"\n")
    assert [read[0], read[2]] == [b"first", b"last"]
    assert len(read[1]) < 300


def test_a_zeek_block_begins_with_the_header_in_force() -> None:
    header = b"#separator \\x09\n#fields\ta\tb\n"
    changed = b"#fields\ta\tc\n"
    content = header + b"1\t2\n" * 20 + changed + b"3\t4\n" * 40

    found = list(segments(io.BytesIO(content), size=100, longest=80))

    assert len(found) > 2
    assert all(segment.startswith(b"#separator \\x09\n#fields\t") for segment in found)
    assert found[-1].startswith(b"#separator \\x09\n" + changed)
    rows = [line for line in b"".join(found).split(b"\n") if line and not line.startswith(b"#")]
    assert rows == [b"1\t2"] * 20 + [b"3\t4"] * 40


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.ZstdCompressor().compress])
def test_packed_files_are_unpacked_whatever_they_are_called(
    pack: type[bytes], tmp_path: Path
) -> None:
    file = tmp_path / "eve.json"
    file.write_bytes(pack(b"a\nb\n"))

    with open_log(str(file)) as stream:
        assert stream.read() == b"a\nb\n"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_files_packed_one_behind_the_other_are_one(pack: type[bytes]) -> None:
    stream = unpacked(io.BytesIO(pack(b"a\n") + pack(b"b\n")))

    assert list(segments(stream)) == [b"a\nb\n"]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_a_file_that_breaks_off_gives_what_it_has_and_says_so(pack: type[bytes]) -> None:
    content = b"".join(json.dumps({"n": n, "x": n * 7919}).encode() + b"\n" for n in range(90_000))
    stream = unpacked(io.BytesIO(pack(content)[:-300]))

    found: list[bytes] = []
    cut = segments(stream)
    with pytest.raises(Incomplete):
        deque(map(found.append, cut), maxlen=0)

    read = b"".join(found)
    assert len(read) > len(content) * 0.95
    assert content.startswith(read)


def test_a_bomb_is_unpacked_piece_by_piece() -> None:
    stream = unpacked(io.BytesIO(gzip.compress(b"\0" * 100_000_000)))

    (only,) = segments(stream)

    assert len(only) <= reading.LONGEST_LINE + 1


def test_a_missing_file_is_named() -> None:
    with pytest.raises(UnreadableFile, match="no-such-file"), open_log("no-such-file"):
        pass


@pytest.mark.parametrize(
    ("start", "name", "expected"),
    [
        (b'{"timestamp":"x","event_type":"dns"}\n', "anything", LogFormat.SURICATA),
        (b"#separator \\x09\n#path\tconn\n", "anything", LogFormat.ZEEK),
        (b'{"ts":1,"uid":"C1"}\n', "conn.log", LogFormat.ZEEK),
        (b'{"_path":"dns","ts":"2018"}\n', "x.json", LogFormat.ZEEK),
        (b"garbage\n", "eve.json", LogFormat.SURICATA),
        (b"garbage\n", "conn.log.gz", LogFormat.ZEEK),
        (b"garbage\n", "notes.txt", None),
    ],
)
def test_the_format_is_told_from_content_then_name(
    start: bytes, name: str, expected: LogFormat | None
) -> None:
    assert format_of(start, name) == expected
