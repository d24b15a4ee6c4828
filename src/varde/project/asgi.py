"""The live updates. Pages are served by ``wsgi``, which is many times as quick for them."""

import os

from django.core.asgi import get_asgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "varde.project.live_settings"
application = get_asgi_application()
