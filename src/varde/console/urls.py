"""The console's addresses."""

from django.urls import path

from varde.console.views import (
    alerts,
    cases,
    dashboard,
    health,
    indicators,
    members,
    notices,
    outbox,
    suppression,
)

app_name = "console"

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("alerts/", alerts.queue, name="alerts"),
    path("alerts/decide/", alerts.decide, name="decide"),
    path("alerts/<uuid:uid>/", alerts.alert, name="alert"),
    path("alerts/<uuid:uid>/events/<int:event_id>/", alerts.event, name="event"),
    path("cases/", cases.case_list, name="cases"),
    path("cases/new/", cases.case_new, name="case_new"),
    path("cases/join/", cases.case_join, name="case_join"),
    path("cases/<str:number>/", cases.case, name="case"),
    path("cases/<str:number>/change/", cases.case_change, name="case_change"),
    path("notices/new/", notices.notice_new, name="notice_new"),
    path("notices/<str:number>/", notices.notice, name="notice"),
    path("members/", members.member_list, name="members"),
    path("member-options/", members.member_options, name="member_options"),
    path("members/<slug:handle>/", members.member, name="member"),
    path("indicators/", indicators.indicator_list, name="indicators"),
    path("suppression/", suppression.rule_list, name="suppression"),
    path("suppression/new/", suppression.rule_new, name="suppression_new"),
    path("suppression/<int:rule_id>/", suppression.rule_switch, name="rule_switch"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<uuid:uid>/", outbox.delivery, name="delivery"),
    path("health/", health.health, name="health"),
]
