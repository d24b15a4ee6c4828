"""Human numbers."""

from itertools import chain

import pytest
from django.db import transaction

from tests.at_once import at_once
from varde.base.actions.counter import next_number

pytestmark = pytest.mark.django_db


def test_numbers_begin_at_one_and_each_series_has_its_own() -> None:
    assert [next_number("case-2026") for _ in range(3)] == [1, 2, 3]
    assert next_number("case-2027") == 1
    assert next_number("notice-2026") == 1


def test_a_number_is_given_back_with_the_transaction() -> None:
    next_number("case-2026")
    with transaction.atomic():
        next_number("case-2026")
        transaction.set_rollback(True)

    assert next_number("case-2026") == 2


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_different_numbers_without_a_gap() -> None:
    def take() -> list[int]:
        return [next_number("case-2026") for _ in range(20)]

    got = at_once(*[take] * 4)

    assert sorted(chain(*got)) == list(range(1, 81))
