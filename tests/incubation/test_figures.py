"""Figures of the incubator: those that are known with their sources, who reads and who changes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from croisee.foundation.accounts.models import Account
from croisee.incubation.models import Figure, Parameter
from croisee.incubation.queries import figures as queries
from croisee.incubation.services import figures as services
from croisee.incubation.survival import Cohort
from tests.incubation.figures_helpers import MIGRATION, known_figures
from tests.incubation_world import IncubationWorld
from tests.world import TODAY

ONE_DAY = dt.timedelta(days=1)
Enter = Callable[[Account], Client]


@pytest.fixture(autouse=True)
def figures(db: None) -> None:
    """The figures as they are on the day of the installation (tests of transactions empty tables)."""
    known_figures()


# The texts are named; nobody read them again here: the page of figures says so.
TO_CONFIRM = ((Figure.DE_MINIMIS, 300_000), (Figure.DEROGATORY_MONTHS, 24))


@pytest.mark.parametrize(
    ("figure", "key", "day", "value", "source"),
    [
        # Règlement (UE) n° 1407/2013, article 3, then règlement (UE) 2023/2831, article 3, from 1 January 2024.
        (Figure.DE_MINIMIS, "", dt.date(2023, 12, 31), 200_000, "1407/2013"),
        (Figure.DE_MINIMIS, "", dt.date(2024, 1, 1), 300_000, "2023/2831"),
        (Figure.DE_MINIMIS_YEARS, "", dt.date(2020, 1, 1), 3, "1407/2013"),
        (Figure.DE_MINIMIS_YEARS, "", TODAY, 3, "2023/2831"),
        # C. com. L145-5: two years, then three for leases concluded from 1 September 2014 (loi n° 2014-626).
        (Figure.DEROGATORY_MONTHS, "", dt.date(2014, 8, 31), 24, "2008-776"),
        (Figure.DEROGATORY_MONTHS, "", dt.date(2014, 9, 1), 36, "2014-626"),
        # Insee, enquête Sine.
        (Figure.SURVIVAL, "2010/3", TODAY, 71, "1543"),
        (Figure.SURVIVAL, "2010/5", TODAY, 60, "Sine"),
        (Figure.SURVIVAL, "2014/3", TODAY, 75, "Sine"),
        (Figure.SURVIVAL, "2014/5", TODAY, 61, "1852"),
        (Figure.SURVIVAL, "2018/3", TODAY, 82, "1962"),
        (Figure.SURVIVAL_MICRO, "2018/3", TODAY, 46, "1963"),
    ],
)
def test_what_is_published(figure: Figure, key: str, day: dt.date, value: int, source: str) -> None:
    row = queries.in_force(figure, key, on=day)
    assert row.value == value
    assert source in row.source
    assert row.to_confirm == ((figure, value) in TO_CONFIRM)


def test_what_no_source_says_is_to_be_confirmed() -> None:
    assert queries.value(Figure.STAY_MONTHS, on=TODAY) == 48
    assert queries.in_force(Figure.STAY_MONTHS, on=TODAY).to_confirm
    with pytest.raises(queries.NoFigure):
        queries.value(Figure.DE_MINIMIS, on=dt.date(2013, 12, 31))
    assert set(queries.values(Figure.SURVIVAL_MICRO, on=TODAY)) == {"2018/3"}


def test_every_figure_of_the_installation_is_one_that_pages_know() -> None:
    for figure, key, value, _start, _end, source, _confirm in MIGRATION.rows():
        queries.BOOK.check(figure, key, Decimal(value))
        assert len(source) <= 300
    for key, _words in queries.keys_of(Figure.SURVIVAL):
        assert Cohort.of_key(key).key == key


def test_taking_the_migration_back_empties_the_table_and_doing_it_again_fills_it() -> None:
    before = set(Parameter.objects.values_list("figure", "key", "value", "valid_from", "valid_until"))
    MIGRATION.unload(apps, None)
    assert not Parameter.objects.exists()
    MIGRATION.load(apps, None)
    after = set(Parameter.objects.values_list("figure", "key", "value", "valid_from", "valid_until"))
    assert after == before


def test_a_new_ceiling_begins_on_its_day_and_the_past_keeps_its_own() -> None:
    services.give_value(
        Figure.DE_MINIMIS, "", value=Decimal(350_000), valid_from=TODAY + ONE_DAY, source="règlement d’essai"
    )
    assert queries.value(Figure.DE_MINIMIS, on=TODAY) == 300_000
    assert queries.value(Figure.DE_MINIMIS, on=TODAY + ONE_DAY) == 350_000
    for figure, key, value in (
        (Figure.SURVIVAL, "2014/3", 101),
        (Figure.DE_MINIMIS_YEARS, "", 0),
        (Figure.SURVIVAL, "2015/3", 70),
    ):
        with pytest.raises(ValidationError):
            services.give_value(figure, key, value=Decimal(value), valid_from=TODAY + ONE_DAY, source="essai")


def test_who_reads_and_who_writes(
    world: IncubationWorld, enter: Enter, administrator: Account, official: Account
) -> None:
    one = reverse("incubation:figure", args=["stay_months"])
    row = Parameter.objects.get(figure=Figure.STAY_MONTHS)
    sent = {"value": "36", "valid_from": (TODAY + ONE_DAY).isoformat(), "source": "essai"}
    for account in (world.a.manager, official):
        browser = enter(account)
        assert b"48 months" in browser.get(reverse("incubation:figures")).content
        assert b'name="valid_from"' not in browser.get(one).content
        assert browser.post(one, sent).status_code == 404
        assert browser.post(reverse("incubation:confirm_figure", args=[row.pk])).status_code == 404
    for account in (world.a.expert.account, world.a.holders[0], world.a.tenant):
        assert enter(account).get(one).status_code == 404
    browser = enter(administrator)
    assert browser.post(one, sent).status_code == 302
    given = Parameter.objects.get(figure=Figure.STAY_MONTHS, value=36)
    assert "to come" in browser.get(one).content.decode()
    assert browser.post(reverse("incubation:withdraw_figure", args=[given.pk])).status_code == 302
    browser.post(reverse("incubation:confirm_figure", args=[row.pk]), {"confirm-source": "NF X50-770"})
    row.refresh_from_db()
    assert (row.source, row.to_confirm, row.valid_until) == ("NF X50-770", False, None)
    assert not Parameter.objects.filter(pk=given.pk).exists()


def test_a_cohort_without_a_figure_may_be_given_one(enter: Enter, administrator: Account) -> None:
    browser = enter(administrator)
    page = reverse("incubation:figure_of", args=["survival", "2022/3"])
    assert page in browser.get(reverse("incubation:figures")).content.decode()
    sent = {"value": "80,5", "valid_from": TODAY.isoformat(), "source": "Insee, essai"}
    assert browser.post(page, sent).status_code == 302
    assert queries.value(Figure.SURVIVAL, "2022/3", on=TODAY) == Decimal("80.5")
    listed = browser.get(reverse("incubation:figures")).content.decode()
    assert "founded in 2022, 3 years after" in listed
    wrong = browser.post(page, {"value": "many", "valid_from": "", "source": ""}).content.decode()
    assert "Write a number" in wrong
    assert browser.get(reverse("incubation:figure", args=["nothing"])).status_code == 404
    assert browser.get(reverse("incubation:figure_of", args=["survival", "2015/3"])).status_code == 404


def test_the_pages_ask_the_database_little(
    world: IncubationWorld, enter: Enter, administrator: Account, django_assert_max_num_queries: object
) -> None:
    browser = enter(administrator)
    for page in (
        reverse("incubation:figures"),
        reverse("incubation:figure_of", args=["survival", "2014/3"]),
    ):
        browser.get(page)
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            assert browser.get(page).status_code == 200
