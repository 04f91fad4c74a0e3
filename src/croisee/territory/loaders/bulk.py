"""Many rows into PostgreSQL: COPY into a table that lives for the transaction, then only the differences are written."""

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.db import connection, models
from pyarrow import csv as pa_csv


@dataclass(frozen=True, slots=True)
class Difference:
    """What a merge changed."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: "Difference") -> "Difference":
        return Difference(
            self.added + other.added, self.changed + other.changed, self.removed + other.removed
        )


class Staging:
    """A temporary table with the columns of `model` that a loader fills; `columns` are database column names."""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        self.table = model._meta.db_table
        self.name = f"loading_{self.table}"
        self.key = str(model._meta.pk.column) if model._meta.pk else "id"
        self.columns = list(columns)
        listed = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP TABLE IF EXISTS "{self.name}"')
            cursor.execute(
                f'CREATE TEMPORARY TABLE "{self.name}" ON COMMIT DROP AS SELECT {listed} FROM "{self.table}" LIMIT 0'
            )

    @contextmanager
    def copying(self) -> Iterator["CopyIn"]:
        """A COPY into the staging table, to write Arrow batches to."""
        listed = ", ".join(f'"{column}"' for column in self.columns)
        statement = f'COPY "{self.name}" ({listed}) FROM STDIN (FORMAT csv)'
        with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:  # type: ignore[attr-defined]  # psycopg's cursor
            yield CopyIn(copy, self.columns)

    def fill(self, rows: Iterable[Sequence[Any]]) -> None:
        """Put Python rows into the staging table, for the smaller files."""
        listed = ", ".join(f'"{column}"' for column in self.columns)
        with (
            connection.cursor() as cursor,
            cursor.cursor.copy(f'COPY "{self.name}" ({listed}) FROM STDIN') as copy,
        ):  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row(row)

    def merge(
        self, *, scope: str = "", parameters: Sequence[Any] = (), keep: Sequence[str] = ()
    ) -> Difference:
        """Write the differences between the staged rows and the table.

        `scope` is an SQL condition on the table (aliased `held`): its rows that are not staged are removed; empty
        removes none. Columns in `keep` are not overwritten in rows that exist. Of rows staged twice the first
        stays.
        """
        key, table, staged = f'"{self.key}"', f'"{self.table}"', f'"{self.name}"'
        listed = ", ".join(f'"{column}"' for column in self.columns)
        compared = [column for column in self.columns if column != self.key and column not in keep]
        set_clause = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in compared)
        before = ", ".join(f'held."{column}"' for column in compared)
        after = ", ".join(f'EXCLUDED."{column}"' for column in compared)
        removed = 0
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '128MB'")
            cursor.execute(f"ANALYZE {staged}")
            if scope:
                cursor.execute(
                    f"DELETE FROM {table} AS held WHERE {scope} "
                    f"AND NOT EXISTS (SELECT 1 FROM {staged} AS staged WHERE staged.{key} = held.{key})",
                    list(parameters),
                )
                removed = cursor.rowcount
            # A row that an INSERT ... ON CONFLICT really inserted has xmax 0; one that it updated has not.
            cursor.execute(
                f"WITH written AS (INSERT INTO {table} AS held ({listed}) "
                f'SELECT DISTINCT ON ({key} COLLATE "C") {listed} FROM {staged} ORDER BY {key} COLLATE "C", ctid '
                f"ON CONFLICT ({key}) DO UPDATE SET {set_clause} WHERE ({before}) IS DISTINCT FROM ({after}) "
                "RETURNING held.xmax = 0 AS is_new) "
                "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written"
            )
            added, changed = cursor.fetchone()
        return Difference(added, changed, removed)


class CopyIn:
    """Arrow batches to a running COPY, as CSV: strings quoted, so that an empty string is not a NULL."""

    def __init__(self, copy: Any, columns: Sequence[str]) -> None:
        self._copy = copy
        self._columns = list(columns)
        self._options = pa_csv.WriteOptions(include_header=False, quoting_style="needed")

    def write(self, table: pa.Table) -> None:
        """Send the rows of `table`, which has a column for each of the staging table's."""
        buffer = io.BytesIO()
        pa_csv.write_csv(table.select(self._columns), buffer, self._options)
        self._copy.write(buffer.getbuffer())
