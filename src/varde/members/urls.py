"""What a member's contact may open."""

from django.urls import path

from varde.members.views.alerts import alerts
from varde.members.views.notices import notice, notices

app_name = "members"
urlpatterns = [
    path("", notices, name="notices"),
    path("notices/<uuid:uid>/", notice, name="notice"),
    path("alerts/", alerts, name="alerts"),
]
