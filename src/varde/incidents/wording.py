"""A notice in words: the same facts as a mail (text and HTML) and as a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from varde.base.marking import TLP
from varde.base.text import printable
from varde.incidents.advice import MEANING, TLP_MEANING, steps_for, themes_of
from varde.incidents.evidence import Finding, Row
from varde.incidents.models import Notice
from varde.monitoring.enums import Severity
from varde.notify.text import SECRET_MARK

ROWS_IN_MAIL = 25
FINDINGS_SHOWN = 20
_LONGEST_VALUE = 300
_SCHEMES = (("https://", "hxxps://"), ("http://", "hxxp://"), ("ftp://", "fxp://"))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a notice is made of, all of it cut to the member already."""

    member: str
    language: str
    tlp: TLP
    findings: Sequence[Finding]
    rows: Sequence[Row]
    event_count: int
    deadline: datetime | None
    advice: str = ""
    number: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    subject: str
    text: str
    html: str


def word(facts: Facts) -> Wording:
    """The notice as a mail in the member's language; the link's secret stands as its mark."""
    with translation.override(facts.language):
        context = _mail_context(facts) | {"link": link_to(SECRET_MARK)}
        return Wording(
            subject=subject_of(facts),
            text=_tidy(render_to_string("incidents/mail/notice.txt", context)),
            html=render_to_string("incidents/mail/notice.html", context),
        )


def subject_of(facts: Facts) -> str:
    """What the mail and the page are called: the machines and the gravest thing, no indicator.

    Subjects are shown on locked telephones and kept in the logs of mail servers.
    """
    count = len(hosts_of(facts))
    what = _("Security notice")
    if count:
        what = ngettext(
            "Security notice: one of your machines",
            "Security notice: %(count)d of your machines",
            count,
        ) % {"count": count}
    return f"{what} [{facts.number}]" if facts.number else what


def page_context(notice: Notice) -> dict[str, Any]:
    """A notice as its page shows it, from what was frozen when it was sent; whole, not bare."""
    facts = Facts(
        member=notice.member.name,
        language=notice.language,
        tlp=TLP(notice.tlp),
        findings=notice.findings,
        rows=notice.evidence,
        event_count=notice.event_count,
        deadline=notice.answer_by,
        advice=notice.advice,
        number=notice.number,
        case=notice.case.number if notice.case else "",
    )
    return _context(facts, rows=facts.rows, bare=False) | {"sent": spoken(notice.created_at)}


def _mail_context(facts: Facts) -> dict[str, Any]:
    # What is marked for the eyes of named people does not travel in an unencrypted mail.
    bare = facts.tlp == TLP.RED
    return _context(facts, rows=[] if bare else facts.rows[:ROWS_IN_MAIL], bare=bare)


def _context(facts: Facts, *, rows: Sequence[Row], bare: bool) -> dict[str, Any]:
    """Everything the templates need, in the language in force."""
    themes = themes_of(facts.findings, facts.rows)
    findings = [] if bare else facts.findings[:FINDINGS_SHOWN]
    return {
        "number": facts.number,
        "member": facts.member,
        "case": facts.case,
        "bare": bare,
        "tlp": facts.tlp,
        "tlp_meaning": TLP_MEANING[facts.tlp],
        "meanings": [MEANING[theme] for theme in themes],
        "steps": steps_for(themes),
        "advice": facts.advice,
        "findings": [_finding(finding) for finding in findings],
        "more_findings": 0 if bare else len(facts.findings) - len(findings),
        "withheld": any(finding["withheld"] or not finding["title"] for finding in facts.findings),
        "hosts": [] if bare else hosts_of(facts),
        "rows": [display(row) for row in rows],
        "shown_count": len(rows),
        "more_on_page": len(facts.rows) > len(rows),
        "event_count": facts.event_count,
        "deadline": spoken(facts.deadline),
        "centre": settings.ORGANISATION_NAME,
        "phone": settings.CONFIG.organisation_phone,
        "email": settings.DEFAULT_FROM_EMAIL,
    }


def link_to(token: str) -> str:
    """The address of a notice's page; ``token`` is its secret."""
    return f"{settings.CONFIG.base_url.rstrip('/')}/n/{token}/"


def hosts_of(facts: Facts) -> list[str]:
    """The member's own addresses in the notice, each once."""
    found = [host for finding in facts.findings for host in finding["hosts"]]
    return list(dict.fromkeys([*found, *(row["own"] for row in facts.rows if row["own"])]))


def display(row: Row) -> dict[str, str]:
    """A row in words: times in the installation's zone, what is harmful made unclickable."""
    masked = {
        "": "",
        "another_member": _("(another organisation)"),
        "restricted": _("(details on request)"),
    }[row["withheld"]]
    other = _end(defang(row["other"]), row["other_port"]) if row["other"] else masked
    return {
        "at": moment(parse_datetime(row["at"])),
        "own": _end(row["own"], row["own_port"]),
        "arrow": "→" if row["direction"] == "outbound" else "←",
        "direction": _("outbound") if row["direction"] == "outbound" else _("inbound"),
        "other": other,
        "protocol": row["protocol"].upper(),
        "field": row["field"],
        "observed": defang(row["observed"]) if row["observed"] else masked,
    }


def moment(at: datetime | None) -> str:
    """A time that nobody can misread: "2026-11-24 11:11:03 CET"."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S %Z}" if at else ""


def spoken(at: datetime | None) -> str:
    """A time as people say it: "torsdag 26. november 2026 kl. 11:00"."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    dot = "" if translation.get_language() == "en" else "."
    day = date_format(local, f"l j{dot} F Y")
    return _("%(day)s at %(time)s") % {"day": day, "time": f"{local:%H:%M}"}


def defang(text: str) -> str:
    """``text`` so that no program makes a link of it: ``hxxp://evil[.]example``."""
    text = printable(text)
    if len(text) > _LONGEST_VALUE:
        text = text[:_LONGEST_VALUE] + "…"
    for scheme, harmless in _SCHEMES:
        text = text.replace(scheme, harmless)
    return text.replace(".", "[.]").replace("::", "[::]")


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "title": defang(finding["title"]) or _("(details on request)"),
        "severity": Severity(finding["severity"]).label,
        "count": finding["count"],
        "first_seen": moment(parse_datetime(finding["first_seen"])),
        "last_seen": moment(parse_datetime(finding["last_seen"])),
        "indicator": defang(finding["indicator"]),
        "sources": [
            {**source, "tlp": TLP(source["tlp"]).label, "context": defang(source["context"])}
            for source in finding["sources"]
            if source["source"]
        ],
        "withheld": finding["withheld"],
    }


def _end(address: str, port: int | None) -> str:
    if not address:
        return ""
    if port is None:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _tidy(text: str) -> str:
    """The text without the empty lines that template tags leave."""
    lines: list[str] = []
    for line in (line.rstrip() for line in text.splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip() + "\n"
