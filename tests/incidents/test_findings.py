import pytest

from tests.incidents.conftest import MakeAlert, claim
from varde.base.marking import TLP
from varde.constituency.models import Organisation
from varde.incidents.findings import claims_of, finding_of, is_restricted, label_of
from varde.incidents.queries.evidence import ownership
from varde.monitoring.enums import DetectionKind


@pytest.mark.parametrize(
    ("labels", "restricted"),
    [
        ([TLP.CLEAR], False),
        ([TLP.RED, TLP.AMBER], False),
        ([TLP.AMBER_STRICT], True),
        ([TLP.RED, TLP.AMBER_STRICT], True),
    ],
)
def test_one_source_that_lets_us_tell_is_enough(
    hospital: Organisation, make_alert: MakeAlert, labels: list[TLP], *, restricted: bool
) -> None:
    alert = make_alert(hospital, "192.0.2.5", why={"claims": [claim("s", tlp) for tlp in labels]})

    assert is_restricted(alert) == restricted


def test_without_sources_the_alerts_own_label_decides(
    hospital: Organisation, make_alert: MakeAlert
) -> None:
    facts = {"kind": DetectionKind.SIGNATURE, "why": {}}

    assert not is_restricted(make_alert(hospital, "192.0.2.5", tlp=TLP.AMBER, **facts))
    assert is_restricted(make_alert(hospital, "192.0.2.5", tlp=TLP.RED, **facts))
    assert is_restricted(make_alert(hospital, "192.0.2.5", tlp=TLP.AMBER_STRICT, why={}))


def test_a_label_that_cannot_be_read_counts_as_the_strictest(
    hospital: Organisation, make_alert: MakeAlert
) -> None:
    strange = [claim("s") | {"tlp": "purple"}, "no claim at all"]
    alert = make_alert(hospital, "192.0.2.5", why={"claims": strange})

    assert len(claims_of(alert)) == 1
    assert is_restricted(alert)


def test_what_a_source_says_of_another_member_is_left_out(
    hospital: Organisation, pharmacy: Organisation, make_alert: MakeAlert
) -> None:
    said = claim(
        "Feed", context="Sent by Torg Pharmacy", reference="https://x.torg-pharmacy.example"
    )
    alert = make_alert(hospital, "192.0.2.5", why={"claims": [said]})

    finding = finding_of(alert, member_id=hospital.pk, ownership=ownership())

    [source] = finding["sources"]
    assert (source["source"], source["context"], source["reference"]) == ("Feed", "", "")
    assert finding["withheld"] == 0


def test_an_indicator_that_is_another_member_is_not_named(
    hospital: Organisation, pharmacy: Organisation, make_alert: MakeAlert
) -> None:
    name = "shop.torg-pharmacy.example"
    alert = make_alert(
        hospital, "192.0.2.5", title=f"Contact with {name}", indicator=name, indicator_type="domain"
    )

    finding = finding_of(alert, member_id=hospital.pk, ownership=ownership())

    assert "torg" not in str(finding)
    assert finding["title"] == ""


def test_the_label_of_the_whole_is_the_strictest_of_what_is_told(
    hospital: Organisation, make_alert: MakeAlert
) -> None:
    told = make_alert(hospital, "192.0.2.5", why={"claims": [claim("s", TLP.AMBER)]})
    secret = make_alert(hospital, "192.0.2.5", why={"claims": [claim("s", TLP.RED)]})

    assert label_of([told, secret], at_least=TLP.GREEN) == TLP.AMBER
    assert label_of([secret], at_least=TLP.GREEN) == TLP.GREEN
    assert label_of([told], at_least=TLP.RED) == TLP.RED
