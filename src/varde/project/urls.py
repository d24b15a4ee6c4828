"""Addresses per audience."""

from django.urls import include, path
from django.views.i18n import set_language

from varde.base.views import choose_scheme
from varde.project.health import healthz

urlpatterns = [
    path("console/", include("varde.console.urls")),
    path("healthz", healthz),
    path("language/", set_language, name="set_language"),
    path("appearance/", choose_scheme, name="choose_scheme"),
    path("accounts/", include("allauth.urls")),
    path("members/", include("varde.members.urls")),
    path("", include("varde.public.urls")),
]
