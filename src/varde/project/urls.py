"""Addresses per audience."""

from django.urls import include, path

from varde.accounts.views import choose_language
from varde.base.views import choose_scheme
from varde.project.health import healthz

urlpatterns = [
    path("console/", include("varde.console.urls")),
    path("healthz", healthz),
    path("language/", choose_language, name="set_language"),
    path("appearance/", choose_scheme, name="choose_scheme"),
    path("", include("varde.accounts.urls")),
    path("members/", include("varde.members.urls")),
    path("", include("varde.public.urls")),
]
