"""Settings of a Croisée installation. What differs between installations comes from `environment`."""

import os

from croisee.project import environment, logs
from croisee.project.environment import REPO, flag, listed, var_dir

VAR_DIR = var_dir()
DEBUG = flag("CROISEE_DEBUG")
SECRET_KEY = environment.secret_key()
ALLOWED_HOSTS = listed("CROISEE_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = listed("CROISEE_TRUSTED_ORIGINS")
BEHIND_TLS = flag("CROISEE_TLS")

OUR_APPS = [
    "croisee.foundation.accounts",
    "croisee.foundation.audit",
    "croisee.foundation.tables",
    "croisee.foundation.lifecycles",
    "croisee.foundation.progress",
    "croisee.foundation.imports",
    "croisee.foundation.documents",
    "croisee.foundation.notices",
    "croisee.foundation.listings",
    "croisee.foundation.figures",
    "croisee.territory",
    "croisee.directory",
    "croisee.opportunities",
    "croisee.journeys",
    "croisee.stages",
    "croisee.clauses",
    "croisee.apprenticeship",
    "croisee.incubation",
    "croisee.premises",
    "croisee.portal",
    "croisee.demo",
    "croisee.project",
]
INSTALLED_APPS = [
    *OUR_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
]

MIDDLEWARE = [
    "croisee.project.safeguards.SafeguardsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "croisee.foundation.accounts.second_factor.SecondFactorMiddleware",
    "croisee.foundation.audit.middleware.AuditMiddleware",
]

ROOT_URLCONF = "croisee.project.urls"
WSGI_APPLICATION = "croisee.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "croisee.portal.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

SITE_NAME = os.environ.get("CROISEE_SITE_NAME", "")
CONTACT_EMAIL = os.environ.get("CROISEE_CONTACT", "")
# The address of the site as others reach it: e-mails and documents lead to it.
SITE_URL = os.environ.get("CROISEE_SITE_URL", "http://localhost:8000").rstrip("/")
# An installation of `croisee demo` says on every page that its people are made up.
# Its embedded database is a demonstration when `var/demo` is there; of another, CROISEE_DEMO alone says so.
DEMO_NOTICE = flag("CROISEE_DEMO", default=not os.environ.get("DATABASE_URL") and (VAR_DIR / "demo").exists())

DATABASES = {"default": {"ATOMIC_REQUESTS": False, **environment.database()}}
EMBEDDED_DATABASE_NAME = "croisee"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Past `MAX_ENTRIES` some are dropped: were it small, a flood of attempts would wipe the limits that count them.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },
}

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:mine"
# The address counted by the limits below is the one that the TLS proxy saw.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_TLS else 0
ACCOUNT_ADAPTER = "croisee.foundation.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "croisee.foundation.accounts.forms.PasswordSignInForm",
    "reset_password": "croisee.foundation.accounts.forms.ResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An account gets a password or a session only through a link sent to its address, which verifies it.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/h/ip,5/h/key",
    "sign_in_link": "20/h/ip,5/h/key",
}
MFA_ADAPTER = "croisee.foundation.accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "croisee.foundation.accounts.forms.CodeForm",
    "reauthenticate": "croisee.foundation.accounts.forms.CodeAgainForm",
    "activate_totp": "croisee.foundation.accounts.forms.ActivateCodeForm",
    "add_webauthn": "croisee.foundation.accounts.forms.AddKeyForm",
    "edit_webauthn": "croisee.foundation.accounts.forms.RenameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BEHIND_TLS
MFA_TOTP_TOLERANCE = 1
SESAME_MAX_AGE = 1800
SESAME_ONE_TIME = True
SESAME_INVALIDATE_ON_EMAIL_CHANGE = True
SESAME_SIGNATURE_SIZE = 16

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [REPO / "src/croisee/locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = BEHIND_TLS
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "files"
STORAGES = {
    # Uploads hold pupils' birth dates and homes: they are for this user of the machine alone.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING = logs.configuration()

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

DEFAULT_FROM_EMAIL = "Croisée <ne-pas-repondre@localhost>"
globals().update(environment.smtp())

SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_TLS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# MapLibre runs its tile parser in a worker of its own file, and draws icons from data: and blob: images.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "worker-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

SHARED_DATA = REPO.parent / "shared" / "data"
