"""Settings that hold everywhere. What an operator may set comes from the environment; docs/operators/settings.md lists it."""

import json
import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

PACKAGE_DIR = Path(__file__).resolve().parents[2]


def environment(name: str, default: str = "") -> str:
    """Return the operator's setting `LINGHANG_<name>`."""
    return os.environ.get(f"LINGHANG_{name}", default)


DATA_DIR = Path(environment("DATA_DIR", "var")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def load_secrets() -> dict[str, str]:
    """Return the secrets of this installation, made once and kept readable by its user only.

    Production may give them by environment instead; there is no default anybody else could know.
    """
    path = DATA_DIR / "secrets.json"
    if not path.exists():
        from cryptography.fernet import Fernet  # only needed the first time

        made = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "FIELD_KEYS": Fernet.generate_key().decode(),
            "INDEX_KEY": secrets.token_urlsafe(32),
        }
        temporary = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(made, file)
        try:
            os.link(temporary, path)  # fails if another process was first: then its secrets hold
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return dict(json.loads(path.read_text()))


_secrets = (
    {}
    if all(environment(name) for name in ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY"))
    else load_secrets()
)
SECRET_KEY = environment("SECRET_KEY") or _secrets["SECRET_KEY"]
# Newest first; older keys stay to read what they wrote (docs/operators/settings.md, "changing the key").
FIELD_KEYS = (environment("FIELD_KEYS") or _secrets["FIELD_KEYS"]).split(",")
INDEX_KEY = environment("INDEX_KEY") or _secrets["INDEX_KEY"]

DEBUG = False
ALLOWED_HOSTS = [h for h in environment("ALLOWED_HOSTS", "localhost,127.0.0.1").split(",") if h]

INSTALLED_APPS = [
    # before django.forms, so that its templates/django/forms win
    "linghang.platform.ui",
    "linghang.platform.access",
    "linghang.platform.acts",
    "linghang.platform.audit",
    "linghang.platform.numbering",
    "linghang.platform.tasks",
    "linghang.platform.packs",
    "linghang.platform.sheets",
    "linghang.platform.notices",
    "linghang.platform.files",
    "linghang.accounts",
    "linghang.org",
    "linghang.people",
    "linghang.ledger",
    "linghang.worklists",
    "linghang.rectification",
    "linghang.activities",
    "linghang.appraisal",
    "linghang.care",
    "linghang.membership",
    "linghang.dues",
    "linghang.elections",
    "linghang.meetings",
    "linghang.transfers",
    "linghang.study",
    "linghang.pioneers",
    "linghang.handbook",
    "linghang.service",
    "linghang.routing",
    "linghang.research",
    "linghang.diagnosis",
    "linghang.assessment",
    "linghang.supervision",
    "linghang.campaigns",
    "linghang.burden",
    "linghang.evaluation",
    "linghang.contests",
    "linghang.distinctions",
    "linghang.reports",
    "linghang.library",
    "linghang.portal",
    "linghang.demo",
    "axes",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials.apps.SimpleAppConfig",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "linghang.config.middleware.ChineseFirst",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "linghang.config.middleware.IdleTimeout",
    "linghang.config.middleware.ReaderScope",
    "linghang.platform.notices.middleware.UnreadNotices",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "linghang.platform.ui.middleware.VaryOnHtmx",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "linghang.config.urls"
WSGI_APPLICATION = "linghang.config.wsgi.application"

# Explicit, because django-cotton and django-template-partials each rewrite the loaders when they
# configure themselves; the last one wins and leaves raw <c-…> tags in the page.
TEMPLATE_LOADERS = [
    (
        "template_partials.loader.Loader",
        [
            (
                "django.template.loaders.cached.Loader",
                [
                    "django_cotton.cotton_loader.Loader",
                    "django.template.loaders.app_directories.Loader",
                ],
            )
        ],
    )
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": TEMPLATE_LOADERS,
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "linghang.platform.ui.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django_cotton.templatetags.cotton",
                "linghang.platform.ui.templatetags.ui",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'linghang.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A write waits for the one before it instead of failing half way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Progress of a running job lives here: its own transaction would hide it in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(DATA_DIR / "cache"),
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
LAKE_DIR = DATA_DIR / "lake"
ENGINE = environment("ENGINE", "duckdb")
SPARK_MASTER = environment("SPARK_MASTER", "local[2]")

# Notices: outside the product in working hours only, and without channels not at all.
ADDRESS = environment("ADDRESS").rstrip("/")
NOTICE_CHANNELS = environment("NOTICE_CHANNELS")
NOTICE_FROM = environment("NOTICE_FROM", "08:30")
NOTICE_UNTIL = environment("NOTICE_UNTIL", "17:30")
# The ground floor cannot import the apps that know these.
READER_SCOPE = "linghang.people.api.compute_scope"
UNIT_NAMES = "linghang.org.api.name_units"
FILES_DIR = DATA_DIR / "files"
FILE_MB = int(environment("FILE_MB", "20"))

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns at every start where it is missing
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "media"

# Log-in: GB/T 22239-2019 8.1.4.1 with the values used in assessments (lock after five failures
# for ten minutes, eight characters of three kinds, idle time-out).
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "linghang.accounts.access.KindsOfCharacters"},
    {"NAME": "linghang.accounts.access.NotUsedBefore"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "accounts:login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 10 / 60  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "linghang.accounts.web.views.locked_out"
AXES_VERBOSE = False
PROXY_COUNT = int(environment("PROXY_COUNT", "0"))
AXES_CLIENT_IP_CALLABLE = "linghang.platform.access.web.find_address"
IDLE_MINUTES = int(environment("IDLE_MINUTES", "30"))
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "linghang.platform.ui.views.csrf_failure"
SESSION_ENGINE = "django.contrib.sessions.backends.db"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {
        "console": {"class": "logging.StreamHandler"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    # What a channel answers may hold its keys: it is kept in the list of messages, without them.
    "loggers": {"apprise": {"handlers": ["nowhere"], "propagate": False}},
    "root": {"handlers": ["console"], "level": environment("LOG_LEVEL", "WARNING")},
}
