"""Refusals: errors that are fit to show to the person who asked."""

from django.core.exceptions import PermissionDenied


class Refused(Exception):  # noqa: N818 - it reads as what happened
    """What was asked cannot be done; the message is translated and may be shown."""


class NotAllowed(Refused, PermissionDenied):
    """The person may not do this."""
