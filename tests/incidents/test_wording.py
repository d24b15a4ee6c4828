from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from varde.base.marking import TLP
from varde.incidents.evidence import Finding, Row
from varde.incidents.wording import Facts, defang, display, link_to, moment, spoken, word
from varde.notify.text import SECRET_MARK

AT = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


def row(**changes: Any) -> Row:
    facts: dict[str, Any] = {
        "alert": "a", "at": "2026-11-24T10:00:00+00:00", "own": "192.0.2.5", "own_port": 1,
        "other": "203.0.113.66", "other_port": 443, "direction": "outbound", "protocol": "tcp",
        "field": "dns.rrname", "observed": "evil.test", "withheld": "",
    }  # fmt: skip
    return Row(**facts | changes)


def facts(**changes: Any) -> Facts:
    finding = Finding(
        alerts=["a"], kind="indicator", title="Contact with evil.test", severity=3, count=1,
        first_seen="2026-11-24T10:00:00+00:00", last_seen="2026-11-24T10:00:00+00:00",
        indicator_type="domain", indicator="evil.test", hosts=["192.0.2.5"], sources=[], withheld=0,
    )  # fmt: skip
    values: dict[str, Any] = {
        "member": "Fjord Hospital", "language": "en", "tlp": TLP.AMBER, "findings": [finding],
        "rows": [row()], "event_count": 1, "deadline": AT,
    }  # fmt: skip
    return Facts(**values | changes)


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("http://evil.test/a.b", "hxxp://evil[.]test/a[.]b"),
        ("https://evil.test", "hxxps://evil[.]test"),
        ("203.0.113.66", "203[.]0[.]113[.]66"),
        ("2001:db8::1", "2001:db8[::]1"),
        ("a\x1b[31mb\u202ec", "a\ufffd[31mb\ufffdc"),
        ("x" * 301, "x" * 300 + "…"),
        ("", ""),
    ],
)
def test_what_is_harmful_cannot_be_clicked_or_steer_a_terminal(text: str, harmless: str) -> None:
    assert defang(text) == harmless


@given(st.text(max_size=500))
def test_nothing_shown_has_a_line_break_or_a_dot_alone(text: str) -> None:
    shown = defang(text)

    assert all(c.isprintable() for c in shown)
    assert "." not in shown.replace("[.]", "")


def test_times_are_in_the_zone_of_the_installation_and_in_the_readers_words() -> None:
    assert moment(AT) == "2026-11-26 11:00:00 CET"
    for language, said in {
        "nb": "torsdag 26. november 2026 kl. 11:00",
        "nn": "torsdag 26. november 2026 kl. 11:00",
        "en": "Thursday 26 November 2026 at 11:00",
    }.items():
        with override(language):
            assert spoken(AT) == said
    assert moment(None) == spoken(None) == ""


def test_a_withheld_end_says_why() -> None:
    with override("en"):
        assert (
            display(row(other="", withheld="another_member"))["other"] == "(another organisation)"
        )
        restricted = display(row(other="", observed="", withheld="restricted"))
        inbound = display(
            row(own="2001:db8::1", own_port=53, other="", other_port=None, observed="")
        )

    assert restricted["other"] == restricted["observed"] == "(details on request)"
    assert (inbound["own"], inbound["other"], inbound["observed"]) == ("[2001:db8::1]:53", "", "")


def test_the_telephone_number_is_said_where_there_is_one(settings: Settings) -> None:
    assert "Write to" in word(facts()).text

    settings.CONFIG = settings.CONFIG.model_copy(update={"organisation_phone": "+47 22 22 22 22"})

    text = word(facts()).text
    assert "+47 22 22 22 22" in text
    assert "call us at the number you have from before" in text


def test_html_is_escaped_and_text_is_not() -> None:
    said = word(facts(member="<b>A & B</b>", advice="if a < b:\n\nreinstall"))

    assert "<b>A & B</b>" in said.text
    assert "if a < b:" in said.text
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in said.html
    assert "if a &lt; b:" in said.html


def test_the_link_carries_the_mark_of_the_secret(settings: Settings) -> None:
    settings.CONFIG = settings.CONFIG.model_copy(update={"base_url": "https://csirt.example/"})

    said = word(facts())

    assert link_to(SECRET_MARK) == f"https://csirt.example/n/{SECRET_MARK}/"
    assert link_to(SECRET_MARK) in said.text
    assert f'href="{link_to(SECRET_MARK)}"' in said.html


def test_a_subject_names_no_indicator_and_no_member() -> None:
    subject = word(facts(number="N2026-0001")).subject

    assert subject == "Security notice: one of your machines [N2026-0001]"
    assert word(facts(rows=[], findings=[])).subject == "Security notice"
