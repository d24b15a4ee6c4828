"""How values look on a page: times, numbers, icons, ages."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django import template
from django.core.paginator import Page
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
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
    if _is_english():
        return text
    return text.replace(",", "\u202f").replace(".", ",")


@register.simple_tag
def moment(value: datetime | None, form: str = "minute") -> SafeString | str:
    """``<time>`` in 24-hour form and local time; the full time in ``title``.

    ``form``: "minute" (24. nov 10:15), "second", "day" or "clock". The year only where it is not
    this one. A page of a hundred rows holds hundreds of times, so Django's ``date_format``, which
    asks the catalogue for every part, is left out.
    """
    if value is None:
        return "–"
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(timespec="seconds"),
        f"{local:%Y-%m-%d %H:%M:%S %Z}",
        _written(local, form),
    )


def _written(local: datetime, form: str) -> str:
    clock = {"second": "%H:%M:%S", "day": ""}.get(form, "%H:%M")
    if form == "clock":
        return f"{local:%H:%M}"
    month = str(MONTHS_3[local.month])
    # "24 Nov", but "24. nov": months are no names in Norwegian.
    day = f"{local.day} {month.title()}" if _is_english() else f"{local.day}. {month.lower()}"
    year = "" if local.year == timezone.localtime().year else f" {local.year}"
    return f"{day}{year} {local.strftime(clock)}".rstrip()


def _is_english() -> bool:
    return get_language() == "en"


_BARS = "".join(
    f'<rect x="{4.3 * n:g}" y="{9 - 3 * n}" width="3" height="{5 + 3 * n}" rx="1"{{{n}}}/>'
    for n in range(4)
)
_SEVERITY = {
    value: mark_safe(  # noqa: S308 - made of numbers alone
        '<svg viewBox="0 0 16 14" aria-hidden="true" focusable="false">'
        + _BARS.format(*(' class="on"' if n < value else "" for n in range(4)))
        + "</svg>"
    )
    for value in range(1, 5)
}


@register.simple_tag
def severity(value: int, label: str) -> SafeString:
    """One to four bars with the word: never colour alone."""
    return format_html(
        '<span class="vd-severity" data-value="{}">{}{}</span>', value, _SEVERITY[value], label
    )


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


@register.simple_tag
def status(value: str, label: str) -> SafeString:
    """A status as a coloured tag with its word."""
    return format_html(
        '<span class="vd-tag" data-color="{}">{}</span>', status_color(value), label or value
    )
