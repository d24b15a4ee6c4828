"""What a notice says in plain words: what it means, what to do first, how far it may travel.

Written for whoever opens the mail at a doctor's office of four. All of it is translated; nothing
here knows a member or an address.
"""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from varde.base.marking import TLP
from varde.incidents.enums import Theme
from varde.incidents.evidence import Finding, Row
from varde.monitoring.enums import DetectionKind

Text = str | Promise

_FILE_TYPES = {"md5", "sha1", "sha256"}
_MOST_THEMES = 3

MEANING: dict[Theme, Text] = {
    Theme.OUTBOUND: _(
        "One or more of your machines has been in contact with an address that attackers are known "
        "to use. Often this means that the machine is infected, or that somebody opened a harmful "
        "link or attachment."
    ),
    Theme.INBOUND: _(
        "An address that attackers are known to use has been in contact with one or more of your "
        "machines. It need not have succeeded, but it shows that the machine can be reached from "
        "the Internet and that somebody is trying."
    ),
    Theme.FILE: _(
        "A file that is known to be harmful was transferred to or from one of your machines. If it "
        "was opened, the machine must be treated as infected."
    ),
    Theme.MAIL: _(
        "You exchanged e-mail with an address that is known to be used for fraud or for spreading "
        "harmful files."
    ),
    Theme.SIGNATURE: _(
        "Traffic to or from one of your machines looks like an attack, or like a machine that is "
        "infected. Whether it is so can only be seen on the machine."
    ),
}

_FIND = _(
    "Find the machine: its address is in the list of observations. If you do not know which one "
    "it is, forward this message to those who run your IT."
)
_DISCONNECT = _(
    "Disconnect it from the network (pull the cable, turn wireless off), but leave it switched on: "
    "traces are lost when it is turned off. Is it used in the treatment of patients? Then call us "
    "before you disconnect it."
)
_EXPOSED = _(
    "Check whether the machine has to be reachable from the Internet. If not, close it off. If it "
    "does, see that it is up to date and that its passwords are strong."
)
_MAIL = _(
    "Ask whoever received the e-mail whether they opened a link or an attachment or gave away a "
    "password. If so, change the password and check the machine."
)
_FORWARD = _(
    "Forward this message to your IT supplier and ask them to check the machine and to write back "
    "to you what they found."
)
_ANSWER = _("Tell us how it went, by the link below. You need no account.")

STEPS: dict[Theme, tuple[Text, ...]] = {
    Theme.OUTBOUND: (_FIND, _DISCONNECT, _FORWARD, _ANSWER),
    Theme.INBOUND: (_FIND, _EXPOSED, _FORWARD, _ANSWER),
    Theme.FILE: (_FIND, _DISCONNECT, _FORWARD, _ANSWER),
    Theme.MAIL: (_MAIL, _FORWARD, _ANSWER),
    Theme.SIGNATURE: (_FIND, _FORWARD, _ANSWER),
}

TLP_MEANING: dict[TLP, Text] = {
    TLP.CLEAR: _("There is no limit on how this may be shared."),
    TLP.GREEN: _("You may share this within the sector, but not publicly."),
    TLP.AMBER: _(
        "You may share this within your organisation, and with suppliers and others who need to "
        "know it to protect you."
    ),
    TLP.AMBER_STRICT: _("You may share this within your organisation only."),
    TLP.RED: _("This is for you who received it only. Do not share it with anybody."),
}


def themes_of(findings: Iterable[Finding], rows: Iterable[Row]) -> list[Theme]:
    """What was seen, the most severe first; at least one, at most three."""
    outbound = {row["alert"] for row in rows if row["direction"] == "outbound"}
    themes = []
    for finding in sorted(findings, key=lambda finding: -finding["severity"]):
        theme = _theme(finding, is_outbound=not outbound.isdisjoint(finding["alerts"]))
        if theme not in themes:
            themes.append(theme)
    return themes[:_MOST_THEMES] or [Theme.SIGNATURE]


def steps_for(themes: Iterable[Theme]) -> list[Text]:
    """What to do first for all of ``themes``: each step once, the answer last."""
    steps = [step for theme in themes for step in STEPS[theme] if step is not _ANSWER]
    return [*dict.fromkeys(steps), _ANSWER]


def _theme(finding: Finding, *, is_outbound: bool) -> Theme:
    if finding["kind"] != DetectionKind.INDICATOR:
        return Theme.SIGNATURE
    if finding["indicator_type"] in _FILE_TYPES:
        return Theme.FILE
    if finding["indicator_type"] == "email":
        return Theme.MAIL
    return Theme.OUTBOUND if is_outbound else Theme.INBOUND
