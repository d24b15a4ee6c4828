"""Fill an empty installation by the actions that people and sensors use; needs Django."""

import io
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from varde.accounts.actions.login import create_login_link
from varde.accounts.actions.user import create_user
from varde.accounts.models import User
from varde.base.marking import PAP, TLP
from varde.constituency.actions.contact import link_contact_user
from varde.constituency.actions.register import import_members, transfer_network
from varde.constituency.memberfile.entries import read_members
from varde.constituency.queries import networks_visible_to, organisations_visible_to
from varde.intel.actions.indicators import Terms, ensure_source, import_indicators
from varde.intel.formats.reading import read_path
from varde.monitoring.actions.ingest import IngestReport, ingest_stream
from varde.monitoring.actions.sensor import known_sensor, place_sensor
from varde.project.demo.history import histories
from varde.project.demo.incident import play_the_incident, tell_of_older_alerts
from varde.project.demo.people import PEOPLE
from varde.project.demo.world import INDICATORS_FILE, MEMBERS_FILE, SENSORS

Say = Callable[[str], None]
LINK_HOURS = 24 * 7
# Nobody has said whose traffic this one sees, so some findings belong to nobody.
UNPLACED = "lyngholmen-01"
MOVED_FROM, MOVED_TO = "journalhuset", "furumo-legesenter"


def build(now: datetime, say: Say) -> list[dict[str, str]]:
    """Everything; gives for each person their role, what they will see, and a link's path."""
    register()
    say("40 members in 15 counties, 6 sensors")
    people = invite(now)
    analyst = people["analyst"]
    place_and_move(analyst, now)
    look_for()
    report = take_in(now)
    say(f"{report.stored:,} events of seven days taken in, {report.alerts} alerts raised")
    tell_of_older_alerts(analyst, now)
    case = play_the_incident(analyst)
    say(f"case {case.number}: {case.members.count()} members told, two have answered")
    return [
        {
            "role": str(person.role),
            "shows": person.shows,
            "link": create_login_link(user=people[str(person.role)], now=now, hours=LINK_HOURS),
        }
        for person in PEOPLE
    ]


def register() -> None:
    """The members, from their file."""
    done = import_members(
        rows=read_members(MEMBERS_FILE.read_bytes()).entries, actor=None, dry_run=False
    )
    if done.refusals:
        raise ValueError(f"{MEMBERS_FILE.name}: {done.refusals[0]}")


def invite(now: datetime) -> dict[str, User]:
    """The people who log in, by role."""
    invited = {}
    for person in PEOPLE:
        user = create_user(
            email=person.email,
            role=person.role,
            name=person.name,
            language=person.language,
            actor=None,
        )
        if person.handle:
            link_contact_user(handle=person.handle, user=user, now=now, actor=None)
        invited[str(person.role)] = user
    return invited


def place_and_move(analyst: User, now: datetime) -> None:
    """Say where the sensors stand, and let one network change hands three days ago."""
    organisations = {o.handle: o for o in organisations_visible_to(analyst)}
    for sensor in SENSORS:
        if sensor.name != UNPLACED:
            place_sensor(
                sensor=known_sensor(sensor.name),
                organisation=organisations[sensor.owner],
                valid_from=now - timedelta(days=300),
            )
    network = networks_visible_to(analyst).get(
        organisation__handle=MOVED_FROM, cidr__startswith="2001:"
    )
    transfer_network(
        network=network, to=organisations[MOVED_TO], at=now - timedelta(days=3), actor=None
    )


def look_for() -> None:
    """The indicators, ours and a partner's."""
    entries = list(read_path(INDICATORS_FILE))
    own = [entry for entry in entries if entry.reference]
    partners = [entry for entry in entries if not entry.reference]
    for name, theirs in (("Varde (demo)", own), ("Nordisk partner (demo)", partners)):
        source = ensure_source(name, tlp=TLP.GREEN, pap=PAP.GREEN)
        import_indicators(
            source=source,
            entries=theirs,
            actor=None,
            terms=Terms(confidence=60),
            file_name=INDICATORS_FILE.name,
        )


def take_in(now: datetime) -> IngestReport:
    """The logs of every sensor for the last seven days."""
    return _sum(
        ingest_stream(io.BytesIO(content), origin=f"{name}-eve.json", sensor=name)
        for name, content in histories(now).items()
    )


def _sum(reports: Iterable[IngestReport]) -> IngestReport:
    total = IngestReport()
    for report in reports:
        total += report
    return total
