"""The addresses that stay open: server-sent events, and nothing else."""

from django.urls import URLPattern, URLResolver, path

from varde.console import live
from varde.project.health import healthz, not_here

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("live/alerts/", live.alerts, name="live_alerts"),
]

# Pages, also those that say "not found", lead to addresses that are not here.
handler403 = handler404 = not_here
handler400 = not_here
