"""A case with three members becomes three notices, each with its own hosts only."""

from email.message import EmailMessage

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from tests.at_once import at_once
from tests.incidents.conftest import EVIL, MakeAlert, add_event, claim
from tests.notify.conftest import MailServer, mail_server
from varde.accounts.models import User
from varde.base.errors import NotAllowed, Refused
from varde.base.marking import TLP
from varde.base.models import AuditEntry
from varde.constituency.models import Organisation
from varde.incidents.actions.case import CaseFacts, close_case, open_case
from varde.incidents.actions.notice import Wishes, send_notices
from varde.incidents.errors import NobodyToNotify
from varde.incidents.models import Notice
from varde.monitoring.enums import Direction
from varde.monitoring.models import Alert, Batch
from varde.notify.actions.delivery import deliver_due

__all__ = ["mail_server"]


def body_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_case_with_three_members_becomes_three_mails(
    three: list[Alert], analyst: User, mail_server: MailServer
) -> None:
    case = open_case(facts=CaseFacts("Ransomware"), alerts=three, actor=analyst)

    notices = send_notices(case=case, actor=analyst)
    deliver_due(now=timezone.now(), worker="w", limit=50)

    assert [notice.member.handle for notice in notices] == [
        "dal-municipality",
        "fjord-hospital",
        "torg-pharmacy",
    ]
    bodies = {str(m["To"]): body_of(m) for m in mail_server.messages}
    own = {
        "security@dal-municipality.example": "[2001:db8:da1::9]:51515",
        "security@fjord-hospital.example": "192.0.2.5:51515",
        "security@torg-pharmacy.example": "198.51.100.7:51515",
    }
    assert set(bodies) == set(own)
    for address, body in bodies.items():
        for owner, host in own.items():
            assert (host in body) == (owner == address)


def test_each_member_reads_its_own_language(
    three: list[Alert], analyst: User, mail_server: MailServer
) -> None:
    send_notices(alerts=three, actor=analyst)
    deliver_due(now=timezone.now(), worker="w", limit=50)

    said = {m["Content-Language"]: (m["Subject"], body_of(m)) for m in mail_server.messages}
    assert said["nb"][0].startswith("[TLP:AMBER] Sikkerhetsvarsel: en av maskinene deres")
    assert said["nn"][0].startswith("[TLP:AMBER] Tryggleiksvarsel: ei av maskinene dykkar")
    assert said["en"][0].startswith("[TLP:AMBER] Security notice: one of your machines")
    assert "GJØR DETTE FØRST" in said["nb"][1]
    assert "GJER DETTE FØRST" in said["nn"][1]
    assert "WHAT TO DO FIRST" in said["en"][1]
    assert "Dere kan dele dette i egen virksomhet, og med leverandører" in said["nb"][1]
    assert "De kan dele dette i eiga verksemd, og med leverandørar" in said["nn"][1]
    for language in ("nb", "nn"):
        assert "WHAT WE SAW" not in said[language][1]


def test_the_mail_holds_the_link_and_the_records_hold_only_its_digest(
    hospital: Organisation, make_alert: MakeAlert, analyst: User, mail_server: MailServer
) -> None:
    [notice] = send_notices(alerts=[make_alert(hospital, "192.0.2.5")], actor=analyst)
    token = notice.notification.secret
    deliver_due(now=timezone.now(), worker="w", limit=50)

    [message] = mail_server.messages
    assert f"/n/{token}/" in body_of(message)
    assert f"/n/{token}/" in body_of(message, "html")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names from the database
            assert not any(token in str(value) for row in cursor.fetchall() for value in row)


def test_harmful_addresses_cannot_be_clicked(
    hospital: Organisation, make_alert: MakeAlert, analyst: User, mail_server: MailServer
) -> None:
    alert = make_alert(
        hospital, "192.0.2.5", event={"field": "http.url", "observed": f"http://{EVIL}/a?<b>"}
    )
    send_notices(alerts=[alert], actor=analyst)
    deliver_due(now=timezone.now(), worker="w", limit=50)

    [message] = mail_server.messages
    for kind in ("plain", "html"):
        assert EVIL not in body_of(message, kind)
    assert "hxxp://203[.]0[.]113[.]66/a?<b>" in body_of(message)
    assert "hxxp://203[.]0[.]113[.]66/a?&lt;b&gt;" in body_of(message, "html")


def test_the_same_alerts_are_not_told_twice(
    three: list[Alert], hospital: Organisation, make_alert: MakeAlert, analyst: User
) -> None:
    send_notices(alerts=three, actor=analyst)

    with pytest.raises(NobodyToNotify, match="Torg Pharmacy"):
        send_notices(alerts=three, actor=analyst)
    new = make_alert(hospital, "192.0.2.6")
    [more] = send_notices(alerts=[*three, new], actor=analyst)
    again = send_notices(alerts=three, actor=analyst, wishes=Wishes(again=True))

    assert list(more.alerts.all()) == [new]
    assert len(again) == 3
    assert Notice.objects.count() == 7


def test_only_the_members_that_were_chosen_are_told(
    three: list[Alert], pharmacy: Organisation, analyst: User
) -> None:
    wishes = Wishes(member_ids=frozenset({pharmacy.pk}))

    [notice] = send_notices(alerts=three, actor=analyst, wishes=wishes)

    assert notice.member == pharmacy


def test_only_operators_notify_and_not_from_a_closed_case(
    three: list[Alert], analyst: User, auditor: User, leader: User, stranger: User
) -> None:
    case = open_case(facts=CaseFacts("Ransomware"), alerts=three, actor=analyst)
    for person in (auditor, leader, stranger):
        with pytest.raises(NotAllowed):
            send_notices(case=case, actor=person)

    close_case(case=case, actor=analyst)

    with pytest.raises(Refused):
        send_notices(case=case, actor=analyst)
    assert not Notice.objects.exists()


def test_a_source_that_does_not_let_us_tell_is_left_out(
    hospital: Organisation, make_alert: MakeAlert, analyst: User, mail_server: MailServer
) -> None:
    why = {
        "claims": [
            claim("Secret partner", TLP.RED, context="canary-red"),
            claim("Strict partner", TLP.AMBER_STRICT, context="canary-strict"),
            claim("Open feed", TLP.GREEN, context="known to all"),
        ]
    }
    alert = make_alert(hospital, "192.0.2.5", tlp=TLP.RED, why=why)

    [notice] = send_notices(alerts=[alert], actor=analyst)
    deliver_due(now=timezone.now(), worker="w", limit=50)

    [message] = mail_server.messages
    text = body_of(message) + body_of(message, "html") + str(notice.findings)
    assert "Open feed" in text
    assert "ring oss" in text
    for secret in ("Secret partner", "Strict partner", "canary-red", "canary-strict"):
        assert secret not in text
    assert notice.tlp == TLP.AMBER


def test_an_indicator_that_may_not_be_told_is_given_away_by_nothing(
    hospital: Organisation, make_alert: MakeAlert, analyst: User, mail_server: MailServer
) -> None:
    why = {"claims": [claim("Secret partner", TLP.RED)]}
    alert = make_alert(hospital, "192.0.2.5", tlp=TLP.RED, why=why)

    [notice] = send_notices(alerts=[alert], actor=analyst)
    deliver_due(now=timezone.now(), worker="w", limit=50)

    [message] = mail_server.messages
    text = str(message) + body_of(message) + body_of(message, "html")
    text += f"{notice.findings} {notice.evidence}"
    assert "192.0.2.5" in text
    assert "(detaljer på forespørsel)" in text
    for form in (EVIL, EVIL.replace(".", "[.]"), "Secret partner"):
        assert form not in text


def test_a_red_notice_holds_no_details_in_the_mail(
    hospital: Organisation, make_alert: MakeAlert, analyst: User, mail_server: MailServer
) -> None:
    case = open_case(
        facts=CaseFacts("Ransomware", tlp=TLP.RED),
        alerts=[make_alert(hospital, "192.0.2.5")],
        actor=analyst,
    )

    [notice] = send_notices(case=case, actor=analyst)
    deliver_due(now=timezone.now(), worker="w", limit=50)

    [message] = mail_server.messages
    assert notice.tlp == TLP.RED
    assert message["Subject"].startswith("[TLP:RED]")
    for kind in ("plain", "html"):
        assert "192.0.2.5" not in body_of(message, kind)
        assert "Detaljene står ikke i denne e-posten" in body_of(message, kind)
    assert notice.evidence[0]["own"] == "192.0.2.5"


def test_the_far_end_in_another_member_is_not_shown(
    hospital: Organisation,
    pharmacy: Organisation,
    make_alert: MakeAlert,
    analyst: User,
    mail_server: MailServer,
) -> None:
    between = {
        "destination_address": "198.51.100.7",
        "direction": Direction.INTERNAL,
        "field": "tls.sni",
        "observed": "mail.torg-pharmacy.example",
    }
    alert = make_alert(hospital, "192.0.2.5", event=between)

    [notice] = send_notices(alerts=[alert], actor=analyst)
    deliver_due(now=timezone.now(), worker="w", limit=50)

    text = body_of(mail_server.messages[0]) + body_of(mail_server.messages[0], "html")
    assert "(en annen virksomhet)" in text
    for canary in ("198.51.100", "198[.]51", "torg", "sensor-at", "INTERNAL", "internal"):
        assert canary not in text
        assert canary not in str(notice.evidence)


def test_a_mail_is_bounded_and_the_records_a_little_less(
    hospital: Organisation,
    make_alert: MakeAlert,
    batch: Batch,
    analyst: User,
    mail_server: MailServer,
) -> None:
    alerts = [make_alert(hospital, f"192.0.2.{n}", count=1000) for n in range(3)]
    for line in range(1000, 1300):
        add_event(alerts[line % 3], batch, f"192.0.2.{line % 3}", line=line)

    [notice] = send_notices(alerts=alerts, actor=analyst)
    deliver_due(now=timezone.now(), worker="w", limit=50)

    body = body_of(mail_server.messages[0])
    assert body.count(":51515 →") == 25
    assert "25 av 3000 observasjoner." in body
    assert "Siden bak lenken viser flere." in body
    assert len(notice.evidence) == 100
    assert {row["own"] for row in notice.evidence} == {"192.0.2.0", "192.0.2.1", "192.0.2.2"}


def test_everything_is_in_one_transaction_with_its_audit_entries(
    three: list[Alert], analyst: User, settings: Settings
) -> None:
    before = AuditEntry.objects.count()
    settings.DEFAULT_FROM_EMAIL = None  # the last of the three steps fails

    with pytest.raises(AttributeError):
        send_notices(alerts=three, actor=analyst)

    assert not Notice.objects.exists()
    assert AuditEntry.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_two_people_who_send_at_once_notify_once(three: list[Alert], analyst: User) -> None:
    def send() -> str:
        try:
            return f"sent {len(send_notices(alerts=three, actor=analyst))}"
        except NobodyToNotify:
            return "refused"

    outcomes = at_once(send, send)

    assert sorted(outcomes) == ["refused", "sent 3"]
    assert Notice.objects.count() == 3
