"""How values look on a page: times, numbers, icons, ages."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django import template
from django.core.paginator import Page
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """The icon ``name`` of our sprite: decoration unless it has a ``label``."""
    sprite = static("base/vendor/icons.svg")
    if label:
        return format_html(
            '<svg class="vd-icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label,
            sprite,
            name,
        )
    return format_html(
        '<svg class="vd-icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        sprite,
        name,
    )


@register.filter
def number(value: float | None) -> str:
    """``12345`` as the reader's language groups it: "12 345" (Norwegian), "12,345" (English)."""
    if value is None:
        return "–"
    text = f"{value:,}"
    if get_language() == "en":
        return text
    return text.replace(",", "\u202f").replace(".", ",")


@register.simple_tag
def moment(value: datetime | None, form: str = "minute") -> SafeString | str:
    """``<time>`` in 24-hour form and local time; the full time in ``title``.

    ``form``: "minute" (24. nov. 10:15), "second", "day" or "clock". The year only where it is
    not this one.
    """
    if value is None:
        return "–"
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(timespec="seconds"),
        date_format(local, "j. F Y H:i:s" if get_language() != "en" else "j F Y H:i:s")
        + f" {local.tzname()}",
        _written(local, form),
    )


def _written(local: datetime, form: str) -> str:
    clock = {"second": "H:i:s", "clock": "H:i", "day": ""}.get(form, "H:i")
    if form == "clock":
        return date_format(local, clock)
    # "24 Nov", but "24. nov": months are no names in Norwegian.
    form = "j M" if get_language() == "en" else "j. b"
    year = "" if local.year == timezone.localtime().year else " Y"
    day = date_format(local, form + year)
    return f"{day} {date_format(local, clock)}" if clock else day


@register.filter
def age(value: datetime | None) -> str:
    """How long ago, in its largest unit: "3 min", "5 h", "2 days"."""
    if value is None:
        return "–"
    return span(timezone.now() - value)


@register.filter
def span(value: timedelta | None) -> str:
    """A length of time in its largest unit."""
    if value is None:
        return "–"
    minutes = int(value.total_seconds() // 60)
    if minutes < 1:
        return gettext("under 1 min")
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return gettext("%(minutes)d min") % {"minutes": minutes}
    hours = minutes // 60
    if hours < 48:  # noqa: PLR2004 - two days
        return gettext("%(hours)d h") % {"hours": hours}
    return ngettext("%(days)d day", "%(days)d days", hours // 24) % {"days": hours // 24}


@register.filter
def item(mapping: Mapping[object, object], key: object) -> object:
    """``mapping[key]``; nothing where it is missing."""
    return mapping.get(key, "") if mapping else ""


@register.filter
def percent_of(part: float, whole: float) -> int:
    """``part`` of ``whole`` in whole percent; 0 of nothing."""
    return round(100 * part / whole) if whole else 0


@register.filter
def page_numbers(page: Page[object]) -> list[int]:
    """The numbers to show around ``page``; 0 stands for a gap."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [number if isinstance(number, int) else 0 for number in numbers]


_STATUS_COLORS = {
    "new": "ember",
    "in_case": "fjord",
    "open": "ember",
    "waiting": "warning",
    "true": "danger",
    "sent": "success",
    "captured": "success",
    "failed": "danger",
    "fixed": "success",
    "need_help": "danger",
    "false_positive": "info",
    "not_ours": "info",
    "sending": "info",
    "queued": "warning",
}


@register.filter
def status_color(value: str) -> str:
    """The theme colour of a status; its word always stands beside it."""
    return _STATUS_COLORS.get(value, "neutral")
