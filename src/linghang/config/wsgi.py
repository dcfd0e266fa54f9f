"""The WSGI application, for waitress (`linghang serve`) or any other server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings.production")
application = get_wsgi_application()
