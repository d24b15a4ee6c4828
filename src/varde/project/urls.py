"""Addresses per audience."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
]
