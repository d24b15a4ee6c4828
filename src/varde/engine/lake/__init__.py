"""The event store: Delta tables on disk."""

from varde.engine.lake.table import Lake

__all__ = ["Lake"]
