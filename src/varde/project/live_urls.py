"""The addresses that stay open: server-sent events, and nothing else."""

from django.urls import URLPattern, URLResolver, path

from varde.console import live
from varde.project.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("live/alerts/", live.alerts, name="live_alerts"),
]
