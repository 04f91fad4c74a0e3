"""Settings that differ between installations, from the environment; each has a sound default on a laptop."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

REPO = Path(__file__).resolve().parents[3]


def var_dir() -> Path:
    """Where this installation keeps what it makes: database, files, secret key (`CROISEE_VAR`, or `var/`)."""
    return Path(os.environ.get("CROISEE_VAR") or REPO / "var").resolve()


def flag(name: str, default: bool = False) -> bool:
    """An on/off variable: 1, true, yes, on."""
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def listed(name: str, default: str = "") -> list[str]:
    """A comma-separated variable."""
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def secret_key() -> str:
    """`CROISEE_SECRET_KEY`, or a key made once and kept in `var/secret_key` (readable by its owner only)."""
    if key := os.environ.get("CROISEE_SECRET_KEY"):
        return key
    path = var_dir() / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_urlsafe(50)
        file.write(key)
    return key


def database() -> dict[str, object]:
    """Django's DATABASES entry: the server of `DATABASE_URL`, or the embedded one in `var/postgresql`."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return {
            "ENGINE": "croisee.foundation.database.backend",
            "NAME": "croisee",
            "HOST": str(var_dir() / "postgresql"),
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL must start with postgresql://, not {parts.scheme}://")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "croisee",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def smtp() -> dict[str, object]:
    """Django's EMAIL_* settings from `EMAIL_URL`, or mails kept as files in `var/mail` without it.

    `smtp://user:password@host:port`, `smtps://` for TLS from the start, `?starttls=1` for STARTTLS.
    """
    url = os.environ.get("EMAIL_URL")
    if not url:
        folder = var_dir() / "mail"
        # They hold links that sign in.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(folder),
        }
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": dict(parse_qsl(parts.query)).get("starttls") == "1",
    }
