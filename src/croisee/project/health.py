"""What can be wrong with an installation, each with its remedy. `croisee doctor` prints it."""

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.project import messages
from croisee.project.environment import REPO
from croisee.territory.models import TransitFeed, Validity
from croisee.territory.reporting import validity_of

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRESQL = 15
DISK_WANTED_GB = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its name, what was seen, and the remedy when it is wrong (None when well).

    `warning` says what will soon be wrong: nothing is to be mended today.
    """

    name: str
    seen: str
    remedy: str | None = None
    warning: str | None = None


def examine() -> Iterator[Finding]:
    """Every finding about this installation. A check that itself breaks is a finding too."""
    for check in CHECKS:
        try:
            yield check()
        except Exception as error:  # the doctor must outlive the illness
            yield Finding(
                check.__name__, f"{type(error).__name__}: {error}", _("Mend this first, then run again.")
            )


def python() -> Finding:
    """The interpreter is recent enough."""
    wanted = ".".join(map(str, OLDEST_PYTHON))
    remedy = None if sys.version_info >= OLDEST_PYTHON else _("Install Python %s or later.") % wanted
    return Finding(_("Python"), sys.version.split()[0], remedy)


def libraries() -> Finding:
    """The installed libraries are those of the lock."""
    wanted = dict(_locked(REPO / "requirements/base.txt"))
    wrong = sorted(name for name, locked in wanted.items() if _installed(name) not in locked)
    seen = ", ".join(wrong) or _("%d as locked") % len(wanted)
    return Finding(_("Libraries"), seen, _("Run “make install” again.") if wrong else None)


def folder() -> Finding:
    """The folder of this installation can be written and has room."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    if not os.access(settings.VAR_DIR, os.W_OK):
        remedy = _("Give this user the right to write there, or set CROISEE_VAR to another folder.")
        return Finding(_("Folder"), str(settings.VAR_DIR), remedy)
    free = shutil.disk_usage(settings.VAR_DIR).free / 1e9
    remedy = _("Free some space: %d GB at least.") % DISK_WANTED_GB if free < DISK_WANTED_GB else ""
    return Finding(
        _("Folder"),
        _("%(folder)s, %(free).0f GB free") % {"folder": settings.VAR_DIR, "free": free},
        remedy or None,
    )


def database() -> Finding:
    """PostgreSQL answers and is recent enough."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        remedy = _(
            "Check DATABASE_URL and its server; without DATABASE_URL the embedded one starts by itself."
        )
        return Finding(_("Database"), str(error).splitlines()[0], remedy)
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        major = int(cursor.fetchone()[0]) // 10_000
    remedy = (
        _("Croisée needs PostgreSQL %d or later.") % OLDEST_POSTGRESQL if major < OLDEST_POSTGRESQL else ""
    )
    return Finding(_("Database"), f"PostgreSQL {major}", remedy or None)


def migrations() -> Finding:
    """The schema is that of the code."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    remedy = _("Run “croisee migrate”.") if waiting else None
    return Finding(
        _("Schema"), _("%d migrations waiting") % len(waiting) if waiting else _("up to date"), remedy
    )


def cache_table() -> Finding:
    """The table that rate limits count in exists."""
    table = str(settings.CACHES["default"].get("LOCATION", ""))
    there = not table or table in connection.introspection.table_names()
    return Finding(_("Cache"), table or "-", None if there else _("Run “croisee createcachetable”."))


def translations() -> Finding:
    """The French is compiled."""
    stale = [path for path in messages.catalogues() if messages.is_stale(path)]
    seen = _("%d to compile") % len(stale) if stale else _("compiled")
    return Finding(_("Translations"), seen, _("Run “croisee messages”.") if stale else None)


def static_files() -> Finding:
    """Style sheets and scripts are collected, or served from the sources."""
    there = finders.find("croisee/croisee.css") and (settings.DEBUG or Path(settings.STATIC_ROOT).is_dir())
    return Finding(
        _("Static files"), str(settings.STATIC_ROOT), None if there else _("Run “croisee collectstatic”.")
    )


def mail() -> Finding:
    """Mail can leave."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        remedy = None if _is_local() else _("Set EMAIL_URL: nobody receives anything yet.")
        return Finding(_("Mail"), _("kept as files, not sent"), remedy)
    try:
        with get_connection():
            pass
    except OSError as error:
        return Finding(_("Mail"), str(error), _("Check EMAIL_URL: host, port, user and password."))
    return Finding(_("Mail"), f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}")


def exposure() -> Finding:
    """Open to others, the installation speaks TLS and shows no debugging page."""
    if settings.DEBUG and not _is_local():
        return Finding(
            _("Exposure"), "CROISEE_DEBUG", _("Unset CROISEE_DEBUG: it shows the inside to everyone.")
        )
    if not settings.BEHIND_TLS and not _is_local():
        return Finding(_("Exposure"), "http", _("Put it behind TLS, then set CROISEE_TLS=1."))
    return Finding(_("Exposure"), ", ".join(settings.ALLOWED_HOSTS))


def timetables() -> Finding:
    """The timetables of public transport hold today: a warning 14 days before the end, a fault after it."""
    today = timezone.localdate()
    feeds = list(TransitFeed.objects.defer("arrays"))
    seen = "; ".join(f"{feed}: {validity_of(feed)}" for feed in feeds) or _("none loaded")
    told: dict[bool, list[str]] = {True: [], False: []}
    for feed in feeds:
        if remedy := feed.remedy_on(today):
            told[feed.validity_on(today) == Validity.EXPIRED].append(f"{feed}: {remedy}")
    return Finding(
        _("Timetables"), seen, "; ".join(told[True]) or None, warning="; ".join(told[False]) or None
    )


CHECKS: tuple[Callable[[], Finding], ...] = (
    python,
    libraries,
    folder,
    database,
    migrations,
    cache_table,
    translations,
    static_files,
    mail,
    exposure,
    timetables,
)


def _is_local() -> bool:
    return set(settings.ALLOWED_HOSTS) <= {
        "localhost",
        "127.0.0.1",
        "[::1]",
        "testserver",
        socket.gethostname(),
    }


def _locked(lock: Path) -> Iterator[tuple[str, set[str]]]:
    # A universal lock may pin one version a Python: any of them is right.
    pins: dict[str, set[str]] = {}
    for line in lock.read_text().splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            name, _sep, rest = line.partition("==")
            if "sys_platform == 'win32'" not in rest:
                pins.setdefault(name.split("[")[0], set()).add(rest.split()[0])
    yield from pins.items()


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
