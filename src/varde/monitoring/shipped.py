"""The suppression rules that every installation begins with.

Suricata's own events about broken packets are 69 % of the alerts in a large body of real traffic.
They speak of captures and cables, hardly ever of an attack. A match of an indicator is never
hidden by these rules. Names are stable: an installation finds its rule again by name. Name and
reason are stored in English and translated where they are shown.
"""

from typing import NamedTuple

from django.utils.translation import gettext_noop as _


class ShippedRule(NamedTuple):
    name: str
    detection: str
    reason: str


SHIPPED_RULES: tuple[ShippedRule, ...] = (
    ShippedRule(
        _("Suricata: decoder events"),
        "suricata:2200000-2209999",
        _("Packets that are cut short or break a protocol's form: nearly always the capture."),
    ),
    ShippedRule(
        _("Suricata: stream events"),
        "suricata:2210000-2219999",
        _("TCP conversations that the sensor saw only in part: lost packets, asymmetric routes."),
    ),
    ShippedRule(
        _("Suricata: application layer events"),
        "suricata:2220000-2299999",
        _("Messages that stray from a protocol's form: mostly unusual but honest programs."),
    ),
    ShippedRule(
        _("ET: DNS query to a .tk domain"),
        "suricata:2012811",
        _("Names below .tk are as common in honest traffic: 15 % of all alerts in real traffic."),
    ),
    ShippedRule(
        _("GPL: which program sent a ping"),
        "suricata:2100366-2100384",
        _("Ordinary pings, told apart by their filling: no sign of an attack."),
    ),
)
