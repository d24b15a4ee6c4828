"""What incidents announces, after the commit and with ids only."""

from django.dispatch import Signal

# Sender Case; case_id: int.
case_opened = Signal()
# Sender Case; case_id: int. Alerts, members, notes, facts or status changed.
case_changed = Signal()
case_closed = Signal()
case_reopened = Signal()
# Sender Notice; notice_id: int, member_id: int, case_id: int | None.
notice_sent = Signal()
# Sender Notice; notice_id: int, member_id: int. The link was opened for the first time.
notice_opened = Signal()
# Sender Answer; notice_id: int, answer_id: int, member_id: int, kind: str.
answer_given = Signal()
