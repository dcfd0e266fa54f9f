"""Settings of an installation that others reach: TLS only, secrets from the operator."""

from .base import *  # noqa: F403  a settings module is made of names
from .base import environment

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = environment("TLS_REDIRECT", "1") == "1"
SECURE_HSTS_SECONDS = 31_536_000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
