import pytest
from django.utils import timezone

from tests.incidents.conftest import MakeAlert
from tests.people import LONG_AGO
from varde.accounts.models import User
from varde.base.marking import TLP
from varde.constituency.models import Organisation
from varde.incidents.actions.draft import Wishes, draft_notices
from varde.incidents.actions.notice import send_notices
from varde.incidents.enums import Skip
from varde.incidents.errors import NobodyToNotify
from varde.incidents.models import Notice
from varde.monitoring.enums import AlertStatus, Severity
from varde.monitoring.models import Alert


def test_who_is_left_out_is_named_with_the_reason(
    three: list[Alert], hospital: Organisation, pharmacy: Organisation, analyst: User
) -> None:
    hospital.contacts.update(email="")
    Alert.objects.filter(member=pharmacy).update(status=AlertStatus.FALSE)

    drafts = draft_notices(alerts=three, now=timezone.now())

    assert {draft.member.handle: draft.skip for draft in drafts} == {
        "dal-municipality": None,
        "fjord-hospital": Skip.NO_CONTACT,
        "torg-pharmacy": Skip.FALSE_ALARM,
    }
    assert not Notice.objects.exists()


def test_where_the_technical_contact_has_no_mail_somebody_else_is_told(
    hospital: Organisation, make_alert: MakeAlert
) -> None:
    hospital.contacts.update(email="")
    hospital.contacts.create(role="ciso", email="ciso@fjord.example", valid_from=LONG_AGO)

    [draft] = draft_notices(alerts=[make_alert(hospital, "192.0.2.5")], now=timezone.now())

    assert draft.addresses == ["ciso@fjord.example"]
    assert draft.skip is None


def test_a_member_that_has_left_and_an_alert_without_member_reach_nobody(
    hospital: Organisation, make_alert: MakeAlert, analyst: User
) -> None:
    hospital.valid_to = timezone.now()
    hospital.save()

    [draft] = draft_notices(alerts=[make_alert(hospital, "192.0.2.5")], now=timezone.now())
    assert draft.skip == Skip.LEFT
    with pytest.raises(NobodyToNotify):
        send_notices(alerts=[make_alert(None, "8.8.8.8")], actor=analyst)


def test_a_draft_shows_what_will_be_sent_and_saves_nothing(
    hospital: Organisation, make_alert: MakeAlert, analyst: User
) -> None:
    alert = make_alert(hospital, "192.0.2.5")
    wishes = Wishes(advice="Reinstall it.", tlp=TLP.AMBER_STRICT)

    [draft] = draft_notices(alerts=[alert], now=timezone.now(), wishes=wishes)

    assert not Notice.objects.exists()
    assert draft.tlp == TLP.AMBER_STRICT
    assert draft.addresses == ["security@fjord-hospital.example"]
    assert "Reinstall it." in draft.text
    assert "192.0.2.5" in draft.text
    [notice] = send_notices(alerts=[alert], actor=analyst, wishes=wishes)
    assert notice.subject == f"{draft.subject} [{notice.number}]"
    assert notice.evidence == draft.rows


@pytest.mark.parametrize(
    ("severity", "hours"), [(Severity.CRITICAL, 24), (Severity.HIGH, 48), (Severity.LOW, 14 * 24)]
)
def test_the_graver_it_is_the_sooner_an_answer_is_wanted(
    hospital: Organisation, make_alert: MakeAlert, severity: Severity, hours: int
) -> None:
    now = timezone.now()
    alert = make_alert(hospital, "192.0.2.5", severity=severity)

    [draft] = draft_notices(alerts=[alert], now=now)

    assert draft.facts.deadline is not None
    assert hours <= (draft.facts.deadline - now).total_seconds() / 3600 <= hours + 1
