"""Tables of a page: sorted, filtered, cut into pages, exported."""

import csv
import io
from dataclasses import dataclass

import pytest
from django.http import Http404, QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.listings import Column, Listing


@dataclass
class Place:
    """A row that is not in the database."""

    title: str
    seats: int | None
    status: str = "open"


PLACES = [Place("Bakery", 3), Place("=cmd()", None), Place("Workshop", 12, "closed"), Place("bank", 1)]
COLUMNS = [
    Column("title", "Title", sort="title", link=lambda place: f"/{place.title}/"),
    Column("seats", "Seats", sort="seats", numeric=True, bar=lambda place: place.seats),
    Column("status", "Status", badge=lambda place: "ok" if place.status == "open" else "warn"),
]


def listing(query: str = "", rows: object = PLACES, **options: object) -> Listing:
    return Listing(RequestFactory().get(f"/?{query}"), rows, COLUMNS, name="places", **options)


def titles(shown: Listing) -> list[str]:
    return [row[0].text for row in shown.table]


def test_rows_keep_their_order_until_asked() -> None:
    assert titles(listing()) == [place.title for place in PLACES]


def test_sorting_ignores_case_and_puts_the_unknown_last_either_way() -> None:
    assert titles(listing("sort=title")) == ["=cmd()", "Bakery", "bank", "Workshop"]
    assert titles(listing("sort=seats")) == ["bank", "Bakery", "Workshop", "=cmd()"]
    assert titles(listing("sort=-seats")) == ["Workshop", "Bakery", "bank", "=cmd()"]


def test_head_links_to_the_other_direction() -> None:
    up, seats, status = listing("sort=title&other=1").heads
    assert (up.direction, up.url) == ("ascending", "?other=1&sort=-title#places")
    assert (seats.direction, seats.url) == ("", "?other=1&sort=seats#places")
    assert status.url == ""
    assert listing("sort=-title").heads[0].direction == "descending"


@pytest.mark.parametrize("sort", ["status", "nothing", "--title", "pk"])
def test_order_that_is_not_offered_changes_nothing(sort: str) -> None:
    assert titles(listing(f"sort={sort}")) == titles(listing())


def test_search_wants_every_word() -> None:
    assert titles(listing("q=BAN", search=["title"])) == ["bank"]
    assert titles(listing("q=work+shop", search=["title"])) == ["Workshop"]
    assert titles(listing("q=work+bank", search=["title"])) == []
    assert titles(listing("q=bank")) == titles(listing())


def test_choices() -> None:
    choices = {"status": ("Status", [("open", "Open"), ("closed", "Closed")])}
    assert titles(listing("status=closed", choices=choices)) == ["Workshop"]
    assert titles(listing("status=unheard", choices=choices)) == titles(listing())
    assert listing("status=closed", choices=choices).filtered


def test_pages() -> None:
    rows = [Place(f"place {number:03}", number) for number in range(120)]
    second = listing("page=2", rows)
    assert (second.page, second.pages, second.total) == (2, 3, 120)
    assert titles(second)[0] == "place 050"
    assert second.previous_url == "?page=1#places"
    assert second.next_url == "?page=3#places"
    assert listing("page=99", rows).page == 3
    assert listing("page=many", rows).page == 1
    with translation.override("en"):
        assert second.summary == "Rows 51 to 100 of 120"


def test_two_listings_on_a_page_do_not_mix() -> None:
    shown = listing("a-q=bank&q=Work&b-sort=title", search=["title"], prefix="a-")
    assert titles(shown) == ["bank"]
    assert sorted(shown.kept) == [("b-sort", "title"), ("q", "Work")]


def test_export_holds_every_matching_row_and_no_formula() -> None:
    shown = listing("export=csv&sort=title")
    assert shown.wants_export
    rows = list(csv.reader(io.StringIO(shown.export().content.decode("utf-8-sig"))))
    assert rows[0] == ["Title", "Seats", "Status"]
    assert rows[1] == ["'=cmd()", "", "open"]
    assert len(rows) == 5


def test_workbook_keeps_numbers() -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(listing("export=xlsx").export().content))
    assert [cell.value for cell in book.active[2]] == ["Bakery", 3, "open"]


def test_other_export_does_not_exist() -> None:
    with pytest.raises(Http404):
        listing("export=pdf").export()


@pytest.mark.django_db
def test_queryset_is_sorted_and_searched_by_the_database(django_assert_num_queries: object) -> None:
    for name in ("Ville", "Agence", "Atelier"):
        Organisation.objects.create(name=name, kind=Kind.OTHER)
    columns = [Column("name", "Name", sort="name"), Column("kind", "Kind", Organisation.get_kind_display)]
    request = RequestFactory().get("/?q=a&sort=-name")
    shown = Listing(request, Organisation.objects.all(), columns, search=["name"])
    with django_assert_num_queries(2):
        assert titles(shown) == ["Atelier", "Agence"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "found"), [("True", ["Agence"]), ("False", ["Mairie"]), ("maybe", ["Agence", "Mairie"])]
)
def test_a_choice_filters_by_its_value_not_by_its_text(asked: str, found: list[str]) -> None:
    without = Organisation.objects.create(name="Agence", kind=Kind.OTHER)
    town = Organisation.objects.create(name="Mairie", kind=Kind.COMMUNE)
    Membership.objects.create(
        account=Account.objects.create_user("a@example.org"), organisation=town, role=Role.OFFICIAL
    )
    rows = Organisation.objects.filter(pk__in=[without.pk, town.pk])
    choices = {"memberships__isnull": ("Members", [(True, "Without"), (False, "With")])}
    request = RequestFactory().get(f"/?memberships__isnull={asked}")
    shown = Listing(request, rows, [Column("name", "Name")], choices=choices)
    assert titles(shown) == found


def test_drawn() -> None:
    with translation.override("en"):
        page = render_to_string(
            "partials/listing.html", {"listing": listing("sort=seats", search=["title"]), "caption": "Places"}
        )
    assert 'aria-sort="ascending"' in page
    assert '<a href="/=cmd()/">=cmd()</a>' in page
    assert '<rect width="12"' in page
    assert '<span class="badge warn">closed</span>' in page


@pytest.mark.parametrize(("query", "words"), [("", "Nothing offered yet"), ("q=zzz", "Nothing matches")])
def test_drawn_empty(query: str, words: str) -> None:
    rows = PLACES if query else []
    shown = listing(query, rows, search=["title"], empty_title="Nothing offered yet")
    with translation.override("en"):
        assert words in render_to_string("partials/listing.html", {"listing": shown, "caption": "Places"})


@given(st.lists(st.tuples(st.text(max_size=5), st.none() | st.integers(-5, 5)), max_size=30), st.booleans())
def test_sorting_loses_no_row(rows: list[tuple[str, int | None]], down: bool) -> None:
    places = [Place(title, seats) for title, seats in rows]
    shown = listing("sort=-seats" if down else "sort=seats", places)
    found = [place.seats for place in shown.matching]
    assert sorted(map(str, found)) == sorted(str(seats) for _, seats in rows)
    known = [seats for seats in found if seats is not None]
    assert known == sorted(known, reverse=down)
    assert found[: len(known)] == known


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_asked_is_answered(text: str, sort: str, page: str) -> None:
    query = QueryDict(mutable=True)
    query.update({"q": text, "sort": sort, "page": page, "export": text})
    shown = listing(query.urlencode(), search=["title"])
    assert len(shown.table) <= len(PLACES)
    assert shown.reset_url.startswith("?")
