from varde.accounts.models import User
from varde.constituency.models import Organisation
from varde.incidents.actions.notice import send_notices
from varde.insight.queries import members_overview
from varde.monitoring.enums import AlertStatus
from varde.monitoring.models import Alert


def test_members_are_counted_what_is_open_and_unanswered(analyst: User, three: list[Alert]) -> None:
    notices = send_notices(actor=analyst, alerts=three)
    notices[0].answers.create(kind="fixed")
    Alert.objects.filter(pk=three[1].pk).update(status=AlertStatus.FALSE)

    rows = {
        member.handle: (member.open_alerts, member.unanswered)
        for member in members_overview(analyst)
    }

    told_first = notices[0].member.handle
    assert rows == {
        "fjord-hospital": (1, 1),
        "torg-pharmacy": (0, 1),
        "dal-municipality": (1, 1),
    } | {told_first: (rows[told_first][0], 0)}


def test_a_contact_sees_its_own_and_a_stranger_nobody(
    contact: User, stranger: User, hospital: Organisation, three: list[Alert]
) -> None:
    assert [member.handle for member in members_overview(contact)] == ["fjord-hospital"]
    assert list(members_overview(stranger)) == []
