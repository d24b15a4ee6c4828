from django.contrib.auth.models import AnonymousUser

from varde.accounts.models import User
from varde.constituency.policies import may_change_register, may_see_every_organisation


def test_all_at_the_centre_see_every_organisation_and_operators_change_them(
    analyst: User, lead: User, auditor: User, leader: User, contact: User, stranger: User
) -> None:
    everybody = [analyst, lead, auditor, leader, contact, stranger, AnonymousUser()]

    assert [may_see_every_organisation(user) for user in everybody] == [True] * 4 + [False] * 3
    assert [may_change_register(user) for user in everybody] == [True] * 2 + [False] * 5


def test_somebody_who_has_left_the_centre_sees_nothing(analyst: User) -> None:
    analyst.is_active = False

    assert not may_see_every_organisation(analyst)
    assert not may_change_register(analyst)
