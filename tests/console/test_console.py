"""The navigation and the counts that all pages share."""

from django.test import Client

from tests.console.conftest import Desk, text
from varde.accounts.models import User
from varde.console.templatetags.console import (
    alert_title,
    answer_label,
    bounded,
    dead_reason,
    delivery_states,
)
from varde.monitoring.models import Alert
from varde.notify.models import Delivery


def test_the_navigation_marks_where_one_is_and_what_waits(
    at_desk: Client, three: list[Alert]
) -> None:
    page = text(at_desk, f"/console/alerts/{three[0].uid}/")

    assert page.count('aria-current="page"') == 1
    assert 'href="/console/alerts/" aria-current="page"' in page
    assert 'data-live-count="open"' in page
    assert f'data-since="{max(alert.pk for alert in three)}"' in page


def test_leadership_is_offered_figures_only(desk: Desk, leader: User, three: list[Alert]) -> None:
    page = text(desk(leader), "/console/")

    assert 'href="/console/"' in page
    assert "/console/alerts/" not in page
    assert "data-live" not in page
    assert "Fjord Hospital" not in page


def test_counts_stop_where_counting_stopped() -> None:
    assert [bounded(n) for n in (0, 1000, 1001)] == ["0", "1000", "1000+"]


def test_deliveries_are_summed_up_by_state() -> None:
    deliveries = [Delivery(state=state) for state in ("sent", "failed", "sent")]

    assert [s["value"] for s in delivery_states(deliveries)] == ["sent", "failed"]
    assert delivery_states(deliveries)[0]["label"].endswith("× 2")


def test_words_that_are_missing_show_their_code() -> None:
    assert dead_reason("of_a_later_version") == "of_a_later_version"
    assert answer_label("") == ""


def test_an_indicator_is_called_by_kind_and_value() -> None:
    match = Alert(kind="indicator", indicator_type="domain", indicator="<b>", title="domain x")
    signature = Alert(kind="signature", title="ET SCAN <b>")

    assert alert_title(match) == '<span class="vd-kind">Domene</span> &lt;b&gt;'
    assert alert_title(signature) == "ET SCAN <b>"  # the template escapes it
    match.indicator = "x" * 300
    assert alert_title(match).endswith("x…")
