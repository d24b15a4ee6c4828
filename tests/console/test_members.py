from datetime import timedelta

from django.test import Client
from django.utils import timezone

from tests.console.conftest import ESCAPED, HOSTILE, queries, text
from tests.people import LONG_AGO
from varde.accounts.models import User
from varde.constituency.models import Network, Organisation
from varde.incidents.actions.notice import send_notices
from varde.monitoring.models import Alert, Sensor, SensorPlacement


def test_members_are_found_by_kind_county_and_text(at_desk: Client, three: list[Alert]) -> None:
    def listed(query: str = "") -> set[str]:
        page = text(at_desk, f"/console/members/{query}")
        names = ("Fjord Hospital", "Torg Pharmacy", "Dal Municipality")
        return {name for name in names if name in page}

    assert len(listed()) == 3
    assert listed("?kind=pharmacy") == {"Torg Pharmacy"}
    assert listed("?text=fjord") == {"Fjord Hospital"}
    assert listed("?county=NO-03") == set()
    assert len(listed("?kind=nonsense&county=nonsense")) == 3


def test_the_list_takes_as_many_queries_for_three_members_as_for_one(
    at_desk: Client, three: list[Alert]
) -> None:
    assert queries(at_desk, "/console/members/") == queries(
        at_desk, "/console/members/?kind=pharmacy"
    )


def test_typing_a_member_offers_short_names(at_desk: Client, three: list[Alert]) -> None:
    page = text(at_desk, "/console/member-options/?member=FJORD")

    assert page.strip() == '<option value="fjord-hospital">Fjord Hospital</option>'


def test_a_member_shows_everything_about_it(
    at_desk: Client, analyst: User, three: list[Alert]
) -> None:
    hospital = three[0].member
    assert hospital is not None
    notice = send_notices(actor=analyst, alerts=three[:1])[0]
    sensor = Sensor.objects.create(name="sensor-7")
    SensorPlacement.objects.create(sensor=sensor, organisation=hospital, valid_from=LONG_AGO)

    page = text(at_desk, "/console/members/fjord-hospital/")

    for fact in ("192.0.2.0/24", "fjord-hospital.example", "+4700000000", "sensor-7"):
        assert fact in page
    assert three[0].indicator in page
    assert notice.number in page
    # Nothing of the others.
    assert "198.51.100.0/24" not in page
    assert at_desk.get("/console/members/nobody/").status_code == 404


def test_a_network_that_changed_hands_shows_all_its_owners(
    at_desk: Client, hospital: Organisation, pharmacy: Organisation
) -> None:
    handover = timezone.now() - timedelta(days=90)
    Network.objects.create(
        organisation=pharmacy, cidr="203.0.113.0/24", valid_from=LONG_AGO, valid_to=handover
    )
    Network.objects.create(organisation=hospital, cidr="203.0.113.0/24", valid_from=handover)

    for handle in ("fjord-hospital", "torg-pharmacy"):
        answer = at_desk.get(f"/console/members/{handle}/")
        (passed_on,) = (n for n in answer.context["networks"] if n["cidr"] == "203.0.113.0/24")
        owners = [(network.organisation, bar.is_past) for network, bar in passed_on["rows"]]
        assert owners == [(pharmacy, True), (hospital, False)]


def test_a_members_name_does_nothing(at_desk: Client, hospital: Organisation) -> None:
    hospital.name = HOSTILE
    hospital.save()

    for path in ("/console/members/", "/console/members/fjord-hospital/"):
        page = text(at_desk, path)
        assert ESCAPED in page
        assert HOSTILE not in page
