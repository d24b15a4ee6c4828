"""What is looked for, who claims it, and what the last imports brought."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from varde.console.access import StaffRequest, reading_page
from varde.intel.enums import IndicatorType
from varde.intel.queries import imports_visible_to, indicators_visible_to, source_choices

_PAGE = 50
_IMPORTS_SHOWN = 8


@reading_page
@require_GET
def indicator_list(request: StaffRequest) -> HttpResponse:
    """A page is read from where the last one ended: there may be a million of them."""
    asked = request.GET
    text = asked.get("text", "").strip()[:300]
    kind = asked["kind"] if asked.get("kind") in IndicatorType.values else ""
    source = asked.get("source", "")
    found = indicators_visible_to(request.user, search=text, kind=kind, source=source)
    after = asked.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 19:  # noqa: PLR2004 - digits of 2**63
        found = found.filter(pk__lt=int(after))
    rows = list(found[: _PAGE + 1])
    context = {
        "indicators": rows[:_PAGE],
        "after": rows[_PAGE - 1].pk if len(rows) > _PAGE else "",
        "is_first": not after,
        "text": text,
        "kind": kind,
        "source": source,
        "kinds": IndicatorType.choices,
        "sources": source_choices(request.user),
        "imports": imports_visible_to(request.user)[:_IMPORTS_SHOWN],
        "now": timezone.now(),
    }
    return render(request, "console/indicators.html", context)
