from varde.accounts.models import User
from varde.notify.policies import may_read_outbox


def test_operators_and_auditors_read_the_outbox(
    analyst: User, lead: User, auditor: User, leader: User, contact: User, stranger: User
) -> None:
    people = [analyst, lead, auditor, leader, contact, stranger]

    assert [may_read_outbox(p) for p in people] == [True, True, True, False, False, False]
