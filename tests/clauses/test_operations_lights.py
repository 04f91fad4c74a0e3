"""The light of a lot against the same rule written in Python, its sentence, and the view against the sums of a few."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from croisee.clauses.models import Assignment, Clause, Commitment, Lot, LotState, Order
from croisee.clauses.queries.balances import with_balance
from croisee.clauses.queries.lights import EARLY, LATE, SLACK, Light, reading, shares, with_light
from tests.clauses_world import ClausesWorld, make_assignment, make_clauses_world, make_statement, move
from tests.world import TODAY


def expected(
    due: float, declared: float, forecast: float, begins: int, ends: int
) -> tuple[Light, float | None]:
    """The rule, in plain arithmetic: days are counted from today."""
    elapsed = min(1.0, max(0.0, (1 - begins) / (ends - begins + 1)))
    if due <= 0 or begins > 0:
        return Light.GREY, None
    if declared >= due:
        return Light.GREEN, 0.0
    if ends < 0:
        return Light.RED, due - declared
    if elapsed < EARLY:
        return Light.GREY, None
    missing = max(0.0, due - declared / elapsed)
    if declared >= due * (1 - SLACK) * elapsed:
        return Light.GREEN, missing
    if declared >= due * (1 - LATE) * elapsed or forecast >= due - declared:
        return Light.AMBER, missing
    return Light.RED, missing


class TestLights(TestCase):
    """One lot whose hours and dates are drawn."""

    commitment: Commitment
    one: Assignment

    @classmethod
    def setUpTestData(cls) -> None:
        world = make_clauses_world()
        cls.commitment = world.commitments[1]
        cls.one = make_assignment(cls.commitment, world.participants[2], world.companies[1])

    @given(
        due=st.integers(0, 900),
        done=st.integers(0, 700),
        begins=st.integers(-400, 100),
        length=st.integers(0, 700),
        working=st.booleans(),
    )
    def test_sql_and_arithmetic_say_the_same(
        self, due: int, done: int, begins: int, length: int, working: bool
    ) -> None:
        lot, one = self.commitment.clause.lot, self.one
        first = TODAY + dt.timedelta(days=begins)
        Lot.objects.filter(pk=lot.pk).update(starts_on=first, ends_on=first + dt.timedelta(days=length))
        Clause.objects.filter(lot=lot).update(hours_due=due)
        Assignment.objects.filter(pk=one.pk).update(state="hired" if working else "ended")
        make_statement(one, TODAY.replace(day=1), str(done), state="validated")
        for few in (False, True):
            found = with_light(Lot.objects.filter(pk=lot.pk), TODAY, few=few).get()
            light, missing = expected(due, done, float(found.forecast), begins, begins + length)
            assert found.light == light
            assert (found.missing is None) == (missing is None)
            assert missing is None or found.missing == pytest.approx(missing)
        for language in ("fr", "en"):
            with translation.override(language):
                assert reading(found, TODAY).sentence
        bar = shares(found)
        assert 0 <= bar.done <= 100 >= bar.done + bar.waiting - 0.2


@pytest.mark.django_db
class TestSentences:
    def test_a_late_lot_says_when_and_how_many_hours(self, world: ClausesWorld) -> None:
        Lot.objects.filter(pk=world.lot.pk).update(ends_on=TODAY + dt.timedelta(days=30))
        Assignment.objects.filter(commitment=world.commitments[0]).update(state="ended")
        found = with_light(Lot.objects.filter(pk=world.lot.pk), TODAY).get()
        with translation.override("en"):
            said = reading(found, TODAY)
            assert said.label == "red"
        assert said.light == Light.RED
        assert "% of the time has passed and 47 % of the hours are done; at the present pace" in said.sentence
        assert "272 h of them wait to be checked." in said.sentence

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            (("done",), "The lot is closed: 120 h done of 833 h due."),
            ((), "Give the first and the last day"),
        ],
    )
    def test_grey_says_why(self, world: ClausesWorld, state: tuple[str, ...], words: str) -> None:
        Lot.objects.filter(pk=world.lot.pk).update(ends_on=None)
        move(world.lot, *state)
        found = with_light(Lot.objects.filter(pk=world.lot.pk), TODAY).get()
        with translation.override("en"):
            assert words in reading(found, TODAY).sentence

    def test_the_view_and_the_sums_of_a_few_agree(self, world: ClausesWorld) -> None:
        clause = world.clause
        clause.hours_due, clause.hours_per_keuro = None, Decimal("1.5")
        clause.save()
        Order.objects.create(lot=world.lot, reference="1", ordered_on=TODAY, amount=40_000)
        Lot.objects.filter(pk=world.commitments[1].clause.lot_id).update(ends_on=None)
        for lot in with_balance(Lot.objects.select_related("standing"), TODAY):
            for name in ("due", "done", "waiting"):
                assert getattr(lot, name) == getattr(lot.standing, name)
            assert float(lot.forecast) == pytest.approx(float(lot.standing.forecast), abs=0.01)

    def test_a_lot_not_awarded_has_no_light(self, world: ClausesWorld) -> None:
        Lot.objects.filter(pk=world.lot.pk).update(state=LotState.DONE)
        assert with_light(Lot.objects.filter(pk=world.lot.pk), TODAY).get().light == Light.GREY
