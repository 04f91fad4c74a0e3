"""Figures with dates: given, withdrawn, confirmed; never two on a day, never rewritten once used."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from croisee.clauses.models import Figure, Parameter
from croisee.clauses.queries import parameters as queries
from croisee.clauses.services import parameters as services
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from tests.clauses_world import ClausesWorld, dated_figures
from tests.world import TODAY

D = Decimal
ONE_DAY = dt.timedelta(days=1)
COST = Figure.HOURLY_COST


def give(
    value: int, start: dt.date, until: dt.date | None = None, figure: Figure = COST, key: str = ""
) -> Parameter:
    return services.give_value(
        figure, key, value=D(value), valid_from=start, valid_until=until, source="essai", today=TODAY
    )


def cost_on(day: dt.date) -> Decimal | None:
    try:
        return queries.value(COST, on=day)
    except queries.NoFigure:
        return None


@pytest.mark.usefixtures("figures")
def test_a_new_value_ends_the_one_before_the_day_before() -> None:
    row = give(32, TODAY + 30 * ONE_DAY)
    assert row.valid_until is None
    assert (cost_on(TODAY + 29 * ONE_DAY), cost_on(TODAY + 30 * ONE_DAY)) == (30, 32)
    between = give(31, TODAY + 10 * ONE_DAY)
    assert between.valid_until == TODAY + 29 * ONE_DAY
    services.withdraw(between, today=TODAY)
    assert cost_on(TODAY + 15 * ONE_DAY) == 30
    services.withdraw(row, today=TODAY)
    assert cost_on(TODAY + 4000 * ONE_DAY) == 30


@pytest.mark.usefixtures("figures")
def test_whatever_is_withdrawn_first_no_day_is_left_without_a_value() -> None:
    later = give(32, TODAY + 30 * ONE_DAY)
    sooner = give(31, TODAY + 10 * ONE_DAY)
    services.withdraw(later, today=TODAY)
    assert cost_on(TODAY + 4000 * ONE_DAY) == 31
    sooner.refresh_from_db()
    services.withdraw(sooner, today=TODAY)
    assert cost_on(TODAY + 4000 * ONE_DAY) == 30
    assert Parameter.objects.filter(figure=COST).count() == 1


@pytest.mark.usefixtures("figures")
def test_what_has_served_is_not_rewritten() -> None:
    with pytest.raises(ValidationError) as refused:
        give(32, TODAY - ONE_DAY)
    assert set(refused.value.message_dict) == {"valid_from"}
    give(32, TODAY)
    with pytest.raises(ValidationError):
        give(33, TODAY)
    with pytest.raises(ValidationError):
        services.withdraw(Parameter.objects.get(figure=COST, value=32), today=TODAY)
    # A time that no value covered may be filled in afterwards.
    old = give(28, dt.date(2020, 1, 1))
    assert old.valid_until == dt.date(2021, 3, 31)


@pytest.mark.usefixtures("figures")
def test_withdrawing_what_cut_nothing_lengthens_nothing() -> None:
    row = give(5_600_000, dt.date(2028, 1, 1), dt.date(2029, 12, 31), Figure.THRESHOLD, "works")
    services.withdraw(row, today=TODAY)
    last = Parameter.objects.get(figure=Figure.THRESHOLD, key="works", value=5_404_000)
    assert last.valid_until == dt.date(2027, 12, 31)


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize(
    ("figure", "key", "value", "names"),
    [
        (Figure.LABOUR_SHARE, "masonry", 101, "value"),
        (Figure.HOURLY_COST, "", 0, "value"),
        (Figure.OBLIGATION, "", 2, "value"),
        (Figure.HOURLY_COST, "masonry", 30, "__all__"),
    ],
)
def test_a_value_that_cannot_be_is_refused(figure: Figure, key: str, value: int, names: str) -> None:
    with pytest.raises(ValidationError) as refused:
        give(value, TODAY + ONE_DAY, figure=figure, key=key)
    found = getattr(refused.value, "message_dict", {"__all__": refused.value.messages})
    assert set(found) == {names}


@pytest.mark.usefixtures("figures")
def test_an_end_before_the_beginning_or_over_the_next_value_is_refused() -> None:
    give(32, TODAY + 30 * ONE_DAY)
    for until in (TODAY, TODAY + 30 * ONE_DAY):
        with pytest.raises(ValidationError) as refused:
            give(31, TODAY + 10 * ONE_DAY, until)
        assert set(refused.value.message_dict) == {"valid_until"}


@pytest.mark.usefixtures("figures")
def test_confirming_names_the_source_and_keeps_the_value() -> None:
    row = Parameter.objects.get(figure=COST)
    with pytest.raises(ValidationError):
        services.confirm(row, " ")
    kept = services.confirm(row, "Observatoire des coûts 2026")
    assert (kept.value, kept.to_confirm, kept.source) == (30, False, "Observatoire des coûts 2026")


class NeverTwoOnADay(TestCase):
    """Whatever is given and withdrawn, a day has one value at most, and those that are past keep theirs."""

    def setUp(self) -> None:
        dated_figures()

    @given(
        st.lists(
            st.tuples(st.integers(-400, 400), st.none() | st.integers(0, 200), st.booleans()), max_size=12
        )
    )
    def test_values_never_overlap(self, moves: list[tuple[int, int | None, bool]]) -> None:
        past = {TODAY - days * ONE_DAY: cost_on(TODAY - days * ONE_DAY) for days in (1, 100, 1000)}
        for number, (start, length, withdraws) in enumerate(moves):
            first = TODAY + start * ONE_DAY
            try:
                row = give(number + 1, first, None if length is None else first + length * ONE_DAY)
                if withdraws:
                    services.withdraw(row, today=TODAY)
            except ValidationError:
                continue
        rows = list(Parameter.objects.filter(figure=COST).order_by("valid_from"))
        for before, after in pairwise(rows):
            assert before.valid_until is not None
            assert before.valid_until < after.valid_from
        assert {day: cost_on(day) for day in past} == past


@pytest.mark.django_db(transaction=True)
def test_of_two_values_given_at_once_for_a_day_one_is_refused() -> None:
    said: list[str] = []
    gate = threading.Barrier(2)

    def one(value: int) -> None:
        try:
            gate.wait()
            give(value, TODAY + 5 * ONE_DAY)
            said.append("given")
        except ValidationError:
            said.append("refused")
        finally:
            connection.close()

    dated_figures()
    threads = [threading.Thread(target=one, args=(value,)) for value in (31, 32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["given", "refused"]


# Pages


def test_who_reads_and_who_writes(world: ClausesWorld, sign_in: object, account_of: object) -> None:
    page = reverse("clauses:parameters")
    one = reverse("clauses:parameter_of", args=["threshold", "works"])
    administrator: Account = account_of(Role.ADMINISTRATOR)  # type: ignore[operator]
    for account, writes in (
        (world.facilitateur, True),
        (administrator, True),
        (world.buyer, False),
        (world.official, False),
    ):
        browser: Client = sign_in(account)  # type: ignore[operator]
        assert browser.get(page).status_code == 200
        text = browser.get(one).content.decode()
        assert ('name="valid_from"' in text) is writes
        posted = browser.post(one, {"value": "5 600 000", "valid_from": "2028-01-01", "source": "avis"})
        assert posted.status_code == (302 if writes else 404)
        Parameter.objects.filter(valid_from="2028-01-01").delete()
    assert sign_in(world.employers[0]).get(page).status_code == 404  # type: ignore[operator]


def test_a_value_is_given_withdrawn_and_confirmed_on_the_page(world: ClausesWorld, sign_in: object) -> None:
    browser: Client = sign_in(world.facilitateur)  # type: ignore[operator]
    page = reverse("clauses:parameter", args=["hourly_cost"])
    sent = {"value": "31,50 €", "valid_from": (TODAY + ONE_DAY).isoformat(), "source": "observatoire"}
    assert browser.post(page, sent).status_code == 302
    row = Parameter.objects.get(figure=COST, value=D("31.50"))
    text = browser.get(page).content.decode()
    assert "31,5" in text
    assert world.facilitateur.name in text
    assert browser.post(reverse("clauses:withdraw_parameter", args=[row.pk])).status_code == 302
    assert not Parameter.objects.filter(pk=row.pk).exists()
    now = Parameter.objects.get(figure=COST)
    browser.post(reverse("clauses:confirm_parameter", args=[now.pk]), {"confirm-source": "guide 2026"})
    now.refresh_from_db()
    assert (now.source, now.to_confirm) == ("guide 2026", False)
    for strange in (["nothing"], ["hourly_cost", "x"]):
        name = "clauses:parameter" if len(strange) == 1 else "clauses:parameter_of"
        assert browser.get(reverse(name, args=strange)).status_code == 404


def test_the_list_asks_the_database_little(
    world: ClausesWorld, sign_in: object, django_assert_max_num_queries: object
) -> None:
    browser: Client = sign_in(world.facilitateur)  # type: ignore[operator]
    browser.get(reverse("clauses:parameters"))
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        browser.get(reverse("clauses:parameters"))
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        browser.get(reverse("clauses:parameter", args=["hourly_cost"]))
