"""The figures of a report, counted by the database in two statements: hours that were worked; lots, and who left.

An ORM query for each table would read the same hours fifteen times; here they are read once (`counted`), brought to one
line for each contract of work and commitment (`facts`), for each contract of work (`works`), for each person
(`persons`), and every table is counted from the shortest of these that tell it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from croisee.clauses.models import CLOSED, FOLLOWED, LotState, Part, StatementState
from croisee.clauses.queries.reports.scope import Scope
from croisee.foundation.audit.tracking import NO_DAY

YOUNG, SENIOR = 26, 50
MONTHS_AFTER = 6
NOW, BEFORE = 0, 1
Key = tuple[str, ...]
DUE_STATES = tuple(str(state) for state in (*FOLLOWED, *CLOSED) if state != LotState.ABANDONED)

# What each table is counted by, and from which lines: a person's columns need no look at each contract.
KEYS: Mapping[str, tuple[str, ...]] = {
    "total": (),
    "residence": ("residence",),
    "neighbourhood": ("residence", "zone_codes"),
    "works": ("in_qpv",),
    "works_neighbourhood": ("in_qpv", "works_codes"),
    "programme": ("programme",),
    "programme_residents": ("programme", "residence"),
    "sex": ("sex",),
    "age": ("age",),
    "level": ("level",),
    "way": ("way",),
    "trade": ("trade",),
    "buyer": ("buyer_id",),
}


PERSONS, WORKS, FACTS = "persons", "works", "facts"
SOURCES: Mapping[str, str] = (
    dict.fromkeys(("total", "sex", "age", "level"), PERSONS)
    | dict.fromkeys(("residence", "neighbourhood", "way"), WORKS)
    | dict.fromkeys(
        ("works", "works_neighbourhood", "programme", "programme_residents", "trade", "buyer"), FACTS
    )
)


@dataclass(frozen=True)
class Figures:
    """Distinct people, contracts of work, and hours."""

    people: int = 0
    contracts: int = 0
    hours: Decimal = Decimal(0)


@dataclass(frozen=True)
class Lots:
    """Public contracts, lots, buyers and companies with hours due in a period; those hours, whole and by the period."""

    contracts: int = 0
    lots: int = 0
    buyers: int = 0
    companies: int = 0
    due: Decimal = Decimal(0)
    due_in_period: Decimal = Decimal(0)


Counts = dict[tuple[str, int], dict[Key, Figures]]
"""By table and period (`NOW`, `BEFORE`), the figures of each key."""


@dataclass(frozen=True)
class Counted:
    """Everything that a report says, exact. `served` counts public contracts, lots, buyers and companies with hours."""

    tables: Counts
    served: Mapping[int, Lots]
    lots: Mapping[int, Lots]

    def of(self, table: str, period: int = NOW) -> dict[Key, Figures]:
        """The figures of a table in a period."""
        return self.tables.get((table, period), {})

    def total(self, period: int = NOW) -> Figures:
        """The figures of a period."""
        return self.of("total", period).get((), Figures())


def count(scope: Scope) -> Counted:
    """Count what `scope` covers, and the same months a year before: two queries, whatever the tables hold."""
    tables, served = _worked(scope)
    lots, left = _lots_and_leavers(scope)
    return Counted({**tables, **left}, served, lots)


def _parameters(scope: Scope) -> dict[str, Any]:
    before = scope.before
    return {
        "first": scope.first,
        "last": scope.last,
        "end": scope.ends_on,
        "first_before": before.first,
        "last_before": before.last,
        "end_before": before.ends_on,
        "validated": str(StatementState.VALIDATED),
        "buyers": list(scope.buyers or ()),
        "operation": scope.operation,
        "no_day": NO_DAY,
        "due_states": list(DUE_STATES),
        "holder": str(Part.HOLDER),
        "cocontractor": str(Part.COCONTRACTOR),
    }


def _where(scope: Scope) -> str:
    """The contracts that `scope` covers, of an operation called `o`."""
    conditions = []
    if scope.buyers is not None:
        conditions.append("AND o.buyer_id = ANY(%(buyers)s::uuid[])")
    if scope.operation is not None:
        conditions.append("AND o.id = %(operation)s")
    return " ".join(conditions)


def _worked(scope: Scope) -> tuple[Counts, dict[int, Lots]]:
    """Every table of hours validated, and the public contracts, lots, buyers, companies that they served."""
    tables: Counts = {}
    served: dict[int, Lots] = {}
    for name, period, one, two, people, contracts, hours, extra in _rows(_worked_sql(scope), scope):
        if name == "served":
            public, lots, buyers, companies = extra
            served[period] = Lots(public, lots, buyers, companies)
            continue
        wide = len(KEYS.get(name, ("key",)))
        key = tuple(str(part or "") for part in (one, two)[:wide])
        tables.setdefault((name, period), {})[key] = Figures(people, contracts, hours)
    return tables, served


def _worked_sql(scope: Scope) -> str:
    """Statement that gives lines (table, period, key, key, people, contracts, hours, counts of what is served)."""
    selects = [_table_sql(name, keys) for name, keys in KEYS.items()]
    return f"""
        WITH spans (period, first, last) AS (
            VALUES (0, %(first)s::date, %(last)s::date), (1, %(first_before)s::date, %(last_before)s::date)
        ), counted AS MATERIALIZED (
            SELECT spans.period, spans.first, s.month, s.assignment_id, al.commitment_id, al.hours
            FROM spans
            JOIN clauses_statement s ON s.month BETWEEN spans.first AND spans.last AND s.state = %(validated)s
            JOIN clauses_allocation al ON al.statement_id = s.id AND al.hours > 0
        ), commitments AS MATERIALIZED (
            SELECT c.id, c.organisation_id, l.id AS lot_id, l.trade, k.id AS contract_id, o.buyer_id, o.in_qpv,
                o.zone_codes AS works_codes, o.programme
            FROM clauses_commitment c
            JOIN clauses_clause cl ON cl.id = c.clause_id
            JOIN clauses_lot l ON l.id = cl.lot_id
            JOIN clauses_contract k ON k.id = l.contract_id
            JOIN clauses_operation o ON o.id = k.operation_id
            WHERE TRUE {_where(scope)}
        ), facts AS MATERIALIZED (
            SELECT by_contract.*, c.lot_id, c.trade, c.contract_id, c.buyer_id, c.organisation_id, c.in_qpv,
                c.works_codes, c.programme, a.participant_id,
                COALESCE(NULLIF(a.residence, ''), 'unknown') AS residence
            FROM (
                SELECT period, first, assignment_id, commitment_id, SUM(hours) AS hours
                FROM counted GROUP BY period, first, assignment_id, commitment_id
            ) by_contract
            JOIN commitments c ON c.id = by_contract.commitment_id
            JOIN clauses_assignment a ON a.id = by_contract.assignment_id
        ), works AS MATERIALIZED (
            SELECT by_work.*, a.participant_id, a.way, a.zone_codes,
                COALESCE(NULLIF(a.residence, ''), 'unknown') AS residence
            FROM (
                SELECT period, first, assignment_id, SUM(hours) AS hours
                FROM facts GROUP BY period, first, assignment_id
            ) by_work
            JOIN clauses_assignment a ON a.id = by_work.assignment_id
        ), persons AS MATERIALIZED (
            SELECT by_person.*, f.sex, f.level,
                CASE WHEN d.birth_date <= %(no_day)s THEN 'unknown'
                    WHEN d.birth_date > by_person.first - INTERVAL '{YOUNG} years' THEN 'young'
                    WHEN d.birth_date > by_person.first - INTERVAL '{SENIOR} years' THEN 'middle'
                    ELSE 'senior' END AS age
            FROM (
                SELECT period, first, participant_id, COUNT(*) AS contracts, SUM(hours) AS hours
                FROM works GROUP BY period, first, participant_id
            ) by_person
            JOIN clauses_participant p ON p.id = by_person.participant_id
            JOIN directory_person d ON d.id = p.person_id
            JOIN directory_profile f ON f.person_id = p.person_id
        )
        {" UNION ALL ".join(selects)}
        UNION ALL {_criterion_sql()}
        UNION ALL {_month_sql()}
        UNION ALL
        SELECT 'served', period, NULL, NULL, 0, 0, 0, ARRAY[COUNT(DISTINCT contract_id), COUNT(DISTINCT lot_id),
            COUNT(DISTINCT buyer_id), COUNT(DISTINCT organisation_id)]
        FROM facts GROUP BY period
    """  # noqa: S608  only our own constants


def _table_sql(name: str, keys: tuple[str, ...]) -> str:
    """One line for each value of `keys`. People are counted as groups: sorting texts for DISTINCT takes longer."""
    one, two = [*(f"{key}::text" for key in keys), "NULL", "NULL"][:2]
    by = ", ".join(("period", *keys))
    source = SOURCES[name]
    if source == FACTS:
        each = f"{by}, participant_id, assignment_id"
        source = f"(SELECT {by}, participant_id, SUM(hours) AS hours FROM facts GROUP BY {each}) work"  # noqa: S608
    if source != PERSONS:
        figures = "COUNT(*) AS contracts, SUM(hours) AS hours"
        source = f"(SELECT {by}, {figures} FROM {source} GROUP BY {by}, participant_id) person"  # noqa: S608
    return f"""
        SELECT '{name}' AS name, period, {one} AS one, {two} AS two, COUNT(*) AS people,
            SUM(contracts)::bigint AS contracts, SUM(hours) AS hours, NULL::bigint[] AS extra
        FROM {source} GROUP BY {by}
    """  # noqa: S608  only our own constants


def _criterion_sql() -> str:
    """By criterion checked and in force at some time of the period: somebody may meet several."""
    return """
        SELECT 'criterion', f.period, e.criterion::text, NULL, COUNT(*), SUM(f.contracts)::bigint, SUM(f.hours), NULL
        FROM persons f
        JOIN (
            SELECT DISTINCT spans.period, e.participant_id, e.criterion
            FROM spans JOIN clauses_eligibility e ON e.state = 'verified'
                AND e.starts_on < spans.last + INTERVAL '1 month'
                AND (e.ends_on IS NULL OR e.ends_on >= spans.first)
        ) e ON e.participant_id = f.participant_id AND e.period = f.period
        GROUP BY f.period, e.criterion
    """


def _month_sql() -> str:
    return """
        SELECT 'month', period, month::text, NULL, COUNT(*), SUM(contracts)::bigint, SUM(hours), NULL
        FROM (
            SELECT by_month.period, by_month.month, COUNT(*) AS contracts, SUM(by_month.hours) AS hours
            FROM (
                SELECT counted.period, counted.month, counted.assignment_id, SUM(counted.hours) AS hours
                FROM counted JOIN commitments ON commitments.id = counted.commitment_id
                GROUP BY counted.period, counted.month, counted.assignment_id
            ) by_month
            JOIN clauses_assignment a ON a.id = by_month.assignment_id
            GROUP BY by_month.period, by_month.month, a.participant_id
        ) by_person
        GROUP BY period, month
    """


def _lots_and_leavers(scope: Scope) -> tuple[dict[int, Lots], Counts]:
    """Lots with hours due whose dates meet the period; contracts of work over in it, or six months before it."""
    lots: dict[int, Lots] = {}
    left: Counts = {}
    for name, period, key, counts, due, due_in_period in _rows(_lots_sql(scope), scope):
        if name == "lots":
            contracts, many, buyers, companies = counts
            whole, inside = due or Decimal(0), due_in_period or Decimal(0)
            lots[period] = Lots(contracts, many, buyers, companies, whole, inside)
        else:
            left.setdefault((name, period), {})[(key,)] = Figures(counts[0], counts[1])
    return lots, left


def _lots_sql(scope: Scope) -> str:
    """Statement that gives lines (table, period, key, counts, hours due, part of them that falls in the period)."""
    return f"""
        WITH spans (period, first, ends) AS (
            VALUES (0, %(first)s::date, %(end)s::date), (1, %(first_before)s::date, %(end_before)s::date)
        ), ordered AS (
            SELECT lot_id, SUM(amount) AS amount FROM clauses_order GROUP BY lot_id
        ), lots AS (
            SELECT l.id, k.id AS contract_id, o.buyer_id, cl.id AS clause_id,
                COALESCE(l.starts_on, k.notified_on, l.ends_on) AS starts_on,
                COALESCE(l.ends_on, l.starts_on, k.notified_on) AS ends_on,
                COALESCE(cl.hours_due, cl.hours_per_keuro * COALESCE(ordered.amount, 0) / 1000, 0) AS due
            FROM clauses_lot l
            JOIN clauses_clause cl ON cl.lot_id = l.id
            JOIN clauses_contract k ON k.id = l.contract_id
            JOIN clauses_operation o ON o.id = k.operation_id
            LEFT JOIN ordered ON ordered.lot_id = l.id
            WHERE l.state = ANY(%(due_states)s) {_where(scope)}
        ), open AS MATERIALIZED (
            SELECT spans.period, lots.*,
                (LEAST(lots.ends_on, spans.ends) - GREATEST(lots.starts_on, spans.first) + 1)::numeric
                    / (lots.ends_on - lots.starts_on + 1) AS part
            FROM spans JOIN lots ON lots.starts_on <= spans.ends AND lots.ends_on >= spans.first
        ), companies AS (
            SELECT open.period, COUNT(DISTINCT c.organisation_id) AS n
            FROM open JOIN clauses_commitment c ON c.clause_id = open.clause_id
                AND c.part IN (%(holder)s, %(cocontractor)s)
            GROUP BY open.period
        ), over AS MATERIALIZED (
            SELECT a.id, a.participant_id, a.ends_on, a.situation_at_end, a.situation_after
            FROM clauses_assignment a
            JOIN clauses_commitment c ON c.id = a.commitment_id
            JOIN clauses_clause cl ON cl.id = c.clause_id
            JOIN clauses_lot l ON l.id = cl.lot_id
            JOIN clauses_contract k ON k.id = l.contract_id
            JOIN clauses_operation o ON o.id = k.operation_id
            WHERE a.state = 'ended'
                AND a.ends_on BETWEEN %(first_before)s::date - INTERVAL '{MONTHS_AFTER} months' AND %(end)s
                {_where(scope)}
        )
        SELECT 'lots', open.period, NULL, ARRAY[COUNT(DISTINCT contract_id), COUNT(*), COUNT(DISTINCT buyer_id),
            COALESCE(MAX(companies.n), 0)], SUM(due), SUM(due * part)
        FROM open LEFT JOIN companies ON companies.period = open.period
        GROUP BY open.period
        UNION ALL
        SELECT 'at_end', spans.period, situation_at_end, ARRAY[COUNT(DISTINCT participant_id), COUNT(*)], NULL, NULL
        FROM spans JOIN over ON over.ends_on BETWEEN spans.first AND spans.ends
        GROUP BY spans.period, situation_at_end
        UNION ALL
        SELECT 'after', spans.period, situation_after, ARRAY[COUNT(DISTINCT participant_id), COUNT(*)], NULL, NULL
        FROM spans JOIN over ON over.ends_on + INTERVAL '{MONTHS_AFTER} months' BETWEEN spans.first AND spans.ends
        GROUP BY spans.period, situation_after
    """  # noqa: S608  only our own constants


def _rows(sql: str, scope: Scope) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, _parameters(scope))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def day(text: str) -> dt.date:
    """The month of a key of the table `month`."""
    return dt.date.fromisoformat(text)
