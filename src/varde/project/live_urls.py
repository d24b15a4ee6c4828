"""The addresses that stay open: server-sent events, and nothing else."""

from django.urls import URLPattern, URLResolver, path

from varde.project.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
]
