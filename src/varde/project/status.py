"""How the installation is right now, as one value that can be printed or sent."""

import platform
import shutil
from datetime import datetime
from importlib.metadata import version

from django.db import connection

from varde import __version__
from varde.project import queries
from varde.project.config import config, home

PARTS = ("django", "duckdb", "deltalake", "granian", "pyarrow")


def status_now(now: datetime) -> dict[str, object]:
    """Versions, counts, queues, sensors and disk."""
    settings = config()
    disk = shutil.disk_usage(home())
    return {
        "varde": {
            "version": __version__,
            "home": str(home()),
            "base_url": settings.base_url,
            "demo": settings.demo,
            "mail": "sent" if settings.smtp_url else "captured",
            "database": connection.vendor,
        },
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PARTS},
        "counts": queries.counts(),
        "queues": queries.queues(now),
        "sensors": queries.last_events(),
        "disk": {"free_bytes": disk.free, "used_bytes": disk.used, "total_bytes": disk.total},
    }
