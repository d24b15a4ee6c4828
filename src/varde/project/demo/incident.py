"""What the centre has done about it when the demonstration begins; needs Django."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from varde.accounts.models import User
from varde.base.marking import PAP, TLP
from varde.incidents.actions.answer import record_answer
from varde.incidents.actions.case import CaseFacts, add_note, open_case
from varde.incidents.actions.draft import Wishes
from varde.incidents.actions.notice import send_notices
from varde.incidents.enums import AnswerKind, Classification
from varde.incidents.models import Case, Notice
from varde.intel.canonical import canonical
from varde.intel.formats.reading import read_path
from varde.monitoring.actions.alert import assess_alerts
from varde.monitoring.enums import AlertStatus, Severity
from varde.monitoring.models import Alert
from varde.monitoring.queries import alerts_visible_to
from varde.notify.actions.delivery import deliver_due
from varde.project.demo import story
from varde.project.demo.world import INDICATORS_FILE

TITLE = "Løsepengevirus på vei: Grå Havhest hos tre virksomheter"
NOTES = (
    """Kvernvik kommune: en ansatt åpnet faktura_2026.iso fra oppgjor-helse.example.
Maskinen melder seg hvert ellevte minutt hos 203.0.113.66.""",
    """Nordvarme drifter Kvernvik. Samme signal derfra siden i natt, og en tjeneste ble installert
over SMB. Regn med at driftskontoer er på avveie.""",
    """Solvik: samme signal, og 4,8 GB ut til 203.0.113.67 for under en time siden.
Vakttelefonen er ringt.""",
)
ADVICE = (
    "Koble maskinen fra nettet, men la den stå på.\n"
    "Sperr sikkeroppdatering.example og 203.0.113.66-67.\n"
    "Bytt passord på kontoer som har vært brukt på maskinen, driftskontoer først.\n"
    "Ring oss før dere gjenoppretter noe."
)
ANSWERS = {
    story.SUPPLIER: (AnswerKind.FIXED, "Maskinen er tatt av nettet, driftskontoene er byttet."),
    story.VICTIM: (AnswerKind.NEED_HELP, "Vi har ingen som kan dette. Kan dere ringe ordføreren?"),
}
OLDER_ANSWERS = (
    (AnswerKind.FIXED, "Ryddet, og brukeren er snakket med."),
    (AnswerKind.FALSE_POSITIVE, "Det var vår egen test."),
    (AnswerKind.FIXED, ""),
    None,
    (AnswerKind.NOT_OURS, "Adressen er gjestenettet til nabobygget."),
    (AnswerKind.FIXED, "Sperret i brannmuren."),
)
VERDICTS = (
    (AlertStatus.INFORMATIONAL, "Reklame, ingen skade."),
    (AlertStatus.FALSE, "Egen sårbarhetsskanning."),
    (AlertStatus.TRUE, "Bekreftet, virksomheten er varslet på telefon."),
)


def play_the_incident(analyst: User) -> Case:
    """A case with three members, each told; two have answered, the hospital is silent."""
    facts = CaseFacts(
        title=TITLE,
        severity=Severity.CRITICAL,
        classification=Classification.MALICIOUS_CODE,
        tlp=TLP.AMBER,
        pap=PAP.AMBER,
    )
    case = open_case(facts=facts, actor=analyst, alerts=alerts_of_the_story(analyst))
    for note in NOTES:
        add_note(case=case, text=note, actor=analyst)
    now = timezone.now()  # after the case was opened, as its time line shows
    notices = send_notices(case=case, actor=analyst, wishes=Wishes(advice=ADVICE), now=now)
    answers = {notice.member.handle: notice for notice in notices}
    _deliver_and_answer([(answers[handle], answer) for handle, answer in ANSWERS.items()], now)
    return case


def alerts_of_the_story(analyst: User) -> list[Alert]:
    """The alerts at the three members that the case is about."""
    known = {
        canonical(entry.type, entry.value)[1]
        for entry in read_path(INDICATORS_FILE)
        if entry.reference
    }
    signatures = {f"suricata:{signature.sid}" for signature in (story.LATERAL, story.TICKETS)}
    alerts = alerts_visible_to(analyst).filter(member__handle__in=story.MEMBERS)
    return [a for a in alerts if a.indicator in known or a.detection in signatures]


def tell_of_older_alerts(analyst: User, now: datetime) -> None:
    """The work of the days before: some members told, some alerts assessed, some left."""
    older = alerts_visible_to(analyst).filter(
        last_seen__lt=now - timedelta(days=2), status=AlertStatus.NEW
    )
    concerned = [alert for alert in older if alert.member_id and alert.indicator]
    told: dict[int | None, Alert] = {alert.member_id: alert for alert in concerned}
    chosen = list(told.values())[: len(OLDER_ANSWERS)]
    notices = send_notices(actor=analyst, alerts=chosen, now=now) if chosen else []
    _deliver_and_answer(zip(notices, OLDER_ANSWERS, strict=False), now)
    rest = [alert for alert in older if alert not in chosen]
    for place, (verdict, comment) in enumerate(VERDICTS):
        share = rest[place :: len(VERDICTS) + 1]
        if share:
            assess_alerts(alerts=share, verdict=verdict, actor=analyst, comment=comment)


def _deliver_and_answer(
    answers: Iterable[tuple[Notice, tuple[AnswerKind, str] | None]], now: datetime
) -> None:
    """Send what waits, and answer through the links as the members would."""
    # The secret of a link is forgotten once its mail has left.
    secrets = [
        (notice.notification.secret, answer) for notice, answer in answers if notice.notification
    ]
    while deliver_due(now=now, worker="demo", limit=100):
        pass
    for secret, answer in secrets:
        if answer:
            kind, comment = answer
            record_answer(token=secret, kind=kind, comment=comment, now=now)
