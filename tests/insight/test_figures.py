from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from varde.accounts.models import User
from varde.base.errors import NotAllowed
from varde.incidents.actions.case import CaseFacts, open_case
from varde.incidents.actions.notice import send_notices
from varde.incidents.models import Notice
from varde.insight.queries import figures
from varde.monitoring.enums import AlertStatus, Severity
from varde.monitoring.models import Alert, Sensor
from varde.notify.models import Delivery


def test_alerts_fall_into_the_hour_they_were_last_seen(leader: User, three: list[Alert]) -> None:
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    for alert, seen, severity in zip(
        three,
        (hour, hour - timedelta(microseconds=1), now - timedelta(days=9)),
        (Severity.HIGH, Severity.MEDIUM, Severity.CRITICAL),
        strict=True,
    ):
        Alert.objects.filter(pk=alert.pk).update(last_seen=seen, severity=severity)

    shown = figures(leader, now=now)

    assert shown.hours[-1] == hour
    assert len(shown.hours) == len(shown.severe) == len(shown.other) == 168
    assert (shown.severe[-2:], shown.other[-2:]) == ([0, 1], [1, 0])
    assert sum(shown.severe) + sum(shown.other) == 2


def test_what_waits_is_counted_by_kind_and_county(leader: User, three: list[Alert]) -> None:
    Alert.objects.filter(pk=three[0].pk).update(severity=Severity.CRITICAL)
    Alert.objects.filter(pk=three[1].pk).update(status=AlertStatus.FALSE)
    Alert.objects.filter(pk=three[2].pk).update(status=AlertStatus.IN_CASE)

    shown = figures(leader, now=timezone.now())

    assert (shown.waiting, shown.waiting_critical) == (1, 1)
    assert shown.by_kind == {"hospital": 1, "municipality": 1}
    assert shown.by_county == {"NO-50": 2}


def test_the_latest_answer_of_each_notice_counts(
    analyst: User, leader: User, three: list[Alert]
) -> None:
    now = timezone.now()
    notices = send_notices(actor=analyst, alerts=three)
    notices[0].answers.create(kind="need_help")
    notices[0].answers.create(kind="fixed")
    Notice.objects.filter(pk=notices[1].pk).update(answer_by=now - timedelta(hours=1))
    Notice.objects.filter(pk=notices[2].pk).update(created_at=now - timedelta(days=31))

    answers = figures(leader, now=now).answers

    assert (answers.sent, answers.answered, answers.unanswered, answers.overdue) == (2, 1, 1, 1)
    assert answers.kinds == {"fixed": 1, "not_ours": 0, "false_positive": 0, "need_help": 0}


def test_time_to_notify_is_the_median_from_the_first_alert(
    analyst: User, leader: User, three: list[Alert]
) -> None:
    assert figures(leader, now=timezone.now()).time_to_notify is None
    notices = send_notices(actor=analyst, alerts=three)
    for notice, minutes in zip(notices, (10, 20, 90), strict=True):
        raised = notice.created_at - timedelta(minutes=minutes)
        notice.alerts.update(created_at=raised)

    assert figures(leader, now=timezone.now()).time_to_notify == timedelta(minutes=20)


def test_silent_sensors_failed_mail_and_open_cases_show(
    analyst: User, leader: User, three: list[Alert]
) -> None:
    now = timezone.now()
    Sensor.objects.update(last_batch_at=now - timedelta(hours=2))
    Sensor.objects.create(name="loud", last_batch_at=now)
    send_notices(
        actor=analyst, case=open_case(facts=CaseFacts(title="x"), actor=analyst, alerts=three)
    )
    Delivery.objects.filter(pk=Delivery.objects.order_by("pk")[0].pk).update(state="failed")

    shown = figures(leader, now=now)

    assert (shown.sensors, shown.silent_sensors, shown.speaking) == (2, 1, 1)
    assert (shown.undelivered, shown.open_cases) == (1, 1)


def test_the_number_of_queries_is_constant(analyst: User, leader: User, three: list[Alert]) -> None:
    with CaptureQueriesContext(connection) as before:
        figures(leader, now=timezone.now())
    send_notices(actor=analyst, alerts=three)
    with CaptureQueriesContext(connection) as after:
        figures(leader, now=timezone.now())

    assert len(before) == len(after) <= 10


def test_figures_are_for_the_centre(contact: User, stranger: User) -> None:
    for user in (contact, stranger):
        with pytest.raises(NotAllowed):
            figures(user, now=timezone.now())
