"""``varde alerts``: what was found, for people and programs."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from varde.project.cli import app
from varde.project.cli.output import Exit, fail, print_rows, setup

if TYPE_CHECKING:
    from varde.monitoring.models import Alert

_COLUMNS = ["last_seen", "severity", "status", "member", "title", "count"]
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@app.command(rich_help_panel="Records")
def alerts(
    status: Annotated[str, typer.Option(help="new, in_case, true, false, informational.")] = "",
    member: Annotated[str, typer.Option(help="A member's short name; `-` for nobody's.")] = "",
    since: Annotated[str, typer.Option(help="30m, 24h, 7d, or 2026-03-01T12:00.")] = "",
    limit: Annotated[int, typer.Option(help="How many; 0 for all.", min=0)] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """List alerts, most severe first; with --json each with the facts it rests on."""
    setup()
    from django.utils import timezone

    from varde.monitoring.enums import AlertStatus
    from varde.monitoring.queries import AlertFilter, alerts_on_this_machine, filtered

    if status and status not in AlertStatus.values:
        kinds = ", ".join(AlertStatus.values)
        fail(f"there is no status “{status}”", fix=f"one of: {kinds}", code=Exit.USAGE)
    wanted = AlertFilter(
        status=status, member=member, since=_moment(since, timezone.now()) if since else None
    )
    found = filtered(alerts_on_this_machine(), wanted).select_related("member")
    found = found.order_by("-severity", "-last_seen", "-id")
    if not found.exists():
        raise typer.Exit(Exit.NOTHING_FOUND)
    rows = found[:limit] if limit else found
    print_rows(
        _rows(rows.iterator(chunk_size=1000), short=not as_json), columns=_COLUMNS, as_json=as_json
    )


def _rows(alerts: "Iterator[Alert]", *, short: bool) -> Iterator[dict[str, object]]:
    for alert in alerts:
        yield {
            "id": str(alert.uid),
            "kind": alert.kind,
            "detection": alert.detection,
            "title": alert.title,
            "indicator_type": alert.indicator_type,
            "indicator": alert.indicator,
            "member": alert.member.handle if alert.member else None,
            "severity": alert.get_severity_display().lower() if short else _label(alert.severity),
            "tlp": alert.tlp,
            "count": alert.count,
            "first_seen": alert.first_seen.isoformat(),
            "last_seen": _readable(alert.last_seen) if short else alert.last_seen.isoformat(),
            "status": alert.status,
            "why": alert.why,
        }


def _label(severity: int) -> str:
    """The severity's name as programs know it: the same in every language."""
    from varde.monitoring.enums import Severity

    return Severity(severity).name.lower()


def _readable(moment: datetime) -> str:
    from django.utils import timezone

    return f"{timezone.localtime(moment):%F %T}"


def _moment(text: str, now: datetime) -> datetime:
    """The time that ``text`` names: so long ago, or a date with or without time (local)."""
    from django.utils import timezone

    if text[-1:] in _UNITS and text[:-1].isdigit():
        return now - timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"“{text}” is no time", fix="for example 24h or 2026-03-01T12:00", code=Exit.USAGE)
    return timezone.make_aware(moment) if moment.tzinfo is None else moment
