"""Django's settings, derived from ``config``: nothing here is edited by operators."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF

from varde.project.config import config, home, live_url
from varde.project.logs import logging_settings, use_structlog

CONFIG = config()
VARDE_HOME = home()
BASE_DIR = Path(__file__).resolve().parent.parent

# Without ``varde init`` every start has its own key: links and sessions do not outlive it.
SECRET_KEY = CONFIG.secret_key.get_secret_value() or secrets.token_urlsafe(64)
DEBUG = False
_base = urlsplit(CONFIG.base_url)
SECURE = _base.scheme == "https"
ALLOWED_HOSTS = [_base.hostname or "127.0.0.1", "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [f"{_base.scheme}://{_base.netloc}"]

DEMO = CONFIG.demo
RAW_DAYS = CONFIG.raw_days
LAKE_DAYS = CONFIG.lake_days
ORGANISATION_NAME = CONFIG.organisation_name
# Where pages listen for live updates; another port is the same site, so the session goes along.
LIVE_URL = live_url(CONFIG)

INSTALLED_APPS = [
    "varde.base",
    "varde.accounts",
    "varde.constituency",
    "varde.notify",
    "varde.intel",
    "varde.monitoring",
    "varde.incidents",
    "varde.insight",
    "varde.public",
    "varde.members",
    "varde.console",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "varde.project.middleware.private_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "varde.accounts.language.users_language",
    "allauth.account.middleware.AccountMiddleware",
    "varde.accounts.second_factor.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]

if DEMO:
    # Nothing in a demonstration is real, and its links must open without a telephone at hand.
    # It listens on this machine only: ``config`` refuses anything else.
    MIDDLEWARE.remove("varde.accounts.second_factor.SecondFactorMiddleware")

ROOT_URLCONF = "varde.project.urls"
WSGI_APPLICATION = "varde.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "project" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "varde.base.interface.interface",
            ],
        },
    }
]


def _database(url: str) -> dict[str, object]:
    """Django's form of ``postgresql://user:password@host:port/name``; SQLite where empty.

    A Unix socket is given as libpq does: ``postgresql://user@/name?host=/run/postgresql``.

    SQLite runs WAL with ``synchronous=FULL``: what is acknowledged survives a power cut.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VARDE_HOME / "varde.sqlite3",
            "CONN_MAX_AGE": 60,
            # A file as in real life: in memory, threads and processes could not share it. One for
            # each run: pytest reads the settings before the tests can choose a home.
            "TEST": {"NAME": VARDE_HOME / f"test-{os.getpid()}.sqlite3"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000;"
                ),
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parse_qs(parts.query).get("host", [unquote(parts.hostname or "")])[0],
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
    }


DATABASES = {"default": _database(CONFIG.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 14},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "varde.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "varde.accounts.forms.LoginForm",
    "reauthenticate": "varde.accounts.forms.ReauthenticateForm",
    "change_password": "varde.accounts.forms.ChangePasswordForm",
    "set_password": "varde.accounts.forms.SetPasswordForm",
}
ACCOUNT_PREVENT_ENUMERATION = True
# Every session lasts SESSION_COOKIE_AGE: nobody is asked whether to be remembered.
ACCOUNT_SESSION_REMEMBER = True
MFA_FORMS = {
    "add_webauthn": "varde.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "varde.accounts.forms.RenamePasskeyForm",
}
MFA_ADAPTER = "varde.accounts.adapter.MFAAdapter"
# Addresses are given by administrators, so there is nothing to verify.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey stands for both factors, so it must ask for a PIN or a finger.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
CENTRE_HOME = "/console/"
MEMBER_HOME = "/members/"

# allauth counts in memory, for each process by itself; axes counts in the database. An address
# is locked for the network address that tried it, so that nobody can lock somebody else out.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_USERNAME_CALLABLE = "varde.accounts.lockout.name_of"
AXES_CLIENT_IP_CALLABLE = "varde.accounts.lockout.address_of"
TRUSTED_PROXY = CONFIG.trusted_proxy
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # logins are in our own audit chain
AXES_VERBOSE = False

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "base" / "locale", BASE_DIR / "project" / "locale"]
TIME_ZONE = CONFIG.time_zone
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = None  # nothing is collected: files are served from the package
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

# With the prefix a browser takes the cookie only over HTTPS, from this very host.
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_AGE = 12 * 60 * 60  # a shift
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = False  # htmx reads it to send the header
# Not "no-referrer": browsers then send "Origin: null" with a form, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
# An https address means a proxy in front, which says so; deploy/nginx shows how.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Forms only: logs come in through files. More than this is refused before it is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, LIVE_URL],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = logging_settings(level=CONFIG.log_level)
use_structlog()

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

SERVER_EMAIL = DEFAULT_FROM_EMAIL = CONFIG.organisation_email
_smtp = urlsplit(CONFIG.smtp_url)
EMAIL_HOST = _smtp.hostname or ""
EMAIL_PORT = _smtp.port or 25
EMAIL_HOST_USER = unquote(_smtp.username or "")
EMAIL_HOST_PASSWORD = CONFIG.smtp_password.get_secret_value() or unquote(_smtp.password or "")
EMAIL_USE_SSL = _smtp.scheme == "smtps"
EMAIL_USE_TLS = _smtp.scheme == "smtp+starttls"
EMAIL_TIMEOUT = 30
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "varde.project.settings")
