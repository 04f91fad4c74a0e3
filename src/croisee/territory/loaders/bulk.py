"""Many rows into PostgreSQL: COPY into a table that lives for the transaction, then the differences alone are kept."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, LiteralString

import pyarrow as pa
from django.db import connection, models
from psycopg import sql
from pyarrow import csv as pa_csv

NOTHING: Mapping[str, sql.Composable] = MappingProxyType({})


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
        pk = model._meta.pk
        self.columns = list(columns)
        self._key_column = str(pk.column) if pk is not None else "id"
        self._names = {
            "held": sql.Identifier(model._meta.db_table),
            "staged": sql.Identifier(f"loading_{model._meta.db_table}"),
            "key": sql.Identifier(self._key_column),
            "columns": _listed(self.columns),
        }
        self._run("DROP TABLE IF EXISTS {staged}")
        self._run("CREATE TEMPORARY TABLE {staged} ON COMMIT DROP AS SELECT {columns} FROM {held} LIMIT 0")

    @contextmanager
    def copying(self) -> Iterator["CopyIn"]:
        """A COPY into the staging table, to write Arrow tables to."""
        with connection.cursor() as cursor:
            statement = self._sql("COPY {staged} ({columns}) FROM STDIN (FORMAT csv)")
            with cursor.cursor.copy(statement) as copy:
                yield CopyIn(copy, self.columns)

    def fill(self, rows: Iterable[Sequence[Any]]) -> None:
        """Put Python rows into the staging table, for the smaller files."""
        statement = self._sql("COPY {staged} ({columns}) FROM STDIN")
        with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def merge(
        self, *, scope: sql.SQL | None = None, parameters: Sequence[Any] = (), keep: Sequence[str] = ()
    ) -> Difference:
        """Write the differences between the staged rows and the table.

        `scope` is a condition on the table (aliased `held`): its rows that are not staged are removed; None removes
        none. Columns in `keep` are not overwritten in rows that exist. Of rows staged twice the first stays.
        """
        compared = [column for column in self.columns if column != self._key_column and column not in keep]
        parts: dict[str, sql.Composable] = {
            "scope": scope or sql.SQL("false"),
            "assigned": sql.SQL(", ").join(
                sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(column)) for column in compared
            ),
            "before": _listed(compared, "held"),
            "after": _listed(compared, "excluded"),
        }
        self._run("SET LOCAL work_mem = '128MB'")
        self._run("ANALYZE {staged}")
        removed, _rows = self._run(
            "DELETE FROM {held} AS held WHERE {scope} "
            "AND NOT EXISTS (SELECT 1 FROM {staged} AS staged WHERE staged.{key} = held.{key})",
            parts,
            parameters,
        )
        # A row that INSERT ... ON CONFLICT really inserted has xmax 0; one that it updated has not.
        _count, [(added, changed)] = self._run(
            "WITH written AS (INSERT INTO {held} AS held ({columns}) "
            'SELECT DISTINCT ON ({key} COLLATE "C") {columns} FROM {staged} ORDER BY {key} COLLATE "C", ctid '
            "ON CONFLICT ({key}) DO UPDATE SET {assigned} WHERE ({before}) IS DISTINCT FROM ({after}) "
            "RETURNING held.xmax = 0 AS is_new) "
            "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written",
            parts,
        )
        return Difference(added, changed, removed)

    def _sql(self, statement: LiteralString, parts: Mapping[str, sql.Composable] = NOTHING) -> sql.Composed:
        return sql.SQL(statement).format(**self._names, **parts)

    def _run(
        self,
        statement: LiteralString,
        parts: Mapping[str, sql.Composable] = NOTHING,
        parameters: Sequence[Any] = (),
    ) -> tuple[int, list[tuple[Any, ...]]]:
        """Run one statement; how many rows it touched, and those it returned."""
        with connection.cursor() as cursor:
            # As text: the audit trail's context, when one is open, reads the statement.
            cursor.execute(self._sql(statement, parts).as_string(), list(parameters) or None)
            return cursor.rowcount, cursor.fetchall() if cursor.description else []


def _listed(columns: Sequence[str], table: str = "") -> sql.Composed:
    names = (sql.Identifier(table, column) if table else sql.Identifier(column) for column in columns)
    return sql.SQL(", ").join(names)


class CopyIn:
    """Arrow tables to a running COPY, as CSV: strings quoted, so that an empty string is not a NULL."""

    def __init__(self, copy: Any, columns: Sequence[str]) -> None:
        self._copy = copy
        self._columns = list(columns)
        self._options = pa_csv.WriteOptions(include_header=False, quoting_style="needed")

    def write(self, table: pa.Table) -> None:
        """Send the rows of `table`, which has a column for each of the staging table's."""
        buffer = io.BytesIO()
        pa_csv.write_csv(table.select(self._columns), buffer, self._options)
        self._copy.write(buffer.getbuffer())
