"""Serving this installation on this machine: one web server, one worker beside it, both ended together."""

import errno
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import waitress
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from croisee.demo.queries import is_demo
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.progress import worker
from croisee.territory.travel.network import watch, watch_no_more

HOST, PORT = "127.0.0.1", 8000
PORTS_TRIED = 50
THREADS = 8
LARGEST_REQUEST = 320 * 1024 * 1024  # the three files of a round, each at its largest
BUSY = {errno.EADDRINUSE, errno.EACCES}


class NoPort(Exception):  # noqa: N818  reads as the sentence it is
    """No port near the one asked for is free, or the host is not of this machine."""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket bound to `port`, or to the first free one after it; it keeps the port while work goes on.

    Raises NoPort when none of the next fifty is free or when the host is none of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + PORTS_TRIED, 65_536)):
        bound = socket.socket(family, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((host, candidate))
            bound.listen()
        except OSError as error:
            bound.close()
            if error.errno not in BUSY:
                raise NoPort(str(error)) from error
            continue
        with bound:
            yield bound
        return
    raise NoPort(f"{host}:{port}")


def address_of(bound: socket.socket) -> str:
    """The address to type in a browser."""
    host, port = bound.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def pending_migrations() -> list[str]:
    """Names of the migrations that the database still lacks."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _backwards in plan]


def declare(address: str) -> None:
    """Let this process and its worker know the site's address and name, and whether its people are made up."""
    if "CROISEE_SITE_URL" not in os.environ:
        os.environ["CROISEE_SITE_URL"] = settings.SITE_URL = address
    if not settings.SITE_NAME:
        metropolis = Organisation.objects.filter(kind=Kind.METROPOLIS).first()
        os.environ["CROISEE_SITE_NAME"] = settings.SITE_NAME = metropolis.name if metropolis else ""
    settings.DEMO_NOTICE = is_demo()
    os.environ["CROISEE_DEMO"] = "1" if settings.DEMO_NOTICE else "0"


def serve(bound: socket.socket, ready: Callable[[], None], *, with_worker: bool = True) -> None:
    """Serve on a bound socket until Ctrl-C or SIGTERM; `ready` is called once requests are answered.

    Static files are collected first; the worker, if any, ends its task and stops with the server.
    """
    call_command("collectstatic", interactive=False, verbosity=0)
    application = get_wsgi_application()
    server = waitress.create_server(
        application,
        sockets=[bound],
        threads=THREADS,
        ident=None,
        max_request_body_size=LARGEST_REQUEST,
        # Behind TLS, the address and the scheme that its proxy saw are in headers, which waitress drops by default.
        clear_untrusted_proxy_headers=not settings.BEHIND_TLS,
    )
    watch()
    beside = worker.run_in_background() if with_worker else None
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        ready()
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
        server.close()
        watch_no_more()
        if beside is not None:
            worker.stop(beside)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
