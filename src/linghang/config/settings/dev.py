"""Settings of `make demo` and of a developer's machine: SQLite, no TLS, local addresses only."""

from .base import *  # noqa: F403  a settings module is made of names

# The collected static files need a build step; here they are served from the apps as they are.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
