"""Reads that every floor may need."""

from varde.base.models import Revision


def current_revision(name: str) -> int:
    """How often the facts called ``name`` have changed; 0 where they never did."""
    return Revision.objects.filter(name=name).values_list("number", flat=True).first() or 0
