"""What happened in a case, oldest first: from facts that the page has read already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from varde.incidents.enums import AnswerKind
from varde.incidents.models import Case, Notice


@dataclass(frozen=True, slots=True)
class Happening:
    at: datetime
    what: str
    who: str = ""
    text: str = ""
    kind: str = ""


def timeline_of(case: Case, notices: Iterable[Notice]) -> list[Happening]:
    """Opening, notes, notices, answers and closing; ``notices`` as ``notice_list`` gives them."""
    happenings = [Happening(case.opened_at, _("Case opened"), str(case.opened_by or ""))]
    happenings += [
        Happening(note.written_at, _("Note"), str(note.author or ""), note.text, "note")
        for note in case.notes.select_related("author")
    ]
    for notice in notices:
        facts = {"number": notice.number, "member": notice.member.name}
        happenings.append(
            Happening(
                notice.created_at, _("Notice %(number)s to %(member)s") % facts, kind="notice"
            )
        )
        if notice.first_opened_at:
            happenings.append(
                Happening(notice.first_opened_at, _("%(member)s opened the notice") % facts)
            )
    happenings += _answers(notices)
    if case.closed_at:
        happenings.append(Happening(case.closed_at, _("Case closed")))
    return sorted(happenings, key=lambda happening: happening.at)


def _answers(notices: Iterable[Notice]) -> list[Happening]:
    return [
        Happening(
            answer.answered_at,
            _("%(member)s answered: %(answer)s")
            % {"member": notice.member.name, "answer": AnswerKind(answer.kind).label},
            text=answer.comment,
            kind="answer",
        )
        for notice in notices
        for answer in notice.answers.all()
    ]
