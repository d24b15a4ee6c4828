"""The pages: every view is synchronous and runs here."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "varde.project.settings")
application = get_wsgi_application()
