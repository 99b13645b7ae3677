"""All settings. What may differ between places comes from the environment; docs/operating.md lists it."""

import os
from pathlib import Path
from tempfile import gettempdir

import dj_database_url
from django.utils.translation import gettext_lazy as _

from learnk8s import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(environment.text("LEARNK8S_VAR", str(BASE_DIR / "var")))
VAR.mkdir(parents=True, exist_ok=True)
DEBUG = environment.flag("LEARNK8S_DEBUG", default=False)
HTTPS = environment.flag("LEARNK8S_HTTPS", default=False)
SECRET_KEY = environment.secret_key(VAR)
ALLOWED_HOSTS = environment.words("LEARNK8S_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words("LEARNK8S_ORIGINS")
SITE_ADDRESS = environment.text("LEARNK8S_ADDRESS", f"http://127.0.0.1:{environment.text('PORT', '8000')}")
"""Where commands say that the site is; pages take it from the request."""
ROOT_URLCONF = "learnk8s.urls"
WSGI_APPLICATION = "learnk8s.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "learnk8s.web", "learnk8s.accounts", "learnk8s.library", "learnk8s.timeline", "learnk8s.eramachine", "learnk8s.lessons", "learnk8s.quizzes", "learnk8s.playground", "learnk8s.challenges", "learnk8s.classroom", "learnk8s.glossary", "learnk8s.search", "learnk8s.notes", "learnk8s.reports", "learnk8s.offline", "learnk8s.framing",
    "whitenoise.runserver_nostatic", "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles",
    "django.forms", "django_extensions", "django_htmx", "template_partials",
]
FORM_RENDERER = "learnk8s.web.forms.Renderer"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware", "whitenoise.middleware.WhiteNoiseMiddleware", "learnk8s.web.heads.Heads", "learnk8s.web.headers.SecurityHeaders", "learnk8s.web.compression.CompressedPages", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware", "learnk8s.web.time_zone.VisitorsZone", "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware", "django.contrib.auth.middleware.LoginRequiredMiddleware", "django.contrib.messages.middleware.MessageMiddleware", "django_htmx.middleware.HtmxMiddleware", "learnk8s.web.htmx.LoginRedirects", "learnk8s.web.htmx.PartsApart", "learnk8s.web.once.Once", "learnk8s.web.page_above.PageAbove", "learnk8s.web.refusals.RefusedTitles",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [BASE_DIR / "templates"], "APP_DIRS": True,
    "OPTIONS": {"context_processors": ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages",
                                       "django.template.context_processors.i18n", "learnk8s.web.context.page"]},
}]

DATABASES = {"default": dj_database_url.parse(environment.text("DATABASE_URL", f"sqlite:///{VAR / 'learnk8s.sqlite3'}"), conn_max_age=60)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"}
    # Tests with a live server need a file: several connections to one database in memory lock whole tables.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(gettempdir()) / f"learnk8s-test-{os.getpid()}.sqlite3")}
_SHARED = environment.text("CACHE_URL")
CACHES = {name: {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": _SHARED, "KEY_PREFIX": prefix} if _SHARED
          else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name, "OPTIONS": {"MAX_ENTRIES": most}}
          for name, prefix, most in (("default", "", 300), ("answered", "answered", 1_000))}
"""What forms were answered (web/once.py) are many entries, some of 10 KB, which must push out no others."""

AUTH_PASSWORD_VALIDATORS = [{"NAME": f"django.contrib.auth.password_validation.{name}"} for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

LANGUAGE_CODE = "en"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
TIME_ZONE = "UTC"
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = ["learnk8s.web.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder", "learnk8s.web.finders.ServedApps"]
STORAGES = {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "learnk8s.web.bundles.BundledStorage"}}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "learnk8s.web.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20

SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("LEARNK8S_BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS = [] if HTTPS else ["security.W004", "security.W008", "security.W012", "security.W016"]
X_FRAME_OPTIONS = "DENY"
OFFLINE_LESSONS = not DEBUG
"""Whether browsers keep lessons for reading without a network. While one develops, a worker would keep yesterday's files."""
PLAYGROUND_LIVE_WORLDS_MAX = 64
PLAYGROUND_SHELF = environment.text("LEARNK8S_SHELF", str(VAR / "shelf"))
"""The folder in which processes keep copies of worlds along their way for one another; empty: none are kept."""
LOGGING = {"version": 1, "disable_existing_loggers": False, "handlers": {"console": {"class": "logging.StreamHandler"}}, "root": {"handlers": ["console"], "level": "WARNING"}}
