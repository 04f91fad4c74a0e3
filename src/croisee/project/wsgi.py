"""The WSGI application that web workers serve."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "croisee.project.settings")
application = get_wsgi_application()
