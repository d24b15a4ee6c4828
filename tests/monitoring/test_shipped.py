from varde.monitoring.models import SuppressionRule
from varde.monitoring.patterns import covers, read_pattern
from varde.monitoring.shipped import SHIPPED_RULES


def test_every_shipped_rule_can_be_read_and_fits_its_columns() -> None:
    for rule in SHIPPED_RULES:
        read_pattern(rule.detection)
        for name in ("name", "detection"):
            longest = SuppressionRule._meta.get_field(name).max_length
            assert longest is not None
            assert len(getattr(rule, name)) <= longest


def test_shipped_rules_cover_suricatas_own_events_without_a_gap() -> None:
    patterns = [read_pattern(rule.detection) for rule in SHIPPED_RULES]

    for signature in range(2_200_000, 2_300_000, 499):
        assert sum(covers(p, f"suricata:{signature}") for p in patterns) == 1


def test_they_cover_no_signature_of_ours() -> None:
    patterns = [read_pattern(rule.detection) for rule in SHIPPED_RULES]

    assert not any(covers(p, f"suricata:{9_000_000 + n}") for p in patterns for n in range(100))
