"""How often facts changed."""

import pytest
from django.db import transaction

from varde.base.actions.revision import bump_revision
from varde.base.queries import current_revision

pytestmark = pytest.mark.django_db


def test_facts_that_never_changed_are_at_zero() -> None:
    assert current_revision("ownership") == 0


def test_each_change_counts_and_only_its_own_facts() -> None:
    assert [bump_revision("ownership"), bump_revision("ownership")] == [1, 2]

    assert current_revision("ownership") == 2
    assert current_revision("indicators") == 0


def test_a_change_that_did_not_happen_does_not_count() -> None:
    with transaction.atomic():
        bump_revision("ownership")
        transaction.set_rollback(True)

    assert current_revision("ownership") == 0
