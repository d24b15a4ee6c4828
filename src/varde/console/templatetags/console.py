"""What the console's pages share: its navigation, and counts that stop somewhere."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from varde.accounts.models import User
from varde.accounts.policies import may_see_figures
from varde.console.access import may_read
from varde.incidents.enums import AnswerKind
from varde.intel.enums import IndicatorType
from varde.monitoring.enums import DetectionKind
from varde.monitoring.models import Alert
from varde.monitoring.queries import COUNT_BOUND, newest_alert_id, open_alert_count
from varde.notify.enums import DeliveryState
from varde.notify.models import Delivery

register = template.Library()
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    label: Promise
    icon: str
    # Pages that belong to this entry by the name of their address.
    pages: frozenset[str]
    figures_only: bool = False

    @property
    def url(self) -> str:
        return f"console:{self.name}"


def _entry(name: str, label: Promise, icon: str, *pages: str, figures_only: bool = False) -> Entry:
    return Entry(name, label, icon, frozenset({name, *pages}), figures_only)


_GROUPS: tuple[tuple[Promise, tuple[Entry, ...]], ...] = (
    (
        _("On duty"),
        (
            _entry("dashboard", _("Overview"), "dashboard", figures_only=True),
            _entry("alerts", _("Alerts"), "alert", "alert", "event"),
            _entry("cases", _("Cases"), "case", "case", "case_new", "notice_new", "notice"),
        ),
    ),
    (
        _("Knowledge"),
        (
            _entry("members", _("Members"), "member", "member"),
            _entry("indicators", _("Indicators"), "indicator"),
            _entry("suppression", _("Suppression"), "suppression", "suppression_new"),
        ),
    ),
    (
        _("Operation"),
        (
            _entry("outbox", _("Outbox"), "outbox", "delivery"),
            _entry("health", _("Sensor health"), "health"),
        ),
    ),
)


@register.inclusion_tag("console/navigation.html", takes_context=True)
def console_navigation(context: RequestContext) -> dict[str, Any]:
    """The navigation that ``user`` may use, with how many alerts wait."""
    user: User = context["user"]
    reads = may_read(user)
    match = context["request"].resolver_match
    here = match.url_name if match else ""
    groups = []
    for label, entries in _GROUPS:
        shown = [e for e in entries if reads or (e.figures_only and may_see_figures(user))]
        if shown:
            groups.append({"label": label, "entries": [_shown(e, here) for e in shown]})
    count = open_alert_count(user) if reads else None
    return {
        "groups": groups,
        "open_alerts": count,
        "open_text": bounded(count or 0),
        "newest": newest_alert_id(user) if reads else 0,
        "interface": context["interface"],
    }


def _shown(entry: Entry, here: str) -> dict[str, Any]:
    return {
        "name": entry.name,
        "label": entry.label,
        "icon": entry.icon,
        "url": entry.url,
        "is_current": here in entry.pages,
    }


@register.filter
def bounded(count: int) -> str:
    """A count that was taken to a bound only: "1000+" beyond it."""
    return f"{COUNT_BOUND}+" if count > COUNT_BOUND else str(count)


@register.filter
def answer_label(kind: str) -> str:
    """What an answer says, in the reader's language."""
    return str(AnswerKind(kind).label) if kind in AnswerKind.values else ""


@register.filter
def times(number: int, factor: int) -> int:
    return number * factor


_DEAD_REASONS: dict[str, Promise] = {
    "not_json": _("not JSON"),
    "not_object": _("not an object"),
    "truncated": _("cut off"),
    "too_long": _("too long"),
    "too_deep": _("nested too deep"),
    "too_many_keys": _("too many fields"),
    "unreadable": _("unreadable"),
    "no_fields": _("no header"),
    "column_count": _("wrong number of fields"),
}


@register.filter
def dead_reason(code: str) -> str:
    """Why a line could not be read; the code itself where it has no words yet."""
    return str(_DEAD_REASONS.get(code, code))


@register.filter
def delivery_states(deliveries: Iterable[Delivery]) -> list[dict[str, str]]:
    """In which states a notice's deliveries are, each once, with how many where not one."""
    counts = Counter(DeliveryState(delivery.state) for delivery in deliveries)
    return [
        {"value": state, "label": f"{state.label} × {n}" if n > 1 else str(state.label)}
        for state, n in counts.items()
    ]


@register.simple_tag
def alert_title(alert: Alert) -> SafeString | str:
    """What an alert is called: an indicator by its kind and value, a signature by its name."""
    if alert.kind == DetectionKind.INDICATOR and alert.indicator_type in IndicatorType.values:
        kind = IndicatorType(alert.indicator_type).label
        value = (
            alert.indicator
            if len(alert.indicator) <= _LONGEST
            else f"{alert.indicator[:_LONGEST]}…"
        )
        return format_html('<span class="vd-kind">{}</span> {}', kind, value)
    return alert.title
