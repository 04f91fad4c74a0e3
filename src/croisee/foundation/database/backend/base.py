"""Django's PostgreSQL backend on the embedded server, which the first connection starts.

Commands that need no database thus never start one.
"""

from pathlib import Path
from typing import Any

import psycopg.conninfo
from django.conf import settings
from django.db.backends.postgresql import base

from croisee.foundation.database.embedded import ensure_database, running_server_uri

# What the server logs of a refused statement holds its values: passwords' digests, addresses of people. Whoever sent it
# gets the error and logs its kind and place.
DISCREET = "-c log_min_messages=fatal -c log_min_error_statement=panic"


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects to the embedded server; `HOST` of the settings is its data directory."""

    def get_connection_params(self) -> dict[str, Any]:
        """Parameters for psycopg, once the server runs and this installation's database is there."""
        uri = running_server_uri(Path(self.settings_dict["HOST"]))
        server = psycopg.conninfo.conninfo_to_dict(uri)
        params: dict[str, Any] = super().get_connection_params()
        if params.get("dbname") == settings.EMBEDDED_DATABASE_NAME:
            ensure_database(uri, settings.EMBEDDED_DATABASE_NAME)
        options = f"{params.get('options', '')} {DISCREET}".strip()
        return {**params, "host": server["host"], "user": server["user"], "options": options}
