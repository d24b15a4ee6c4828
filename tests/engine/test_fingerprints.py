"""Fingerprints of texts and of what follows their dots."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from varde.engine.detect import fingerprints
from varde.engine.detect.fingerprints import of_suffixes, of_texts

TEXTS = st.lists(st.text(alphabet="ab.@é\x00", max_size=12), max_size=30)


@given(TEXTS)
def test_a_suffix_has_the_fingerprint_of_the_text_that_it_is(texts: list[str]) -> None:
    slices = of_suffixes(pa.array(texts, pa.string()), salt=5)
    cut = [
        texts[row].encode()[begin:].decode()
        for row, begin in zip(slices.row, slices.begin, strict=True)
    ]

    alone = of_texts(pa.array(cut, pa.string()), salt=5)

    assert slices.fingerprint.tolist() == alone.fingerprint.tolist()


@given(TEXTS)
def test_every_text_and_every_rest_after_a_break_is_there(texts: list[str]) -> None:
    slices = of_suffixes(pa.array(texts, pa.string()), salt=0)

    expected = [
        (row, begin)
        for row, text in enumerate(texts)
        for begin in [0, *(i + 1 for i, byte in enumerate(text.encode()) if byte in b".@")]
    ]
    pairs = zip(slices.row.tolist(), slices.begin.tolist(), strict=True)
    assert sorted(pairs) == sorted(expected)


@given(st.lists(st.text(max_size=8), unique=True, max_size=50))
def test_different_texts_differ(texts: list[str]) -> None:
    safe = [text.encode(errors="replace").decode() for text in texts]
    slices = of_texts(pa.array(sorted(set(safe)), pa.string()), salt=0)

    assert len(set(slices.fingerprint.tolist())) == len(set(safe))


def test_the_salt_sets_kinds_apart() -> None:
    texts = pa.array(["aa" * 16])

    assert of_texts(texts, salt=1).fingerprint[0] != of_texts(texts, salt=2).fingerprint[0]


def test_a_column_of_many_blocks_and_a_slice_of_it_agree() -> None:
    size = 3 * fingerprints._BLOCK_BYTES // 10  # noqa: SLF001 - more than fits into one block
    texts = pa.array([f"{number:08}.x" for number in range(size)] + ["y" * 300_000])

    whole = of_texts(texts, salt=0).fingerprint
    part = of_texts(texts.slice(size - 10), salt=0).fingerprint

    assert part.tolist() == whole[size - 10 :].tolist()
