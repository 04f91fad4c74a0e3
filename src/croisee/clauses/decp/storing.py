"""Many published contracts into PostgreSQL: copied to a table of the transaction, repeats found there, then merged.

Everything that grows with the file (contracts, refusals) is in temporary tables of the database; the process holds one
batch. Of records with the same buyer, identifier and kind the newest version counts: published data are amended, never
edited, so the latest date of publication (of the contract or of a modification) wins, and at equal dates the one that
comes last in the file. The same content again is a repeat. Rows of a flat table that differ by their holder alone are
one contract, whose holders are put together.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, LiteralString

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from croisee.clauses.decp.contracts import Published
from croisee.clauses.decp.vocabulary import Format
from croisee.clauses.models.published import DecpImport, PublishedContract, Refusal

IDENTITY = ("buyer_siret", "decp_id", "kind")
COLUMNS = (
    *IDENTITY,
    "buyer_name",
    "nature",
    "purchase",
    "object",
    "cpv",
    "procedure",
    "place_code",
    "place_type",
    "months",
    "initial_amount",
    "amount",
    "notified_on",
    "published_on",
    "said_on",
    "holders",
    "social",
    "environmental",
    "framework",
    "modifications",
    "format",
)
HOLDERS = COLUMNS.index("holders")
BATCH = 2_000

REPEATED: LiteralString = """
    CREATE TEMPORARY TABLE decp_repeated ON COMMIT DROP AS
    WITH named AS (
        SELECT position, decp_id, buyer_siret, kind, content, of_contract,
            count(*) OVER of_identity AS times,
            first_value(of_contract) OVER newest AS kept_contract
        FROM decp_staged
        WINDOW of_identity AS (PARTITION BY buyer_siret COLLATE "C", decp_id COLLATE "C", kind COLLATE "C"),
            newest AS (of_identity ORDER BY said_on DESC, position DESC)
    ), chosen AS (
        SELECT *, min(position) FILTER (WHERE of_contract = kept_contract) OVER (
            PARTITION BY buyer_siret, decp_id, kind) AS kept
        FROM named WHERE times > 1
    )
    SELECT chosen.*, decp_staged.content AS kept_content
    FROM chosen JOIN decp_staged ON decp_staged.position = chosen.kept"""
HOLDERS_TOGETHER: LiteralString = """
    UPDATE decp_staged SET holders = together.holders FROM (
        SELECT again.kept, jsonb_agg(DISTINCT holder) AS holders
        FROM decp_repeated AS again JOIN decp_staged AS staged USING (position)
            CROSS JOIN LATERAL jsonb_array_elements(staged.holders) AS holder
        WHERE again.of_contract = again.kept_contract
        GROUP BY again.kept HAVING count(DISTINCT again.content) > 1
    ) AS together WHERE decp_staged.position = together.kept"""
MERGE: LiteralString = """
    WITH written AS (
        INSERT INTO {held} AS held (id, created_at, updated_at, {columns})
        SELECT gen_random_uuid(), now(), now(), {columns} FROM decp_staged ORDER BY position
        ON CONFLICT (buyer_siret, decp_id, kind) DO UPDATE SET {assigned}, updated_at = now()
        WHERE EXCLUDED.said_on >= held.said_on AND ({before}) IS DISTINCT FROM ({after})
        RETURNING held.xmax = 0 AS is_new
    ) SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written"""
"""A row that INSERT … ON CONFLICT really inserted has xmax 0; one that it updated has not."""
OLDER: LiteralString = """
    SELECT count(*) FROM decp_staged JOIN {held} AS held USING (buyer_siret, decp_id, kind)
    WHERE decp_staged.said_on < held.said_on"""
CONSIDERATIONS: LiteralString = """
    SELECT consideration, count(*) FROM decp_staged
        LEFT JOIN LATERAL unnest(social) AS consideration ON true
    GROUP BY consideration"""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of the contracts kept: new here, changed, the same as before, older than what is here."""

    added: int
    changed: int
    same: int
    older: int


class Store:
    """The contracts and refusals of one file, inside the caller's transaction."""

    def __init__(self) -> None:
        self._contracts: list[tuple[Any, ...]] = []
        self._refusals: list[tuple[int, str, str]] = []
        self._run("DROP TABLE IF EXISTS decp_staged, decp_refused, decp_repeated")
        self._run(
            "CREATE TEMPORARY TABLE decp_staged ON COMMIT DROP AS SELECT {columns}, 0 AS position,"
            " 0::bigint AS content, 0::bigint AS of_contract FROM {held} LIMIT 0"
        )
        self._run(
            "CREATE TEMPORARY TABLE decp_refused (position integer, decp_id text, reason text) ON COMMIT DROP"
        )

    def keep(self, position: int, contract: Published) -> None:
        """Stage a contract."""
        said = tuple(getattr(contract, column) for column in COLUMNS)
        without_holders = (*said[:HOLDERS], *said[HOLDERS + 1 :])
        content = _digest(said)
        of_contract = _digest(without_holders) if contract.format == Format.FLAT else content
        holders = json.dumps(contract.holders, ensure_ascii=False)
        self._contracts.append(
            (*said[:HOLDERS], holders, *said[HOLDERS + 1 :], position, content, of_contract)
        )
        if len(self._contracts) >= BATCH:
            self.flush()

    def refuse(self, position: int, decp_id: str, reason: str) -> None:
        """Note a refusal."""
        self._refusals.append((position, decp_id, reason))
        if len(self._refusals) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Send what is waiting to the database."""
        self._copy("COPY decp_staged FROM STDIN", self._contracts)
        self._copy("COPY decp_refused FROM STDIN", self._refusals)

    def merge(self) -> Merged:
        """Refuse repeats and older versions, then write the differences with what is here."""
        self.flush()
        self._run("SET LOCAL work_mem = '64MB'")
        self._run("ANALYZE decp_staged")
        self._refuse_repeats()
        kept = self.kept()
        [(added, changed)] = self._run(MERGE)
        [(older,)] = self._run(OLDER)
        return Merged(added, changed, kept - added - changed - older, older)

    def kept(self) -> int:
        """How many contracts are kept."""
        return int(self._run("SELECT count(*) FROM decp_staged")[0][0])

    def refused(self) -> int:
        """How many records are refused."""
        return int(self._run("SELECT count(*) FROM decp_refused")[0][0])

    def considerations(self) -> dict[str | None, int]:
        """How many contracts kept declare each social consideration; under None, those that declare none."""
        return dict(self._run(CONSIDERATIONS))

    def refusals(self) -> Iterator[tuple[int, str, str]]:
        """Each refusal (position, identifier, reason), in the order of the file, a batch in memory at a time."""
        with connection.chunked_cursor() as cursor:
            cursor.execute("SELECT position, decp_id, reason FROM decp_refused ORDER BY position")
            while rows := cursor.fetchmany(BATCH):
                yield from rows

    def keep_refusals(self, decp_import: DecpImport) -> None:
        """Keep the refusals as rows of an import made on screen, without their passing through this process."""
        self._run(
            "INSERT INTO {refusals} (decp_import_id, position, decp_id, reason)"
            " SELECT %(of)s, position, decp_id, reason FROM decp_refused ORDER BY position",
            {"of": decp_import.pk},
        )

    def _refuse_repeats(self) -> None:
        words = (
            _("The same contract as record %(n)d (buyer, number and content). Take one of them out."),
            _("Another holder of the contract of record %(n)d, to which it was added. Nothing to do."),
            _("An older version of the contract of record %(n)d (same buyer, same number). Nothing to do."),
        )
        self._run(REPEATED)
        self._run(HOLDERS_TOGETHER)
        self._run(
            "INSERT INTO decp_refused SELECT position, decp_id, replace(CASE"
            " WHEN content = kept_content THEN %(repeat)s WHEN of_contract = kept_contract THEN %(holder)s"
            " ELSE %(older)s END, '%%(n)d', kept::text) FROM decp_repeated WHERE position <> kept",
            dict(zip(("repeat", "holder", "older"), words, strict=True)),
        )
        self._run(
            "DELETE FROM decp_staged USING decp_repeated AS again"
            " WHERE decp_staged.position = again.position AND again.position <> again.kept"
        )

    def _copy(self, statement: LiteralString, rows: list[Any]) -> None:
        if not rows:
            return
        with connection.cursor() as cursor, cursor.cursor.copy(sql.SQL(statement)) as copy:
            for row in rows:
                copy.write_row(row)
        rows.clear()

    def _run(self, statement: LiteralString, parameters: dict[str, Any] | None = None) -> list[Any]:
        parts = {
            "held": sql.Identifier(PublishedContract._meta.db_table),
            "refusals": sql.Identifier(Refusal._meta.db_table),
            "columns": _listed(COLUMNS),
            "assigned": sql.SQL(", ").join(
                sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(column))
                for column in COLUMNS
                if column not in IDENTITY
            ),
            "before": _listed(COLUMNS, "held"),
            "after": _listed(COLUMNS, "excluded"),
        }
        with connection.cursor() as cursor:
            # As text: the audit trail's context, when one is open, reads the statement.
            cursor.execute(sql.SQL(statement).format(**parts).as_string(), parameters)
            return cursor.fetchall() if cursor.description else []


def _listed(columns: tuple[str, ...], table: str = "") -> sql.Composed:
    names = (sql.Identifier(table, column) if table else sql.Identifier(column) for column in columns)
    return sql.SQL(", ").join(names)


def _digest(said: tuple[Any, ...]) -> int:
    """64 bits of what is said, to compare two records of a contract."""
    return int.from_bytes(hashlib.blake2b(repr(said).encode(), digest_size=8).digest(), "big", signed=True)
