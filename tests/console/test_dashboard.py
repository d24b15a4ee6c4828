from django.test import Client

from tests.console.conftest import Desk, queries, text
from varde.accounts.models import User
from varde.incidents.actions.notice import send_notices
from varde.monitoring.models import Alert


def test_the_overview_leads_the_analyst_on_and_leadership_not(
    at_desk: Client, desk: Desk, leader: User, three: list[Alert]
) -> None:
    assert 'href="/console/cases/"' in text(at_desk, "/console/")
    assert 'href="/console/cases/"' not in text(desk(leader), "/console/")


def test_figures_stand_as_chart_as_tiles_and_as_tables(
    at_desk: Client, analyst: User, three: list[Alert]
) -> None:
    send_notices(actor=analyst, alerts=three)[0].answers.create(kind="need_help")

    answer = at_desk.get("/console/")
    page = answer.content.decode()

    assert page.count("data-chart") == 1
    assert page.count("<g data-step") == 15
    assert "Trøndelag: 3" in page
    assert dict(answer.context["answers"])["need_help"] == 1
    assert len(answer.context["days"]) == 8


def test_the_overview_takes_as_many_queries_with_alerts_as_without(
    at_desk: Client, analyst: User, three: list[Alert]
) -> None:
    before = queries(at_desk, "/console/")
    send_notices(actor=analyst, alerts=three)

    assert queries(at_desk, "/console/") == before
