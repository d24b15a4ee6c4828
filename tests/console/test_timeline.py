from django.utils import translation

from varde.accounts.models import User
from varde.console.timeline import timeline_of
from varde.incidents.actions.case import CaseFacts, add_note, close_case, open_case
from varde.incidents.actions.notice import send_notices
from varde.incidents.queries import notices_of_case
from varde.monitoring.models import Alert


def test_what_happened_is_told_in_its_order(analyst: User, three: list[Alert]) -> None:
    case = open_case(facts=CaseFacts(title="Wave"), actor=analyst, alerts=three[:1])
    add_note(case=case, text="Called them", actor=analyst)
    notice = send_notices(actor=analyst, case=case)[0]
    notice.answers.create(kind="fixed", comment="Cleaned")
    case = close_case(case=case, actor=analyst)

    with translation.override("en"):
        told = timeline_of(case, list(notices_of_case(analyst, case)))

    assert [(happening.what, happening.text) for happening in told] == [
        ("Case opened", ""),
        ("Note", "Called them"),
        (f"Notice {notice.number} to Fjord Hospital", ""),
        ("Fjord Hospital answered: Fixed", "Cleaned"),
        ("Case closed", ""),
    ]
