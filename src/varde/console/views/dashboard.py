"""The overview: what burns, and how well members are told of it. Figures only."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from varde.base.drawing import tiles
from varde.console.access import StaffRequest, figures_page, may_read
from varde.console.charts import lines_chart
from varde.constituency.enums import County, OrganisationKind
from varde.incidents.enums import AnswerKind
from varde.insight.queries import Figures, figures


@figures_page
@require_GET
def dashboard(request: StaffRequest) -> HttpResponse:
    shown = figures(request.user, now=timezone.now())
    # Counties by name: fifteen rows are read, not searched.
    counties = sorted(
        ((county.label, shown.by_county.get(county.value, 0)) for county in County),
        key=lambda row: (-row[1], row[0]),
    )
    context = {
        "figures": shown,
        "reads": may_read(request.user),
        "chart": lines_chart(
            shown.hours,
            {
                "fjord": (_("All alerts"), [a + b for a, b in _pairs(shown)]),
                "danger": (_("High and critical"), shown.severe),
            },
        ),
        "days": _days(shown),
        "tiles": tiles(shown.by_county, {c.value: c.label for c in County}),
        "counties": counties,
        "kinds": [(OrganisationKind(k).label, n) for k, n in shown.by_kind.items()],
        "most": max(shown.by_kind.values(), default=0),
        "answers": [(AnswerKind(k), n) for k, n in shown.answers.kinds.items()],
    }
    return render(request, "console/dashboard.html", context)


def _pairs(shown: Figures) -> list[tuple[int, int]]:
    return list(zip(shown.severe, shown.other, strict=True))


def _days(shown: Figures) -> list[dict[str, object]]:
    """The chart as a table: a row for each day in the reader's zone."""
    days: dict[object, dict[str, object]] = {}
    for hour, (severe, other) in zip(shown.hours, _pairs(shown), strict=True):
        day = timezone.localtime(hour).date()
        row = days.setdefault(day, {"day": hour, "severe": 0, "all": 0})
        row["severe"] = int(str(row["severe"])) + severe
        row["all"] = int(str(row["all"])) + severe + other
    return list(days.values())
