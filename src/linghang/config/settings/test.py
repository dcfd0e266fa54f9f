"""Settings of the tests: the same code paths, with cheap passwords and jobs that run at once."""

import tempfile
from pathlib import Path

from .base import *  # noqa: F403  a settings module is made of names

DATA_DIR = Path(tempfile.mkdtemp(prefix="linghang-test-"))
LAKE_DIR = DATA_DIR / "lake"
MEDIA_ROOT = DATA_DIR / "media"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(DATA_DIR / "cache"),
    }
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast: no real password here
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
ALLOWED_HOSTS = ["*"]
