"""An alert's reasons as sentences in the reader's language: for screens, command line, notices.

The facts are in ``Alert.why``; their shape is in ``actions/alert.py``.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from varde.monitoring.enums import DetectionKind
from varde.monitoring.models import Alert
from varde.monitoring.severity import Contact

CONTACTS = {
    Contact.OUTBOUND: gettext_lazy("A host of the member opened a connection to it."),
    Contact.TRANSFER: gettext_lazy("A file with this hash was transferred."),
    Contact.LOOKUP: gettext_lazy("A host of the member asked for its address in DNS."),
    Contact.MAIL: gettext_lazy("Mail was sent from or to this address."),
    Contact.FINGERPRINT: gettext_lazy(
        "A program with this fingerprint spoke TLS. Many programs can share a fingerprint."
    ),
    Contact.INBOUND: gettext_lazy("It opened a connection to a host of the member."),
    Contact.ELSEWHERE: gettext_lazy("Neither end belongs to a member."),
}


def sentences(alert: Alert) -> list[str]:
    """Why there is this alert, in the language in force: what, who says so, how grave, at whom."""
    return [*_what(alert), *_claims(alert), *_severity(alert), *_member(alert), *_extent(alert)]


def _what(alert: Alert) -> Iterator[str]:
    if alert.kind == DetectionKind.SIGNATURE:
        yield _("The signature %(signature)s matched: %(title)s.") % {
            "signature": alert.detection.partition(":")[2],
            "title": alert.title,
        }
        return
    yield _("Traffic matched the indicator %(indicator)s (%(type)s).") % {
        "indicator": alert.indicator,
        "type": alert.indicator_type,
    }
    for contact in alert.why.get("contacts", []):
        yield str(CONTACTS[Contact(contact)])


def _claims(alert: Alert) -> Iterator[str]:
    for claim in alert.why.get("claims", []):
        facts = {
            "source": claim["source"],
            "confidence": claim["confidence"],
            "tlp": str(claim["tlp"]).upper(),
            "context": claim["context"],
        }
        if claim["context"]:
            yield (
                _("%(source)s is %(confidence)s %% sure (TLP:%(tlp)s) and says: %(context)s.")
                % facts
            )
        else:
            yield _("%(source)s is %(confidence)s %% sure (TLP:%(tlp)s).") % facts
    if alert.kind == DetectionKind.INDICATOR and not alert.why.get("claims"):
        yield _("No source stands by this indicator any longer.")


def _severity(alert: Alert) -> Iterator[str]:
    severity = alert.get_severity_display()
    codes = [reason["code"] for reason in alert.why.get("severity", {}).get("because", [])]
    if "signature_priority" in codes:
        yield _("The severity (%(severity)s) is the signature's own.") % {"severity": severity}
    elif codes:
        yield _("The severity (%(severity)s) follows from the contact and the confidence.") % {
            "severity": severity
        }
    if "vital_member" in codes:
        yield _("It was raised because patients are hit at once when this member is down.")


def _member(alert: Alert) -> Iterator[str]:
    reasons = alert.why.get("attribution", [])
    if alert.member is None:
        yield _("No member owned either address at that time.")
        return
    for reason in reasons:
        facts = {"member": alert.member.name, "value": reason["value"]}
        if reason["by"] == "sensor":
            yield _("%(member)s: the sensor %(value)s sees their traffic.") % facts
        else:
            yield _("%(member)s: the address lies in their network %(value)s.") % facts


def _extent(alert: Alert) -> Iterator[str]:
    yield ngettext(
        "%(count)d event between %(first)s and %(last)s UTC.",
        "%(count)d events between %(first)s and %(last)s UTC.",
        alert.count,
    ) % {
        "count": alert.count,
        "first": f"{alert.first_seen:%F %T}",
        "last": f"{alert.last_seen:%F %T}",
    }
