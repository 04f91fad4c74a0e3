"""The pages of what is within reach: table, map, exports, sentences; what they say when nothing is there."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from croisee.foundation.accounts.models import Account
from croisee.foundation.progress.models import Progress
from croisee.portal import cards
from croisee.portal.reach import BOUNDS, CLASSES
from croisee.territory.models import DataSet, ReachSquare, ReachSurvey, ZoneReach
from tests.browser import Visit, look
from tests.portal.conftest import Territory

pytestmark = pytest.mark.django_db
PAGE, SQUARES = "portal:reach", "portal:reach_squares"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def survey(territory: Territory) -> ReachSurvey:
    """As it was computed, with figures that can be told apart: 1200 offers, 80 employers, 3 schools."""
    made = ReachSurvey.objects.get()
    made.totals, made.median_30, made.median_45 = [1200, 80, 3], [500, 0, 2], [1000, 40, 3]
    made.save()
    ZoneReach.objects.update(within_30=[250, 1, 3], within_45=[1100, 10, 3])
    counts = [0, 249, 250, 399, 400, 624, 625, 1000, 1001]
    first = ReachSquare.objects.first()
    assert first is not None
    ReachSquare.objects.all().delete()
    ReachSquare.objects.bulk_create(
        ReachSquare(
            survey=made,
            east=first.east + 200 * place,
            north=first.north,
            longitude=first.longitude,
            latitude=first.latitude,
            addresses=1 + place,
            within_30=[count, 1, 1],
            within_45=[count, 1, 1],
        )
        for place, count in enumerate(counts)
    )
    return made


def test_nothing_computed(client: Client) -> None:
    page = client.get(reverse(PAGE), headers=ENGLISH).content.decode()
    assert "Nothing is computed yet" in page
    assert json.loads(client.get(reverse(SQUARES)).content)["features"] == []
    assert cards.reach(Account()) is None


def test_the_table_sets_each_neighbourhood_beside_the_median(survey: ReachSurvey, client: Client) -> None:
    page = client.get(reverse(PAGE), {"what": "openings"}, headers=ENGLISH).content.decode()
    cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[dh].*?</t[dh]>", page, re.S)]
    row = cells[cells.index("Les Trois Ponts") :]
    # Addresses; 250 offers in 30 minutes against 500, 1100 in 45 against 1000.
    assert row[:6] == ["Les Trois Ponts", "2", "250", "50", "1,100", "110"]
    assert 'width="50.0"' in page
    assert 'width="100.0"' in page
    assert "estimated from the distance" in page


def test_sorted_by_what_is_asked(survey: ReachSurvey, client: Client) -> None:
    for column in ("name", "addresses", "n30", "-p45"):
        assert client.get(reverse(PAGE), {"sort": column}).status_code == 200


def test_a_median_of_nought_is_compared_with_nothing(survey: ReachSurvey, client: Client) -> None:
    page = client.get(reverse(PAGE), {"what": "employers", "minutes": "30"}, headers=ENGLISH).content.decode()
    assert "nothing to compare with" in page
    assert "data-map" not in page
    assert client.get(reverse(SQUARES), {"what": "employers"}).status_code == 200


@pytest.mark.parametrize("asked", [{"what": "x"}, {"minutes": "x"}, {"epci": "x"}, {"minutes": "9" * 99}])
def test_what_does_not_exist_is_the_first(survey: ReachSurvey, client: Client, asked: dict[str, str]) -> None:
    for name in (PAGE, SQUARES):
        assert client.get(reverse(name), asked).status_code == 200


def test_an_export_has_everything(survey: ReachSurvey, client: Client) -> None:
    answer = client.get(reverse(PAGE), {"export": "csv"}, headers=ENGLISH)
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["Code"] == "QN05901M"
    assert (row["Offers in 45 min"], row["Offers in 45 min, % of the median"]) == ("1100", "110")
    assert row["Median of the metropolis: Employers in 45 min"] == "40"
    assert row["Employers in 30 min, % of the median"] == ""
    assert client.get(reverse(PAGE), {"export": "xlsx"}).status_code == 200


def test_squares_in_five_classes(survey: ReachSurvey, client: Client) -> None:
    answer = client.get(reverse(SQUARES), {"what": "openings", "minutes": "30"}, headers=ENGLISH)
    features = json.loads(answer.content)["features"]
    said = [feature["properties"] for feature in features]
    assert [one["class"] for one in said] == [1, 1, 2, 2, 3, 3, 4, 5, 5]
    assert len(BOUNDS) + 1 == len(CLASSES)
    assert said[2]["name"] == "250 offers with a seat free in 30 minutes"
    assert said[2]["detail"] == "50% of the median · 3 addresses"
    for feature in features:
        [ring] = feature["geometry"]["coordinates"]
        assert len(ring) == 5
        assert ring[0] == ring[-1]
        across = np.ptp(np.array(ring), axis=0) * np.array([111_195 * np.cos(np.radians(50.6)), 111_195])
        assert (across > 195).all()
        assert (across < 260).all()


def test_squares_are_sent_again_only_when_they_change(survey: ReachSurvey, client: Client) -> None:
    answer = client.get(reverse(SQUARES))
    again = {"If-None-Match": answer["ETag"]}
    assert client.get(reverse(SQUARES), headers=again).status_code == 304
    assert client.get(reverse(SQUARES), {"minutes": "45"}, headers=again).status_code == 200
    ReachSurvey.objects.update(computed_at=timezone.now())
    cache.clear()
    assert client.get(reverse(SQUARES), headers=again).status_code == 200


def test_the_page_of_a_neighbourhood_says_it_in_words(
    survey: ReachSurvey, territory: Territory, client: Client
) -> None:
    where = reverse("portal:zone", args=[territory.current.code])
    page = client.get(where, headers=ENGLISH).content.decode()
    assert (
        "In 30 minutes one reaches 1 employer from here; half of the metropolis’s addresses reach 0 or more. "
        "In 45 minutes: 10, against 40." in page
    )
    assert "1,100, against 1,000" in page
    assert "estimated from the distance" in page
    former = client.get(reverse("portal:zone", args=[territory.former.code]), headers=ENGLISH)
    assert "In 30 minutes" not in former.content.decode()


def test_what_no_longer_holds_is_said(survey: ReachSurvey, territory: Territory, client: Client) -> None:
    places = reverse(PAGE), reverse("portal:zone", args=[territory.current.code])
    today = timezone.localdate()
    ReachSurvey.objects.update(timetable_day=today, timetable_ends=today)
    for path in places:
        page = client.get(path, headers=ENGLISH).content.decode()
        assert "by the timetable of" in page
        assert "has ended" not in page
        assert "computed again" not in page
    day = today - timedelta(days=3)
    ReachSurvey.objects.update(timetable_day=day, timetable_ends=day)
    DataSet.objects.filter(kind="ban").update(loaded_at=timezone.now())
    for path in places:
        page = client.get(path, headers=ENGLISH).content.decode()
        assert "has ended" in page
        assert "computed again" in page


def test_the_card_counts_those_below_the_median(survey: ReachSurvey) -> None:
    ReachSurvey.objects.update(median_30=[500, 5, 2])
    card = cards.reach(Account())
    assert card is not None
    assert card.url == reverse(PAGE)
    assert "1" in card.figure
    ReachSurvey.objects.update(totals=[1200, 0, 3])
    assert cards.reach(Account()) is None


def test_an_administrator_has_it_computed_once(
    territory: Territory, administrator: Account, sign_in: Callable[[Account], Client]
) -> None:
    browser = sign_in(administrator)
    page = browser.get(reverse("territory:data_sets")).content.decode()
    assert reverse("territory:compute_reach") in page
    body = {"epci": "200093201"}
    for _click in range(2):
        answer = browser.post(reverse("territory:compute_reach"), body)
        assert answer["Location"] == Progress.objects.get().get_absolute_url()
    assert browser.post(reverse("territory:compute_reach"), {"epci": "\0"}).status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_map_is_drawn_and_the_page_accessible(survey: ReachSurvey, visit: Visit) -> None:
    page = visit.open(reverse(PAGE) + "?what=openings")
    page.wait_for_selector("figure[data-drawn]")
    look(page, "reach")
    visit.assert_quiet()
