"""Settings of the tests: the same code paths, with cheap passwords and jobs that run at once."""

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="linghang-test-")
os.environ["LINGHANG_DATA_DIR"] = _data  # before `base` reads it: tests never touch an installation
atexit.register(shutil.rmtree, _data, ignore_errors=True)

from .base import *  # noqa: E402, F403  a settings module is made of names

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast: no real password here
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
ALLOWED_HOSTS = ["*"]
