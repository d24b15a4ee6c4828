import pytest
from django.contrib.auth.models import AnonymousUser

from varde.accounts.models import User
from varde.monitoring.policies import (
    may_assess,
    may_place_sensors,
    may_see_all_alerts,
    may_see_own_alerts,
    may_see_sensors,
    may_suppress,
)

pytestmark = pytest.mark.django_db


def test_each_role_may_what_its_work_needs(
    analyst: User, lead: User, auditor: User, leader: User, contact: User
) -> None:
    people = {"analyst": analyst, "lead": lead, "auditor": auditor, "leader": leader}
    people |= {"contact": contact}
    allowed = {
        may_see_all_alerts: {"analyst", "lead", "auditor"},
        may_see_own_alerts: {"contact"},
        may_see_sensors: {"analyst", "lead", "auditor"},
        may_assess: {"analyst", "lead"},
        may_suppress: {"analyst", "lead"},
        may_place_sensors: {"lead"},
    }
    for may, names in allowed.items():
        assert {name for name, person in people.items() if may(person)} == names, may.__name__
        assert not may(AnonymousUser())
