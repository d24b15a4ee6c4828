"""An alert's facts as answered questions, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from varde.intel.enums import IndicatorType
from varde.monitoring.enums import DetectionKind
from varde.monitoring.models import Alert

HOSTS_SHOWN = 5

_CONTACTS: dict[str, Promise] = {
    "outbound": gettext_lazy("A host at the member connected to it."),
    "transfer": gettext_lazy("A file with this fingerprint was transferred."),
    "lookup": gettext_lazy("A host at the member asked DNS for it."),
    "mail": gettext_lazy("The address sent or received e-mail."),
    "fingerprint": gettext_lazy("A TLS client with this fingerprint was seen."),
    "inbound": gettext_lazy("It connected to a host at the member."),
    "elsewhere": gettext_lazy("Neither end belongs to a member."),
}
_ATTRIBUTED_BY: dict[str, Promise] = {
    "network": gettext_lazy("Owned the network %(value)s at the time of the event."),
    "domain": gettext_lazy("Owned the domain %(value)s at the time of the event."),
    "sensor": gettext_lazy("The sensor %(value)s stood at the member at the time of the event."),
}
_BECAUSE: dict[str, Promise] = {
    "outbound": gettext_lazy("Outbound contact, and the best source is %(confidence)s%% sure."),
    "transfer": gettext_lazy(
        "A file was transferred, and the best source is %(confidence)s%% sure."
    ),
    "lookup": gettext_lazy("A DNS lookup only, and the best source is %(confidence)s%% sure."),
    "mail": gettext_lazy("An e-mail address, and the best source is %(confidence)s%% sure."),
    "fingerprint": gettext_lazy(
        "A fingerprint that many programs may share; the best source is %(confidence)s%% sure."
    ),
    "inbound": gettext_lazy("Inbound contact, and the best source is %(confidence)s%% sure."),
    "elsewhere": gettext_lazy("No member is part of it."),
    "vital_member": gettext_lazy("The member is vital: patients are hit at once when it is down."),
    "signature_priority": gettext_lazy("The signature's own priority."),
}
_STEPS: dict[str, tuple[Promise, ...]] = {
    "outbound": (
        gettext_lazy("Look at the evidence: is the traffic answered, and does it repeat?"),
        gettext_lazy("Call the member where it is urgent; ask them to isolate the host."),
        gettext_lazy("See whether other members show the same."),
    ),
    "transfer": (
        gettext_lazy("Find out who sent the file and whether it was opened."),
        gettext_lazy("Ask the member to isolate the host and keep the file."),
    ),
    "lookup": (
        gettext_lazy("Look for traffic to the address that the name resolved to."),
        gettext_lazy("Ask the member which program asked for the name."),
    ),
    "mail": (gettext_lazy("Ask the member to find the message and see who else received it."),),
    "fingerprint": (gettext_lazy("Look for a second sign: a fingerprint alone proves little."),),
    "inbound": (gettext_lazy("See whether the member's host answered, and what it exposes."),),
    "elsewhere": (
        gettext_lazy("Find out whose address this is: a network may be missing in the register."),
    ),
    "signature": (
        gettext_lazy("Read what the signature looks for, and compare it with the evidence."),
        gettext_lazy("Notify the member, or make a suppression rule where it is noise."),
    ),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One question with its answers; ``code`` lets a page add to one of them."""

    code: str
    question: str
    answers: list[str] = field(default_factory=list)


def explain(alert: Alert) -> list[Reason]:
    """What a person needs to check ``alert``, in the order that they ask."""
    why: Mapping[str, Any] = alert.why
    return [
        Reason("seen", _("What was seen?"), _seen(alert, why)),
        Reason("source", _("Who says that it is bad?"), _sources(alert, why)),
        Reason("member", _("Why this member?"), _attribution(alert, why)),
        Reason("severity", _("Why this severity?"), _said(_BECAUSE, _because(why))),
    ]


def next_steps(alert: Alert) -> list[str]:
    """What an analyst does next, most important first."""
    contacts = alert.why.get("contacts") or ["signature"]
    if alert.member_id is None:
        contacts = ["elsewhere"]
    return [str(step) for step in _STEPS.get(contacts[0], _STEPS["signature"])]


def hosts(alert: Alert) -> list[tuple[str, int]]:
    """The member's hosts that had most events."""
    counted: Mapping[str, int] = alert.why.get("hosts", {})
    return sorted(counted.items(), key=lambda host: -host[1])[:HOSTS_SHOWN]


def _seen(alert: Alert, why: Mapping[str, Any]) -> list[str]:
    if alert.kind == DetectionKind.SIGNATURE:
        number = alert.detection.partition(":")[2]
        return [_("The sensor's signature %(number)s fired.") % {"number": number}]
    kind = IndicatorType(alert.indicator_type).label if alert.indicator_type else _("Indicator")
    return [
        f"{kind}: {alert.indicator}",
        *(str(_CONTACTS[c]) for c in why.get("contacts", []) if c in _CONTACTS),
    ]


def _sources(alert: Alert, why: Mapping[str, Any]) -> list[str]:
    if alert.kind == DetectionKind.SIGNATURE:
        return [_("The rule set that the sensor runs.")]
    return [] if why.get("claims") else [_("No source vouches for it any longer.")]


def _attribution(alert: Alert, why: Mapping[str, Any]) -> list[str]:
    if alert.member_id is None:
        return [_("No member owned any of the addresses at the time of the event.")]
    return _said(
        _ATTRIBUTED_BY, ((fact.get("by", ""), fact) for fact in why.get("attribution", []))
    )


def _because(why: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    return ((fact.get("code", ""), fact) for fact in why.get("severity", {}).get("because", []))


def _said(
    words: Mapping[str, Promise], facts: Iterable[tuple[str, Mapping[str, Any]]]
) -> list[str]:
    return [str(words[code]) % dict(fact) for code, fact in facts if code in words]
