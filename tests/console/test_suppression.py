from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.console.conftest import ESCAPED, HOSTILE, text
from varde.accounts.models import User
from varde.console.forms.suppression import RuleForm
from varde.monitoring.actions.suppression import RuleTerms, ensure_shipped_rules
from varde.monitoring.models import Alert, SuppressionRule

NEW = "/console/suppression/new/"
RULE = {
    "name": "Own scanner",
    "detection": "suricata:2027863",
    "member": "",
    "address": "192.0.2.9",
    "reason": "It is ours",
    "lifetime": "7",
}


def test_a_form_becomes_terms() -> None:
    now = timezone.now()
    form = RuleForm(RULE)

    assert form.is_valid()
    assert form.terms(None, now) == RuleTerms(
        name="Own scanner",
        detection="suricata:2027863",
        reason="It is ours",
        address="192.0.2.9",
        expires_at=now + timedelta(days=7),
    )


def test_a_rule_is_made_and_switched(at_desk: Client, analyst: User) -> None:
    answer = at_desk.post(NEW, RULE)

    rule = SuppressionRule.objects.get()
    assert answer["Location"] == "/console/suppression/"
    assert (rule.owner, rule.enabled) == (analyst, True)
    at_desk.post(f"/console/suppression/{rule.pk}/", {"enabled": "0"})
    assert not SuppressionRule.objects.get().enabled
    at_desk.post(f"/console/suppression/{rule.pk}/", {"enabled": "1"})
    assert SuppressionRule.objects.get().enabled
    assert at_desk.post("/console/suppression/999/", {"enabled": "1"}).status_code == 404


def test_a_rule_begins_with_the_alert_it_is_made_from(at_desk: Client, three: list[Alert]) -> None:
    form = at_desk.get(NEW, {"alert": str(three[0].uid)}).context["form"]

    assert form["detection"].value() == three[0].detection
    assert form["member"].value() == "fjord-hospital"


def test_a_preview_counts_what_would_be_hidden_and_saves_nothing(
    at_desk: Client, three: list[Alert]
) -> None:
    Alert.objects.update(last_seen=timezone.now())
    given = RULE | {"detection": three[0].detection, "address": "", "preview": "1"}

    everywhere = at_desk.post(NEW, given).content.decode()
    at_one = at_desk.post(NEW, given | {"member": "fjord-hospital"}).content.decode()

    assert "3 alerts with 9 events would have been hidden." in everywhere
    assert "1 alert with 3 events would have been hidden." in at_one
    assert not SuppressionRule.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"member": "nobody"},
        {"address": "nowhere"},
        {"detection": "everything"},
        {"reason": ""},
        {"preview": "1", "address": "nowhere"},
        {"preview": "1", "member": "nobody"},
    ],
)
def test_terms_that_make_no_rule_are_refused(at_desk: Client, wrong: dict[str, str]) -> None:
    answer = at_desk.post(NEW, RULE | wrong)

    assert answer.status_code == 200
    assert not SuppressionRule.objects.exists()


def test_rules_are_listed_in_the_readers_language(at_desk: Client, analyst: User) -> None:
    ensure_shipped_rules()
    SuppressionRule.objects.create(
        name=HOSTILE, detection="suricata:1", reason=HOSTILE, owner=analyst
    )

    english = text(at_desk, "/console/suppression/")
    assert ESCAPED in english
    assert HOSTILE not in english
    assert "shipped with Varde" in english
    analyst.language = "nb"
    analyst.save()
    assert "følger med Varde" in text(at_desk, "/console/suppression/")
