"""Texts found by fingerprint: a chance likeness is no hit."""

import numpy as np
import pyarrow as pa

from varde.engine.detect.fingerprints import Slices, of_texts
from varde.engine.detect.texts import build, from_arrays, salt, to_arrays

TEXTS = pa.array([f"name-{number}.example" for number in range(5_000)])
INDEX = build(TEXTS, pa.repeat("domain", len(TEXTS)))


def test_each_text_is_found_at_its_row_and_no_other_text_is() -> None:
    seen = pa.array(["name-17.example", "name-5000.example", "", "name-4999.example"])

    place, row = INDEX.find(seen, of_texts(seen, salt=salt("domain")))

    assert sorted(zip(place.tolist(), row.tolist(), strict=True)) == [(0, 17), (3, 4999)]


def test_a_text_of_another_kind_is_not_found() -> None:
    seen = pa.array(["name-17.example"])

    assert not len(INDEX.find(seen, of_texts(seen, salt=salt("url")))[0])


def test_a_fingerprint_that_agrees_by_chance_is_no_hit() -> None:
    known = of_texts(pa.array(["name-17.example"]), salt=salt("domain"))
    forged = Slices(np.array([0]), np.array([0]), known.fingerprint)

    assert not len(INDEX.find(pa.array(["something else"]), forged)[0])


def test_two_rows_with_the_same_text_are_both_found() -> None:
    index = build(pa.array(["a", "b", "a"]), pa.repeat("url", 3))
    seen = pa.array(["a"])

    place, row = index.find(seen, of_texts(seen, salt=salt("url")))

    assert (place.tolist(), sorted(row.tolist())) == ([0, 0], [0, 2])


def test_nearly_all_that_is_no_indicator_is_told_without_a_search() -> None:
    others = of_texts(pa.array([f"other-{number}.example" for number in range(20_000)]), salt=1)

    place, _ = INDEX.candidates(others.fingerprint)

    assert not len(place)


def test_an_index_survives_its_arrays() -> None:
    again = from_arrays(to_arrays(INDEX, "text"), "text")
    seen = pa.array(["name-17.example"])

    assert again.find(seen, of_texts(seen, salt=salt("domain")))[1].tolist() == [17]
