"""Reads: each begins with what the person may see."""

from varde.incidents.queries.cases import case_page, cases_visible_to
from varde.incidents.queries.notices import (
    answers_on_alerts,
    notice_list,
    notices_of_case,
    notices_on_alerts,
    notices_visible_to,
    recent_answer_count,
)

__all__ = [
    "answers_on_alerts",
    "case_page",
    "cases_visible_to",
    "notice_list",
    "notices_of_case",
    "notices_on_alerts",
    "notices_visible_to",
    "recent_answer_count",
]
