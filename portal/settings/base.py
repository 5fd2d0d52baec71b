"""Settings that are safe in production; ``dev`` and ``test`` relax them visibly.

Each environment variable is read once, here, and described in docs/settings.md (a test compares the two).
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

from .languages import COMPLETE_LANGUAGES as _COMPLETE_LANGUAGES
from .languages import LANGUAGES as _LANGUAGES
from .languages import SOURCE_LANGUAGE

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# Everything that changes at run time lies here: databases, cache, media, collected static files, keys.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()

# --- identity ---------------------------------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
BASE_URL = env.str("BASE_URL", default="http://localhost:8000").rstrip("/")
# The site calls itself official only when all three are set and check_site --official has passed (DECISIONS 29).
SITE_OWNER = env.str("SITE_OWNER", default="")
SITE_DECREE = env.str("SITE_DECREE", default="")
SITE_HOST = env.str("SITE_HOST", default="")
SITE_NAME = "Lentera"
WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = BASE_URL

# --- rooms ------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "search.apps.SearchConfig",
    "accounts.apps.AccountsConfig",
    "content.education.apps.EducationConfig",
    "content.guides.apps.GuidesConfig",
    "content.jobs.apps.JobsConfig",
    "content.schools.apps.SchoolsConfig",
    "content.reports.apps.ReportsConfig",
    "content.reports.vault.apps.VaultConfig",
    "content.core.apps.CoreConfig",
    "content.registers.apps.RegistersConfig",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.sites",
    "accounts.apps.StaffUsersConfig",
    "wagtail.search",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "content.reports.middleware.ReportPathMiddleware",
    "portal.middleware.PageCacheMiddleware",
    "search.middleware.OpenDataMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.ContentPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "portal.middleware.ReadableQueryMiddleware",
    "portal.middleware.PathLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.PrivateSessionMiddleware",
    "portal.middleware.PrivateCsrfMiddleware",
    "portal.middleware.PrivateAuthenticationMiddleware",
    "portal.middleware.PrivateMessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "portal.middleware.BareRequestMiddleware",
    "content.core.middleware.NotPublishedMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["portal.templatetags.lentera", "content.core.templatetags.words"],
            # Public templates never see user, messages or csrf; the admin needs them (DECISIONS 9).
            "context_processors": [
                "django.template.context_processors.request",
                "portal.context.frame",
                "portal.context.private",
            ],
        },
    }
]

# --- databases: SQLite by default, PostgreSQL by URL; reports are alone (DECISIONS 25) ----------------------------
DATABASES = {
    "default": env.db_url_config(
        env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'db' / 'lentera.sqlite3'}"
    ),
    "reports": env.db_url_config(
        env.str("REPORTS_DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'db' / 'reports.sqlite3'}"
    ),
}
# The planner takes a disk with a moving head for granted, and reads every document rather than the index of its words
# (measured on 20,000 listings: 60 ms instead of 5 to 20). What DATABASE_URL says itself holds.
_POSTGRESQL_PLANNER = "-c random_page_cost=1.1"
_SQLITE_OPTIONS = {
    "timeout": 20,
    # IMMEDIATE: two writers wait for each other instead of failing half-way (STACK §6).
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
}
for _alias, _database in DATABASES.items():
    if "sqlite" in _database["ENGINE"]:
        _database["OPTIONS"] = dict(_SQLITE_OPTIONS)
        if _alias == "reports":
            # Files that nobody but their owner may read.
            _database["ENGINE"] = "content.reports.vault.sqlite"
            # Whoever reports sees soon that it did not work (503, nothing lost); a browser may give up on a longer wait.
            _database["OPTIONS"]["timeout"] = 5
            # What has been acknowledged survives a power cut; what has been deleted is overwritten.
            _database["OPTIONS"]["init_command"] = (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;PRAGMA foreign_keys=ON;"
            )
    elif "postgresql" in _database["ENGINE"]:
        _database.setdefault("OPTIONS", {}).setdefault("options", _POSTGRESQL_PLANNER)
    _database["CONN_MAX_AGE"] = None
    _database["CONN_HEALTH_CHECKS"] = "sqlite" not in _database["ENGINE"]
DATABASE_ROUTERS = ["content.reports.router.VaultRouter"]

# --- cache (DECISIONS 6-11) -------------------------------------------------------------------------------------
_CACHE_URL = env.str("CACHE_URL", default="")
# Several hosts share the generation through the cache; one host keeps it in a file (content.registers.generation).
GENERATION_IN_CACHE = bool(_CACHE_URL)
if _CACHE_URL:
    CACHES = {"default": env.cache_url_config(_CACHE_URL)}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR_DIR / "cache" / "entries"),
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    }

# --- search: inside the database; with an address, Elasticsearch answers and the database stands behind it ---------
ELASTICSEARCH_URL: list[str] = env.list("ELASTICSEARCH_URL", default=[])
ELASTICSEARCH_USER = env.str("ELASTICSEARCH_USER", default="")
ELASTICSEARCH_PASSWORD = env.str("ELASTICSEARCH_PASSWORD", default="")
ELASTICSEARCH_API_KEY = env.str("ELASTICSEARCH_API_KEY", default="")
ELASTICSEARCH_CA_FILE = env.str("ELASTICSEARCH_CA_FILE", default="")
# The names of all that is ours on a cluster begin so.
ELASTICSEARCH_PREFIX = env.str("ELASTICSEARCH_PREFIX", default="lentera")
ELASTICSEARCH_SHARDS = env.int("ELASTICSEARCH_SHARDS", default=1)
ELASTICSEARCH_REPLICAS = env.int("ELASTICSEARCH_REPLICAS", default=0)
# How long a reader waits for it in one request before the database answers.
ELASTICSEARCH_SECONDS = env.float("ELASTICSEARCH_SECONDS", default=1.0)

# --- languages, dates -------------------------------------------------------------------------------------------
LANGUAGE_CODE = SOURCE_LANGUAGE
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = _LANGUAGES
COMPLETE_LANGUAGES = _COMPLETE_LANGUAGES
USE_I18N = WAGTAIL_I18N_ENABLED = True
USE_TZ = True
# Legal dates are inclusive in this zone (DECISIONS 6): a licence ends at its midnight.
TIME_ZONE = SITE_TIME_ZONE = env.str("SITE_TIME_ZONE", default="Asia/Jakarta")
# Our own words, then ours for what the packages leave in English: apart, so that `messages` keeps to the first, and
# after it, so that our own win. Both win over the packages'.
LOCALE_PATHS = [BASE_DIR / "portal" / "locale", BASE_DIR / "portal" / "locale_packages"]
FORMAT_MODULE_PATH = ["portal.formats"]
# Wagtail ships its Indonesian as id_ID, which "id" does not find; ours is found from both.
ADMIN_LANGUAGE = "id-id"
WAGTAILADMIN_PERMITTED_LANGUAGES = [(ADMIN_LANGUAGE, "Bahasa Indonesia"), ("en", "English")]

# --- people -----------------------------------------------------------------------------------------------------
# Everything private lies here, so no cookie ever reaches a public page (DECISIONS 2).
PRIVATE_PATH = "/akun/"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = f"{PRIVATE_PATH}login/"
LOGIN_REDIRECT_URL = PRIVATE_PATH
# Addresses are changed by an administrator, passwords on allauth's own pages.
WAGTAIL_PASSWORD_RESET_ENABLED = WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
ACCOUNT_ADAPTER = "accounts.adapters.ClosedAccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "change_password": "accounts.forms.OtherPasswordForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# Nobody can make the portal write to an address that has no account.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = False
# Wrong passwords are counted for an account and a client together (accounts.adapters): no stranger locks anybody out.
# A client alone is limited only where its address is known; else that address is the proxy's, and the limit everybody's.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/5m/key",
    "login": "60/m/ip" if ALLAUTH_TRUSTED_PROXY_COUNT else None,
    "reset_password": "20/m/ip,5/m/key" if ALLAUTH_TRUSTED_PROXY_COUNT else "5/m/key",
    "reset_password_from_key": "20/m/ip" if ALLAUTH_TRUSTED_PROXY_COUNT else None,
}
# A second factor: an app with a code, and codes on paper for the day on which the phone is gone (DECISIONS 49).
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
# Addresses are given by an administrator, so none is ever verified by mail.
MFA_ALLOW_UNVERIFIED_EMAIL = True
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = PRIVATE_PATH
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
SESSION_COOKIE_AGE = 12 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- mail -------------------------------------------------------------------------------------------------------
vars().update(env.email_url_config(env.str("EMAIL_URL", default="") or "consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="lentera@localhost")

# --- wagtail ----------------------------------------------------------------------------------------------------
WAGTAILIMAGES_IMAGE_MODEL = "core.PortalImage"
WAGTAILDOCS_DOCUMENT_MODEL = "core.PortalDocument"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
# Below what Pillow warns of: a small file may unpack to gigabytes.
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "content.core.pictures.ImageForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "odt", "xlsx", "csv"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_USER_TIME_ZONES = ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TASKS = {
    "default": {
        "BACKEND": env.str("TASKS_BACKEND", default="") or "django_tasks.backends.immediate.ImmediateBackend",
        "QUEUES": [],
    }
}
if TASKS["default"]["BACKEND"].startswith("django_tasks_db."):
    # The queue is a table of the default database; `manage.py db_worker` works it off.
    INSTALLED_APPS.append("django_tasks_db")
TAGGIT_CASE_INSENSITIVE = True
# The translation tool talks to its script; the pages of its library for people are not installed. What holds for the
# open API stands on its views (search.api.views): here it would hold for the tool as well.
REST_FRAMEWORK = {"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]}
# The terms of the data, not of the code (docs/adr/0013).
DATA_LICENCE = {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME}: open data",
    "VERSION": "1",
    "DESCRIPTION": "Legal jobs abroad, who may place workers, and the codes that occur in both. Read only, without a key.",
    "LICENSE": DATA_LICENCE,
    "SERVERS": [{"url": BASE_URL}],
    # In the order of search.api.urls and of each shape.
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
}

# --- files ------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES: dict[str, dict] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
S3_BUCKET = env.str("S3_BUCKET", default="")
if S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
            "region_name": env.str("S3_REGION", default="") or None,
            "access_key": env.str("S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("S3_SECRET_KEY", default="") or None,
            "file_overwrite": False,
        },
    }
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# The page editor posts one field for each part of a block.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- safety -----------------------------------------------------------------------------------------------------
EXIT_URL = env.str("EXIT_URL", default="https://www.bmkg.go.id/")
REPORTS_PATH = env.str("REPORTS_PATH", default="layanan").strip("/")
REPORTS_STORAGE_KEY_FILE = Path(
    env.str("REPORTS_STORAGE_KEY_FILE", default=str(VAR_DIR / "keys" / "reports-storage.key"))
)
# Public age keys; their private halves lie elsewhere (content.reports.vault.backup).
BACKUP_RECIPIENT = env.str("BACKUP_RECIPIENT", default="")
BACKUP_KEYS_RECIPIENT = env.str("BACKUP_KEYS_RECIPIENT", default="")
BACKUP_DIR = Path(env.str("BACKUP_DIR", default="") or VAR_DIR / "backup")
# “version:key”, the one in use first (content.jobs.bank_accounts).
CONTACT_HASH_KEY: list[str] = env.list("CONTACT_HASH_KEY", default=[])
# What signs the slips of listings, the first first (content.jobs.slip_keys); without one no slip is offered.
SLIP_KEYS: list[str] = env.list("SLIP_KEYS", default=[])
SECURE_SSL_REDIRECT = BASE_URL.startswith("https://")
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY: dict[str, list] = {
    feature: [] for feature in ("camera", "geolocation", "microphone", "payment", "usb")
}
# Deny by default; portal.policy adds the hashes of the one stylesheet and the one script (DECISIONS 10).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "img-src": [SELF],
        "media-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# Left silent on purpose: the report path and the whole public site carry no CSRF cookie (DECISIONS 2, 44).
SILENCED_SYSTEM_CHECKS = ["security.W003"]

# --- logs: never a query string, never an address (DECISIONS 40, 44) ---------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"bare": {"()": "portal.logs.BareRequest"}},
    "formatters": {"line": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["bare"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"level": "ERROR", "propagate": True},
        "django.security": {"level": "ERROR", "propagate": True},
        # One line for each saved page would bury what a command has to say.
        "django_tasks": {"level": "WARNING", "propagate": True},
        "wagtail": {"level": "WARNING", "propagate": True},
        # They would name each request, and repeat the question that failed.
        "elastic_transport": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "elasticsearch": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
