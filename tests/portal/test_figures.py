"""What statistics say of a neighbourhood, on its page."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from croisee.portal.queries import figures_of
from croisee.territory.models import DataSet, Indicator, Zone, ZoneIndicator
from tests.portal.conftest import Territory

pytestmark = pytest.mark.django_db
PAGE = reverse("portal:zone", args=["QN05901M"])


@pytest.fixture
def source(territory: Territory) -> DataSet:
    """Two indicators of the current neighbourhood: one of 2021 and 2018, one of a year not stated."""
    source = DataSet.objects.create(
        epci_id="200093201",
        kind="indicators",
        title="Indicateurs des quartiers",
        producer="Essai",
        licence="Licence Ouverte 2.0",
        source="indicateurs.csv",
        checksum="0" * 64,
        loaded_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    Indicator.objects.create(code="pop_mun", label="Population municipale", is_whole=True, position=0)
    Indicator.objects.create(code="tp60", label="Taux de pauvreté", unit="%", position=1)
    give(territory.current, source, pop_mun=1234, period="2018")
    give(territory.current, source, pop_mun=2345, period="2021")
    give(territory.current, source, tp60=41.5)
    give(territory.former, source, tp60=99)
    return source


def give(zone: Zone, source: DataSet, period: str = "", **values: float) -> None:
    for code, value in values.items():
        ZoneIndicator.objects.create(
            zone=zone, indicator_id=code, period=period, value=value, data_set=source
        )


def others(territory: Territory, source: DataSet, rates: list[float]) -> None:
    """Neighbourhoods of the same generation with these rates."""
    for number, rate in enumerate(rates):
        zone = Zone.objects.create(
            kind="qpv", generation=2024, code=f"QN0590{number}X", data_set=territory.current.data_set
        )
        give(zone, source, tp60=rate)


def test_without_figures_nothing_is_said(territory: Territory, client: Client) -> None:
    page = client.get(PAGE, headers={"Accept-Language": "en"}).content.decode()
    assert "In figures" not in page
    assert client.get(PAGE, {"export": "csv"}).headers["Content-Type"].startswith("text/html")


def test_figures_with_their_year_and_source(
    source: DataSet, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(9):
        page = client.get(PAGE, headers={"Accept-Language": "en"}).content.decode()
    figures = page[page.index('id="figures"') : page.index('id="schools"')]
    assert figures.index("2,345") < figures.index("1,234") < figures.index("41.5")
    for words in (
        "Population municipale",
        "2021",
        "Taux de pauvreté",
        "%",
        "Indicateurs des quartiers, Essai",
    ):
        assert words in figures
    assert "Median" not in figures
    french = client.get(PAGE).content.decode()
    assert "En chiffres" in french
    assert "41,5" in french


def test_the_median_is_of_five_or_more_of_the_same_generation(
    territory: Territory, source: DataSet, client: Client
) -> None:
    others(territory, source, [10, 20, 30])
    assert [figure.median for figure in figures_of(territory.current)] == [None, None, None]
    others_of_more = Zone.objects.create(
        kind="qpv", generation=2024, code="QN05909X", data_set=territory.current.data_set
    )
    give(others_of_more, source, tp60=51)
    rate = figures_of(territory.current)[-1]
    assert (rate.value, rate.median, rate.compared) == (41.5, 30, 5)
    give(others_of_more, source, tp60=1, period="2018")
    assert figures_of(territory.current)[-1].compared == 5  # years are not mixed
    page = client.get(PAGE, headers={"Accept-Language": "en"}).content.decode()
    assert "Median" in page
    assert "30.0" in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_figures_are_exported_with_their_source(source: DataSet, client: Client, kind: str) -> None:
    response = client.get(PAGE, {"export": kind})
    assert f"indicators.{kind}" in response["Content-Disposition"]
    if kind == "csv":
        header, *lines = response.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 3
        assert "pop_mun" in lines[0]
        assert "2345" in lines[0]
        assert all("indicateurs.csv" in line for line in lines)
        assert "Source" in header
