"""The data of the never-match set is what it says."""

import hashlib

import pytest

from varde.intel.special import EMPTY_FILES, SUFFIXES, is_general_suffix


def test_the_hashes_of_empty_files_are_right() -> None:
    contents = (b"", b"\n", b"\r\n", b"\0")
    kinds = ("md5", "sha1", "sha256")

    assert set(EMPTY_FILES) == {
        hashlib.new(kind, content).hexdigest() for content in contents for kind in kinds
    }


@pytest.mark.parametrize(
    ("name", "shared"),
    [("co.uk", True), ("com.br", True), ("workers.dev", True), ("bbc.co.uk", False),
     ("co.example", False), ("evil.no", False)],
)  # fmt: skip
def test_strangers_share_some_suffixes(name: str, *, shared: bool) -> None:
    assert (name in SUFFIXES or is_general_suffix(name)) is shared
