"""Settings of the live updates: the same house, with one door."""

from varde.project.settings import *  # noqa: F403 - the same settings but two
from varde.project.settings import MIDDLEWARE as _PAGES

ROOT_URLCONF = "varde.project.live_urls"
MIDDLEWARE = [name for name in _PAGES if "whitenoise" not in name]
