"""What is odd about declared hours: each rule said, and the rules against a count day by day written apart."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from croisee.clauses.anomalies import OPEN_DAYS, Anomaly, Code, Known, Severity, Stated, anomalies, blocking
from croisee.clauses.durations import Span
from croisee.clauses.models import Allocation, Eligibility, Parameter, Statement
from croisee.clauses.queries.anomalies import anomalies_of, asked
from croisee.foundation.dates import NO_END
from tests.clauses_world import (
    ClausesWorld,
    first_of_month,
    make_assignment,
    make_lot,
    make_statement,
    move,
)
from tests.world import TODAY

MARCH = dt.date(2026, 3, 1)
ALWAYS = {"rsa": [OPEN_DAYS]}
PLAIN = Stated(
    key="s",
    participant="p",
    assignment="a",
    month=MARCH,
    hours=Decimal("151.67"),
    version=1,
    employer="Gallo",
    lot="Peinture",
    contract=OPEN_DAYS,
    lot_days=OPEN_DAYS,
    lot_closed=False,
    hired=True,
    weekly_hours=Decimal(35),
    proof_kind="payslip",
    has_file=True,
    digest="d",
    counted=Decimal("151.67"),
    publics=frozenset(),
)
OTHER = replace(
    PLAIN, key="t", assignment="b", employer="Armor", lot="Nettoyage", hours=Decimal(60), digest="e"
)


def known(*rows: Stated, **fields: object) -> Known:
    """The rules' world: these statements, everybody eligible, 208 h in a month, 10 % of tolerance."""
    beside: dict[object, list[Stated]] = {}
    files: dict[str, list[Stated]] = {}
    for row in rows:
        beside.setdefault((row.participant, row.month), []).append(row)
        files.setdefault(row.digest, []).append(row)
    values: dict[str, object] = {
        "today": dt.date(2026, 6, 15),
        "beside": beside,
        "files": files,
        "eligible": {"p": ALWAYS, "q": ALWAYS},
        "most_hours": {row.month: Decimal(208) for row in rows},
        "tolerance": {row.month: Decimal(10) for row in rows},
    }
    return Known(**(values | fields))  # type: ignore[arg-type]


def told(row: Stated, *others: Stated, **fields: object) -> list[tuple[Code, Severity]]:
    return [(one.code, one.severity) for one in anomalies(row, known(row, *others, **fields))]


def only(row: Stated, *others: Stated, **fields: object) -> Anomaly:
    [found] = anomalies(row, known(row, *others, **fields))
    return found


def sentence(found: Anomaly) -> str:
    """What it says in English."""
    with translation.override("en"):
        return found.sentence


def test_an_ordinary_month_has_nothing_odd() -> None:
    assert told(PLAIN) == []
    assert told(PLAIN, replace(OTHER, hours=Decimal("56.33"))) == []  # 208 h exactly


def test_the_month_counts_over_all_employers_and_says_which() -> None:
    found = only(PLAIN, replace(OTHER, hours=Decimal("56.34")))
    assert (found.code, found.severity) == (Code.OVER_MONTH, Severity.BLOCKS)
    assert sentence(found) == (
        "208.01\u00a0h for this person in March 2026, with 56.34\u00a0h at Armor: 208\u00a0h in a month at most."
    )
    alone = replace(PLAIN, hours=Decimal(220), counted=None)
    assert told(alone) == [(Code.OVER_MONTH, Severity.BLOCKS), (Code.OVER_CONTRACT, Severity.LOOK)]
    assert told(alone, most_hours={}) == [(Code.OVER_CONTRACT, Severity.LOOK)]  # no figure in force


def test_of_two_versions_the_newer_counts() -> None:
    older, newer = replace(OTHER, hours=Decimal(100)), replace(OTHER, key="u", version=2, hours=Decimal(20))
    assert told(PLAIN, older, newer) == []
    assert told(PLAIN, newer, replace(older, version=3)) == [(Code.OVER_MONTH, Severity.BLOCKS)]
    own_older = replace(PLAIN, key="v", hours=Decimal(150))
    assert told(replace(PLAIN, version=2), own_older) == []


@pytest.mark.parametrize(
    ("spans", "severity", "words"),
    [
        ({}, Severity.BLOCKS, "No eligibility"),
        ({"rsa": [Span(dt.date(2024, 1, 1), dt.date(2026, 2, 28))]}, Severity.BLOCKS, "ended on"),
        ({"rsa": [Span(dt.date(2026, 4, 1), NO_END)]}, Severity.BLOCKS, "begins on"),
        ({"rsa": [Span(dt.date(2024, 1, 1), dt.date(2026, 3, 10))]}, Severity.BLOCKS, "10 days"),
        ({"rsa": [Span(dt.date(2026, 3, 3), NO_END)]}, Severity.LOOK, "29 days"),
    ],
)
def test_hours_when_one_is_not_eligible(spans: dict[str, list[Span]], severity: Severity, words: str) -> None:
    found = only(PLAIN, eligible={"p": spans})
    assert (found.code, found.severity) == (Code.NOT_ELIGIBLE, severity)
    assert words in sentence(found)


def test_the_publics_of_the_lot_decide_which_criteria_count() -> None:
    assert told(replace(PLAIN, publics=frozenset({"rsa", "th"}))) == []
    found = only(replace(PLAIN, publics=frozenset({"th"})))
    assert "no criterion that this lot accepts" in sentence(found)


def test_the_same_hours_twice() -> None:
    again = replace(OTHER, hours=PLAIN.hours)
    assert told(PLAIN, again, most_hours={}) == [(Code.SAME_HOURS, Severity.BLOCKS)]
    assert "same payroll" in sentence(only(replace(PLAIN, proof_kind="payroll"), again, most_hours={}))
    assert told(PLAIN, replace(again, participant="q"), most_hours={}) == []


def test_the_same_file_twice() -> None:
    february = replace(PLAIN, key="f", month=dt.date(2026, 2, 1))
    assert told(PLAIN, february) == [(Code.SAME_PROOF, Severity.BLOCKS)]
    neighbour = replace(PLAIN, key="n", participant="q", assignment="c")
    assert told(PLAIN, neighbour) == [(Code.SAME_PROOF, Severity.BLOCKS)]
    sheet, theirs = replace(PLAIN, proof_kind="timesheet"), replace(neighbour, proof_kind="timesheet")
    assert told(sheet, theirs) == [(Code.SAME_PROOF, Severity.LOOK)]
    assert told(replace(PLAIN, proof_kind="payroll"), neighbour) == []  # a table of everybody's month
    assert told(replace(PLAIN, proof_kind="payroll"), february) == [(Code.SAME_PROOF, Severity.BLOCKS)]
    elsewhere = replace(OTHER, digest="d", hours=Decimal(20))
    assert told(PLAIN, elsewhere) == [(Code.SAME_PROOF, Severity.LOOK)]
    assert told(replace(PLAIN, version=2), replace(PLAIN, key="old")) == []  # its own correction


@pytest.mark.parametrize(
    ("fields", "code", "severity"),
    [
        (
            {"contract": Span(dt.date(2025, 1, 1), dt.date(2026, 2, 20))},
            Code.OUTSIDE_CONTRACT,
            Severity.BLOCKS,
        ),
        ({"contract": Span(dt.date(2026, 4, 1), NO_END)}, Code.OUTSIDE_CONTRACT, Severity.BLOCKS),
        ({"contract": Span(dt.date(2026, 3, 16), NO_END)}, Code.OVER_CONTRACT, Severity.LOOK),
        ({"hours": Decimal("170.51"), "counted": None}, Code.OVER_CONTRACT, Severity.LOOK),
        ({"lot_days": Span(dt.date.min, dt.date(2026, 2, 28))}, Code.OUTSIDE_LOT, Severity.BLOCKS),
        ({"lot_days": Span(dt.date(2026, 4, 1), NO_END)}, Code.OUTSIDE_LOT, Severity.BLOCKS),
        ({"lot_closed": True}, Code.LOT_CLOSED, Severity.LOOK),
        ({"month": dt.date(2026, 7, 1)}, Code.FUTURE, Severity.BLOCKS),
        ({"month": dt.date(2026, 6, 1)}, Code.FUTURE, Severity.LOOK),
        ({"proof_kind": "none"}, Code.NO_PROOF, Severity.BLOCKS),
        ({"has_file": False}, Code.NO_PROOF, Severity.LOOK),
        ({"hired": False}, Code.NOT_HIRED, Severity.BLOCKS),
        ({"hours": Decimal(0), "counted": None}, Code.NO_HOURS, Severity.LOOK),
        ({"counted": Decimal(100)}, Code.NOT_ALL_COUNTED, Severity.LOOK),
    ],
)
def test_each_other_rule(fields: dict[str, object], code: Code, severity: Severity) -> None:
    found = only(replace(PLAIN, **fields))  # type: ignore[arg-type]
    assert (found.code, found.severity) == (code, severity)
    assert sentence(found).endswith(".")


def test_a_full_time_month_is_within_its_contract_whatever_its_length() -> None:
    for month in range(1, 13):
        assert told(replace(PLAIN, month=dt.date(2026, month, 1)), today=dt.date(2027, 6, 1)) == []


def test_a_payroll_needs_no_file_of_its_own() -> None:
    assert told(replace(PLAIN, proof_kind="payroll", has_file=False, digest="")) == []


# Against a count day by day


DAY = st.dates(dt.date(2026, 1, 20), dt.date(2026, 4, 10))
SPAN = st.tuples(DAY, DAY).map(lambda days: Span(min(days), max(days)))
HOURS = st.sampled_from(["0", "20", "75.83", "100", "151.67", "170", "190"]).map(Decimal)
STATED = st.builds(
    replace,
    st.just(PLAIN),
    key=st.uuids(),
    participant=st.sampled_from("pq"),
    assignment=st.sampled_from("abcd"),
    month=st.sampled_from([dt.date(2026, 2, 1), MARCH]),
    hours=HOURS,
    version=st.integers(1, 3),
    contract=SPAN,
    lot_days=SPAN,
    lot_closed=st.booleans(),
    hired=st.booleans(),
    weekly_hours=st.sampled_from([Decimal(20), Decimal(35)]),
    proof_kind=st.sampled_from(["none", "payslip", "timesheet", "payroll", "invoice"]),
    has_file=st.booleans(),
    digest=st.sampled_from(["", "d", "e"]),
    counted=st.one_of(st.none(), HOURS),
    publics=st.sampled_from([frozenset(), frozenset({"rsa"}), frozenset({"th", "pi"})]),
)
ELIGIBLE = st.fixed_dictionaries(
    {key: st.dictionaries(st.sampled_from(["rsa", "th"]), st.lists(SPAN, max_size=2)) for key in "pq"}
)


def days_of(month: dt.date) -> list[dt.date]:
    return [month + dt.timedelta(days=n) for n in range(calendar.monthrange(month.year, month.month)[1])]


def inside(day: dt.date, span: Span) -> bool:
    return span.first <= day <= span.last


def by_hand(row: Stated, rows: list[Stated], eligible: dict[str, dict[str, list[Span]]]) -> set[Code]:
    """The same codes, from the words of the rules, one day at a time."""
    today, codes = dt.date(2026, 3, 15), set()
    month = days_of(row.month)
    at_work = [day for day in month if inside(day, row.contract)]
    newest: dict[str, Stated] = {}
    for one in rows:
        if (one.participant, one.month) == (row.participant, row.month) and one.assignment != row.assignment:
            key = str(one.assignment)
            if key not in newest or one.version > newest[key].version:
                newest[key] = one
    if sum(one.hours for one in newest.values()) + row.hours > 208:
        codes.add(Code.OVER_MONTH)
    if row.hours and any(one.hours == row.hours for one in newest.values()):
        codes.add(Code.SAME_HOURS)
    criteria = eligible[str(row.participant)]
    spans = [s for key, ss in criteria.items() for s in ss if not row.publics or key in row.publics]
    if row.hours and any(not any(inside(day, s) for s in spans) for day in at_work or month):
        codes.add(Code.NOT_ELIGIBLE)
    for one in rows:
        alone = one.assignment != row.assignment and row.proof_kind not in ("payroll", "invoice")
        if row.digest and one.digest == row.digest and (one.month != row.month or alone):
            codes.add(Code.SAME_PROOF)
    if not at_work:
        codes.add(Code.OUTSIDE_CONTRACT)
    else:
        weeks = row.weekly_hours * len(at_work) / 7
        twelfth = row.weekly_hours * 52 / 12 * len(at_work) / len(month)
        if row.hours * 10 > max(weeks, twelfth) * 11:
            codes.add(Code.OVER_CONTRACT)
    if not any(inside(day, row.lot_days) for day in month):
        codes.add(Code.OUTSIDE_LOT)
    if month[-1] > today:
        codes.add(Code.FUTURE)
    if row.hours and (row.proof_kind == "none" or (not row.has_file and row.proof_kind != "payroll")):
        codes.add(Code.NO_PROOF)
    codes |= {Code.LOT_CLOSED} if row.lot_closed else set()
    codes |= set() if row.hired else {Code.NOT_HIRED}
    codes |= set() if row.hours else {Code.NO_HOURS}
    if row.counted is not None and row.counted < row.hours:
        codes.add(Code.NOT_ALL_COUNTED)
    return codes


@given(st.lists(STATED, min_size=1, max_size=6), ELIGIBLE)
def test_the_rules_say_what_a_count_by_hand_says(
    rows: list[Stated], eligible: dict[str, dict[str, list[Span]]]
) -> None:
    world = known(*rows, today=dt.date(2026, 3, 15), eligible=eligible)
    for row in rows:
        found = anomalies(row, world)
        assert {one.code for one in found} == by_hand(row, rows, eligible)
        assert len({one.code for one in found}) == len(found)
        severities = [one.severity for one in found]
        assert severities == sorted(severities)  # "blocks" comes before "look"
        assert blocking(found) == (Severity.BLOCKS in severities)
        assert all(one.sentence and "%(" not in one.sentence for one in found)


# Gathered from the tables


@pytest.mark.django_db
def test_they_are_gathered_in_four_queries(
    world: ClausesWorld, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    other = make_assignment(
        make_lot(world.operation, "Sols", world.companies[1]), world.participants[0], world.companies[1]
    )
    month = first_of_month(-2)
    twice = make_statement(other, month, "120.00", state="sent")
    for number, row in enumerate((world.statements[1], twice)):
        row.proof = ContentFile(b"%PDF-1.7 proof", name=f"{number}.pdf")
        row.save()
    rows = asked(Statement.objects.filter(state="sent"))
    with django_assert_num_queries(4):
        found = anomalies_of(rows, TODAY)
    assert set(found) == {row.pk for row in (*world.statements[1:3], twice)}
    assert {one.code for one in found[twice.pk]} == {Code.OVER_MONTH, Code.SAME_HOURS, Code.SAME_PROOF}
    assert {one.code for one in found[world.statements[2].pk]} == {Code.NO_PROOF}
    assert anomalies_of([], TODAY) == {}


@pytest.mark.django_db
def test_dated_figures_eligibility_and_shares_are_read(world: ClausesWorld) -> None:
    row = world.statements[2]
    Parameter.objects.filter(figure="monthly_hours").update(value=Decimal(150))
    Eligibility.objects.filter(participant=world.participants[1]).update(
        starts_on=dt.date(2020, 1, 1), ends_on=row.month - dt.timedelta(days=1)
    )
    Allocation.objects.filter(statement=row).update(hours=Decimal(100))
    [found] = anomalies_of(asked(Statement.objects.filter(pk=row.pk)), TODAY).values()
    assert {one.code for one in found} == {
        Code.OVER_MONTH,
        Code.NOT_ELIGIBLE,
        Code.NO_PROOF,
        Code.NOT_ALL_COUNTED,
    }
    move(world.assignments[1], "cancelled")
    Statement.objects.filter(pk=row.pk).update(state="draft")
    assert anomalies_of(asked(Statement.objects.filter(pk=row.pk)), TODAY) == {}
