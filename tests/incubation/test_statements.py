"""Monthly statements: days of a month, amounts that add up, drafts that refresh, locks that hold."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.dates import add_months
from croisee.incubation.amounts import Month, amount, quantity, runs
from croisee.incubation.models import Agreement, Booking, Rent, Statement, StatementLine
from croisee.incubation.queries import statements as queries
from croisee.incubation.services import statements
from tests.incubation.spaces_helpers import (
    LAST_MONTH,
    THIS_MONTH,
    add_other,
    issued,
    make_booking,
    make_statement,
)
from tests.incubation_world import IncubationWorld, make_agreement
from tests.journeys_world import move
from tests.world import TODAY

DAY = dt.timedelta(days=1)
some_day = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
steps = st.dictionaries(some_day, st.decimals(0, 2000, places=2), max_size=5)


@given(some_day, st.one_of(st.none(), some_day), steps, st.integers(1, 12))
def test_days_of_a_month_are_counted_as_one_counts_them_one_by_one(
    first: dt.date, last: dt.date | None, prices: dict[dt.date, Decimal], number: int
) -> None:
    """Against a recount day by day; and each amount is within a cent of the exact share of the month."""
    month = Month(dt.date(2026, number, 1))
    found = runs(first, last, prices.items(), month)
    by_day: dict[dt.date, Decimal] = {}
    for run in found:
        for offset in range(run.days):
            day = run.first + offset * DAY
            assert day not in by_day
            by_day[day] = run.monthly
    length = calendar.monthrange(2026, number)[1]
    for offset in range(length):
        day = month.first + offset * DAY
        there = first <= day and (last is None or day <= last)
        known = [since for since in prices if since <= day]
        due = prices[max(known)] if there and known else Decimal(0)
        assert by_day.get(day, Decimal(0)) == due
    assert all(a.monthly != b.monthly or a.last + DAY < b.first for a, b in itertools.pairwise(found))
    for run in found:
        exact = run.monthly * run.days / length
        assert abs(amount(quantity(run.days, month), run.monthly) - exact) <= Decimal("0.01")


@given(st.lists(st.tuples(st.integers(1, 99_999), st.integers(-99_999, 99_999)), max_size=20))
def test_amounts_are_rounded_half_up_line_by_line(lines: list[tuple[int, int]]) -> None:
    """Thousandths times cents, recounted with integers."""
    for thousandths, in_cents in lines:
        product = abs(thousandths * in_cents)
        rounded = (product + 500) // 1000
        expected = Decimal(rounded if in_cents >= 0 else -rounded) / 100
        assert amount(Decimal(thousandths) / 1000, Decimal(in_cents) / 100) == expected


def test_a_whole_month_is_one() -> None:
    for number in range(1, 13):
        month = Month(dt.date(2028, number, 1))
        assert quantity(month.days, month) == 1
        assert month.last + DAY == add_months(month.first, 1)


def lines_of(statement: Statement) -> list[tuple[str, str, Decimal]]:
    return [(line.kind, line.label, line.amount) for line in statement.lines.order_by("kind", "label")]


@pytest.mark.django_db
def test_a_month_is_rent_charges_and_bookings_that_were_not_cancelled(world: IncubationWorld) -> None:
    side = world.a
    third, fifth = LAST_MONTH + 2 * DAY, LAST_MONTH + 4 * DAY
    make_booking(side, third)
    make_booking(side, fifth, price=Decimal(0))
    move(make_booking(side, fifth, "12:00", "13:00"), "cancelled")
    make_booking(side, THIS_MONTH, "12:00", "13:00")
    make_booking(
        side, third, "12:00", "13:00", organisation=None, outside="Cabinet Legoff", price=Decimal(15)
    )
    done = statements.prepare(side.incubator, LAST_MONTH)
    assert (done.made, done.changed, done.removed) == (1, 0, 0)
    statement = Statement.objects.get()
    hour = f"Salle Vilaine, {third:%m/%d/%Y}, 09:00–11:00"
    assert lines_of(statement) == [
        ("booking", hour, Decimal(16)),
        ("charges", "Charges: Bureau 1", Decimal(40)),
        ("rent", "Rent: Bureau 1", Decimal(120)),
    ]
    assert statement.total == 176
    assert [row.outside for row in queries.outside_bookings(side.incubator, LAST_MONTH)] == ["Cabinet Legoff"]
    assert not Statement.objects.filter(incubator=world.b.incubator).exists()


@pytest.mark.django_db
def test_preparing_twice_changes_nothing_and_drafts_follow_what_changes(world: IncubationWorld) -> None:
    side = world.a
    statement = make_statement(side)
    add_other(statement)
    statement.refresh_from_db()
    keys = set(statement.lines.values_list("pk", flat=True))
    assert statement.total == 175
    assert statements.prepare(side.incubator, LAST_MONTH) == statements.Prepared()
    assert set(statement.lines.values_list("pk", flat=True)) == keys
    assert Statement.objects.get().updated_at == statement.updated_at
    booking = make_booking(side, LAST_MONTH + 9 * DAY)
    assert statements.prepare(side.incubator, LAST_MONTH) == statements.Prepared(changed=1)
    statement.refresh_from_db()
    assert statement.total == 191
    Booking.objects.filter(pk=booking.pk).update(price=0)
    Agreement.objects.filter(pk=side.agreement.pk).update(charges=0)
    Rent.objects.filter(agreement=side.agreement).delete()
    assert statements.prepare(side.incubator, LAST_MONTH) == statements.Prepared(changed=1)
    assert [line.kind for line in statement.lines.all()] == ["other"]
    statements.remove_line(statement.lines.get())
    assert statements.prepare(side.incubator, LAST_MONTH) == statements.Prepared(removed=1)
    assert not Statement.objects.exists()
    with pytest.raises(ValidationError, match="has not begun"):
        statements.prepare(side.incubator, add_months(THIS_MONTH, 1))


@pytest.mark.django_db
def test_months_begun_left_or_with_two_rents_are_counted_by_days(world: IncubationWorld) -> None:
    side = world.a
    month = Month(LAST_MONTH)
    Rent.objects.create(
        agreement=side.agreement, starts_on=LAST_MONTH + 10 * DAY, monthly=Decimal(155), market=Decimal(250)
    )
    move(side.agreement, "ended", left_on=LAST_MONTH + 19 * DAY)
    other = make_agreement(
        side.projects[0],
        side.company,
        side.spaces[1],
        starts_on=LAST_MONTH + 15 * DAY,
        ends_on=LAST_MONTH + 900 * DAY,
        charges=Decimal(0),
    )
    statement = make_statement(side)
    days = month.days
    rents = [line for line in lines_of(statement) if line[0] == "rent"]
    ten = quantity(10, month)
    assert rents == [
        (
            "rent",
            f"Rent: Atelier 1 ({days - 15} days of {days})",
            amount(quantity(days - 15, month), Decimal(120)),
        ),
        ("rent", f"Rent: Bureau 1 (10 days of {days})", amount(ten, Decimal(120))),
        ("rent", f"Rent: Bureau 1 (10 days of {days})", amount(ten, Decimal(155))),
    ]
    charges = next(line for line in statement.lines.all() if line.kind == "charges")
    assert charges.quantity == quantity(20, month)
    assert statement.total == sum(line.amount for line in statement.lines.all())
    # The agreement that follows another takes over from its first day: nobody pays twice for one day.
    Agreement.objects.filter(pk=side.agreement.pk).update(left_on=TODAY)
    Agreement.objects.filter(pk=other.pk).update(previous=side.agreement)
    statements.prepare(side.incubator, LAST_MONTH)
    parts = [line.quantity for line in statement.lines.filter(kind="rent")]
    assert abs(sum(parts) - 1) <= Decimal("0.000002")


@pytest.mark.django_db
def test_a_statement_that_was_sent_is_locked_by_the_database(world: IncubationWorld) -> None:
    side = world.a
    current = make_statement(side, THIS_MONTH)
    with pytest.raises(ValidationError, match="not over"):
        statements.issue(current, side.manager)
    statement = issued(side)
    line = statement.lines.all()[0]
    assert statement.issued_at is not None
    for act in (
        lambda: StatementLine.objects.filter(pk=line.pk).update(amount=1),
        lambda: StatementLine.objects.filter(pk=line.pk).delete(),
        lambda: StatementLine.objects.filter(pk=line.pk).update(statement=current),
        lambda: StatementLine.objects.create(
            statement=statement, kind="other", label="x", unit_price=1, amount=1
        ),
        lambda: Statement.objects.filter(pk=statement.pk).update(total=1),
    ):
        with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
            act()
    with pytest.raises(ValidationError, match="was sent"):
        add_other(statement)
    with pytest.raises(ValidationError, match="was sent"):
        statements.issue(statement, side.manager)
    assert statements.prepare(side.incubator, LAST_MONTH) == statements.Prepared()


@pytest.mark.django_db
def test_a_mistake_makes_a_new_statement(world: IncubationWorld) -> None:
    side = world.a
    draft = make_statement(side)
    add_other(draft)
    old = statements.issue(draft, side.manager)
    make_booking(side, LAST_MONTH + 3 * DAY)
    new = statements.replace(old, side.manager)
    old.refresh_from_db()
    assert (old.state, old.total, new.state, new.total) == ("replaced", 175, "draft", 191)
    statements.add_line(new, "Geste commercial", Decimal(1), Decimal("-20.005").quantize(Decimal("0.01")))
    statements.issue(new, side.manager)
    rows = list(queries.lines_for_finance(side.incubator, LAST_MONTH))
    assert {row.statement for row in rows} == {new}
    assert sum(row.amount for row in rows) == Statement.objects.get(pk=new.pk).total
    with pytest.raises(ValidationError):
        statements.replace(old, side.manager)


@pytest.mark.django_db
def test_lines_that_were_added_can_be_taken_away_and_no_others(world: IncubationWorld) -> None:
    side = world.a
    statement = make_statement(side)
    line = add_other(statement)
    statements.remove_line(line)
    statement.refresh_from_db()
    assert statement.total == 160
    with pytest.raises(ValidationError, match="come from agreements"):
        statements.remove_line(statement.lines.get(kind="rent"))
    for values, words in (
        ((" Badge", Decimal(0), Decimal(1)), "above zero"),
        (("Badge", Decimal(1), Decimal(0)), "no amount"),
        (("", Decimal(1), Decimal(1)), "blank"),
    ):
        with pytest.raises(ValidationError, match=words):
            statements.add_line(statement, *values)


@pytest.mark.django_db
def test_every_draft_of_a_month_is_sent_or_none(world: IncubationWorld) -> None:
    side = world.a
    statement = make_statement(side)
    empty = Statement.objects.create(incubator=side.incubator, organisation=world.b.company, month=LAST_MONTH)
    with pytest.raises(ValidationError, match="no line"), transaction.atomic():
        statements.issue_all(side.incubator, LAST_MONTH, side.manager)
    statement.refresh_from_db()
    assert statement.state == "draft"
    empty.delete()
    assert statements.issue_all(side.incubator, LAST_MONTH, side.manager) == 1
    with pytest.raises(ValidationError, match="No draft"):
        statements.issue_all(side.incubator, LAST_MONTH, side.manager)
    assert queries.month_from("", TODAY) == LAST_MONTH
    assert queries.month_from("x", TODAY) == LAST_MONTH
    assert queries.month_from("2026-02", TODAY) == dt.date(2026, 2, 1)
