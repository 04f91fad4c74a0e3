"""A database of the benchmark's own, made before it measures and gone after."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_database() -> Iterator[Path]:
    """Django on an empty database with its tables, in a folder that can hold more files and goes with it."""
    with tempfile.TemporaryDirectory(prefix="croisee-bench-") as folder:
        os.environ["CROISEE_VAR"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "croisee.project.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0, skip_checks=True)
        yield Path(folder)
        connection.close()
