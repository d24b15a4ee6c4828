from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from django.conf import settings
from pytest_django import DjangoAssertNumQueries

from varde.accounts.models import User
from varde.constituency.actions.register import end_network, give_network, transfer_network
from varde.constituency.models import Network, Organisation
from varde.engine.enrich.ownership import Ownership
from varde.monitoring.models import Sensor, SensorPlacement
from varde.monitoring.queries.ownership import current_ownership, forget_ownership, owner_at

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def member(address: str, at: datetime) -> int | None:
    times = pa.array([at], pa.timestamp("us", "UTC"))
    return current_ownership().owners(pa.array([address]), times).column("member")[0].as_py()


def test_the_artefact_follows_the_register(
    hospital: Organisation, pharmacy: Organisation, analyst: User
) -> None:
    assert member("192.0.2.1", NOW) == hospital.pk

    transfer_network(network=hospital.networks.get(), to=pharmacy, at=NOW, actor=analyst)

    assert member("192.0.2.1", NOW) == pharmacy.pk
    assert member("192.0.2.1", NOW - DAY) == hospital.pk


def test_an_unchanged_register_costs_one_query(
    hospital: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = current_ownership()

    with django_assert_num_queries(1):
        assert current_ownership() is first


def test_the_artefact_on_disk_is_that_of_the_revision_it_is_named_after(
    hospital: Organisation, analyst: User
) -> None:
    for number in range(5):
        give_network(
            organisation=hospital, cidr=f"203.0.113.{number}", valid_from=NOW, actor=analyst
        )
        current = current_ownership()

    folder = Path(settings.VARDE_HOME) / "artefacts"
    assert Ownership.open(folder / f"ownership-{current.revision}.arrow").revision == (
        current.revision
    )
    assert len(list(folder.glob("ownership-*"))) <= 3


def test_an_artefact_left_by_another_history_is_not_believed(
    hospital: Organisation, pharmacy: Organisation
) -> None:
    # A restored database counts its revisions anew: the number alone proves nothing.
    assert member("192.0.2.1", NOW) == hospital.pk
    Network.objects.filter(cidr="192.0.2.0/24").update(organisation=pharmacy)

    forget_ownership()  # as a process does that starts

    assert member("192.0.2.1", NOW) == pharmacy.pk


def test_an_answer_tells_owner_reason_and_history(
    hospital: Organisation, pharmacy: Organisation, analyst: User
) -> None:
    transfer_network(network=hospital.networks.get(), to=pharmacy, at=NOW, actor=analyst)
    end_network(network=pharmacy.networks.get(cidr="192.0.2.0/24"), at=NOW + DAY, actor=analyst)
    give_network(
        organisation=hospital, cidr="192.0.2.0/28", valid_from=NOW + 2 * DAY, actor=analyst
    )

    answer = owner_at("192.0.2.1", NOW)

    assert answer.owner is not None
    assert (answer.owner.handle, answer.owner.value) == ("torg-pharmacy", "192.0.2.0/24")
    assert [(fact.value, fact.handle, fact.reason) for fact in answer.considered] == [
        ("192.0.2.0/28", "fjord-hospital", "not_yet_valid"),
        ("192.0.2.0/24", "torg-pharmacy", "chosen"),
        ("192.0.2.0/24", "fjord-hospital", "no_longer_valid"),
    ]
    assert [(t.start, t.fact.handle if t.fact else None) for t in answer.history] == [
        (hospital.valid_from, "fjord-hospital"),
        (NOW, "torg-pharmacy"),
        (NOW + DAY, None),
        (NOW + 2 * DAY, "fjord-hospital"),
    ]


@pytest.mark.parametrize("question", ["198.51.101.1", "nowhere.example", "", "192.0.2.0/24", "\0"])
def test_what_nobody_owns_has_no_owner_and_no_history(
    hospital: Organisation, question: str
) -> None:
    answer = owner_at(question, NOW)

    assert (answer.owner, answer.considered, answer.history) == (None, [], [])


def test_domains_and_sensors_are_answered_too(hospital: Organisation) -> None:
    sensor = Sensor.objects.create(name="fjord-1")
    SensorPlacement.objects.create(sensor=sensor, organisation=hospital, valid_from=NOW)

    by_domain = owner_at("www.fjord-hospital.example", NOW).owner
    by_sensor = owner_at("fjord-1", NOW).owner

    assert by_domain is not None
    assert (by_domain.kind, by_domain.handle) == ("domain", "fjord-hospital")
    assert by_sensor is not None
    assert (by_sensor.kind, by_sensor.handle) == ("sensor", "fjord-hospital")
    assert owner_at("fjord-1", NOW - DAY).owner is None
