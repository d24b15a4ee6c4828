import pytest

from varde.accounts.models import User
from varde.base.errors import NotAllowed
from varde.base.marking import TLP
from varde.incidents.policies import (
    may_handle_cases,
    may_notify,
    may_read_all_cases,
    may_read_open_cases,
    member_may_have,
    require_operator,
)


def test_what_each_role_may(
    analyst: User, lead: User, auditor: User, leader: User, contact: User, stranger: User
) -> None:
    people = [analyst, lead, auditor, leader, contact, stranger]

    assert [may_handle_cases(p) for p in people] == [True, True, False, False, False, False]
    assert [may_notify(p) for p in people] == [True, True, False, False, False, False]
    assert [may_read_all_cases(p) for p in people] == [True, True, True, False, False, False]
    assert [may_read_open_cases(p) for p in people] == [False, False, False, True, False, False]


def test_a_disabled_account_may_nothing(analyst: User, leader: User) -> None:
    analyst.is_active = leader.is_active = False

    assert not may_handle_cases(analyst)
    assert not may_read_open_cases(leader)
    with pytest.raises(NotAllowed):
        require_operator(analyst)


def test_members_get_what_is_for_clients_and_no_more() -> None:
    assert [tlp for tlp in TLP if member_may_have(tlp)] == [TLP.CLEAR, TLP.GREEN, TLP.AMBER]
