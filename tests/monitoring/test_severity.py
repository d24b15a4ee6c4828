import pytest

from varde.constituency.enums import Criticality
from varde.monitoring.enums import Severity
from varde.monitoring.severity import Contact, contact_of, grade_match, grade_signature


@pytest.mark.parametrize(
    ("indicator_type", "table", "direction", "contact"),
    [
        ("domain", "tls", "outbound", Contact.OUTBOUND),
        ("domain", "dns", "outbound", Contact.LOOKUP),
        ("ip", "flow", "outbound", Contact.OUTBOUND),
        ("ip", "flow", "inbound", Contact.INBOUND),
        ("cidr", "flow", "internal", Contact.OUTBOUND),
        ("sha256", "fileinfo", "inbound", Contact.TRANSFER),
        ("ja4", "tls", "outbound", Contact.FINGERPRINT),
        ("email", "smtp", "inbound", Contact.MAIL),
        ("url", "http", "external", Contact.ELSEWHERE),
    ],
)
def test_an_event_tells_what_contact_there_was(
    indicator_type: str, table: str, direction: str, contact: Contact
) -> None:
    assert contact_of(indicator_type, table, direction) == contact


@pytest.mark.parametrize(
    ("contacts", "confidence", "severity"),
    [
        ([Contact.OUTBOUND], 75, Severity.HIGH),
        ([Contact.OUTBOUND], 74, Severity.MEDIUM),
        ([Contact.OUTBOUND], 49, Severity.LOW),
        ([Contact.LOOKUP], 100, Severity.MEDIUM),
        ([Contact.LOOKUP, Contact.OUTBOUND], 80, Severity.HIGH),
        ([Contact.INBOUND], 80, Severity.MEDIUM),
        ([Contact.FINGERPRINT], 60, Severity.LOW),
        ([Contact.ELSEWHERE], 100, Severity.LOW),
        ([], 100, Severity.LOW),
    ],
)
def test_the_gravest_contact_and_the_surest_source_decide(
    contacts: list[Contact], confidence: int, severity: Severity
) -> None:
    grade = grade_match(contacts, [10, confidence], Criticality.HIGH)

    assert grade.severity == severity


def test_it_is_critical_only_at_a_vital_member_and_with_certainty() -> None:
    assert grade_match(["outbound"], [90], Criticality.VITAL).severity == Severity.CRITICAL
    assert grade_match(["outbound"], [89], Criticality.VITAL).severity == Severity.HIGH
    assert grade_match(["outbound"], [90], Criticality.HIGH).severity == Severity.HIGH
    assert grade_match(["lookup"], [90], Criticality.VITAL).severity == Severity.MEDIUM
    assert grade_match(["outbound"], [90], None).severity == Severity.HIGH


def test_the_grade_says_why() -> None:
    grade = grade_match(["lookup", "outbound"], [50, 95], Criticality.VITAL)

    assert grade.because == [{"code": "outbound", "confidence": 95}, {"code": "vital_member"}]


def test_without_a_source_left_it_is_low() -> None:
    assert grade_match(["outbound"], [], None).severity == Severity.LOW


def test_a_signature_keeps_its_own_grade() -> None:
    assert grade_signature(3).severity == Severity.HIGH
