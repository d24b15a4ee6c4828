from django.test import RequestFactory

from varde.accounts.models import User
from varde.console.choosing import chosen_alerts
from varde.monitoring.models import Alert


def test_those_the_user_may_see_are_chosen(
    analyst: User, outsider: User, three: list[Alert]
) -> None:
    uids = [str(alert.uid) for alert in three] + ["no uid", ""]
    request = RequestFactory().get("/")

    request.user = analyst
    assert {alert.pk for alert in chosen_alerts(request, uids)} == {alert.pk for alert in three}
    request.user = outsider
    assert [alert.pk for alert in chosen_alerts(request, uids)] == [three[1].pk]
