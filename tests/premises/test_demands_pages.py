"""Pages of demands, proposals, visits, options, lettings and vacancy: by role, faults, exports, queries, e-mails."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.premises.models import Demand, Letting, Option, Proposal, Unit, Visit
from croisee.territory.models import DataSet, Epci, TransitFeed, TransitStop, Zone
from tests.premises import house_demands, house_lettings, house_vacancy
from tests.premises_world import PremisesWorld, make_demand, make_unit
from tests.world import TODAY, member

pytestmark = pytest.mark.django_db
Enter = Callable[[Account], Client]
HOUSES: tuple[ModuleType, ...] = (house_demands, house_lettings, house_vacancy)
MOST_QUERIES = 14
"""Twelve, the session and the account."""


def actors(world: PremisesWorld) -> dict[str, Account]:
    return {
        "developer": world.developer,
        "landlord A": world.landlords[0],
        "landlord B": world.landlords[1],
        "asker A": world.askers[0],
        "asker B": world.askers[1],
        "official": member(Role.OFFICIAL, world.metropolis, "elue@example.org"),
    }


def addresses(house: ModuleType, world: PremisesWorld) -> Iterator[tuple[str, str, str | None]]:
    """Each address of a subject with its path and the key of its row."""
    found = house.rows(world)
    for name in house.WHO:
        key = house.OBJECTS.get(name)
        where = {} if key is None else {"pk": found[key].pk}
        yield name, reverse(f"premises:{name}", kwargs=where), key


def allowed(house: ModuleType, name: str, key: str | None, actor: str, account: Account) -> bool:
    return account.has_role(*house.WHO[name]) and (key is None or actor in house.PARTIES[key])


@pytest.mark.parametrize("house", HOUSES)
def test_who_opens_what(world: PremisesWorld, enter: Enter, house: ModuleType) -> None:
    paths = list(addresses(house, world))
    for actor, account in actors(world).items():
        browser = enter(account)
        for name, path, key in paths:
            status = browser.get(path).status_code
            if allowed(house, name, key, actor, account):
                assert status in (200, 302, 405), (actor, name, status)
            elif name in house.NO_PAGE and status == 405:
                continue
            else:
                assert status in (302, 403, 404), (actor, name, status)


@pytest.mark.parametrize("house", HOUSES)
def test_no_page_asks_more_for_more_rows(world: PremisesWorld, enter: Enter, house: ModuleType) -> None:
    paths = list(addresses(house, world))
    people = actors(world)
    for one in HOUSES:
        one.grow(world, 1)
    counts: list[dict[tuple[str, str], int]] = []
    for _round in range(2):
        found = {}
        for actor, account in people.items():
            browser = enter(account)
            for name, path, key in paths:
                if name in house.NO_PAGE or not allowed(house, name, key, actor, account):
                    continue
                browser.get(path)
                with CaptureQueriesContext(
                    connection,
                ) as queries:
                    assert browser.get(path).status_code == 200, (actor, name)
                found[actor, name] = len(queries)
        counts.append(found)
        for one in HOUSES:
            one.grow(world, 4)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= MOST_QUERIES, counts[0]


def test_nobody_acts_on_the_other_side_s_rows(world: PremisesWorld, enter: Enter) -> None:
    models = (Demand, Proposal, Visit, Option, Letting, Unit)
    paths = [(house, *one) for house in HOUSES for one in addresses(house, world)]
    before = [list(model.objects.order_by("pk").values()) for model in models]
    for actor in ("landlord B", "asker B", "official"):
        browser = enter(actors_once(world)[actor])
        for house, name, path, key in paths:
            if key is not None:
                body = house.BODIES.get(name, {"unit": str(world.units[0].pk)})
                assert browser.post(path, body).status_code in (302, 403, 404, 405), (actor, name)
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


def actors_once(world: PremisesWorld) -> dict[str, Account]:
    found = Account.objects.filter(email="elue@example.org").first()
    official = found or member(Role.OFFICIAL, world.metropolis, "elue@example.org")
    return {"landlord B": world.landlords[1], "asker B": world.askers[1], "official": official}


def form(**more: str) -> dict[str, str]:
    """What a browser sends of a demand."""
    return {
        "title": "Un atelier de poterie",
        "use": "craft",
        "least_surface": "30",
        "most_surface": "60",
        "most_rent": "500",
        "wanted_from": (TODAY + dt.timedelta(days=20)).isoformat(),
        "where": "anywhere",
        "metres": "500",
        **more,
    }


def test_a_company_says_what_it_looks_for_and_reads_what_fits(world: PremisesWorld, enter: Enter) -> None:
    small = {"rent": 100, "charges": 20, "address": "3 rue de la Réserve"}
    make_unit(world.owners[0], "Juste trop petit", surface=25, **small)
    make_unit(world.owners[0], "Réserve", "vacant", surface=20, **small)
    browser = enter(world.askers[0])
    body = form(organisation=str(world.companies[0].pk))
    page = browser.post(reverse("premises:new_demand"), body, follow=True).content.decode()
    assert "here is what fits it today" in page
    assert "Pied d’immeuble Yougoslavie" in page
    assert "Atelier Villejean" in page
    assert "2 premises fit" in page
    assert "1 that are not classic, 1 of the classic supply" in page
    assert "It would fit with this" in page
    assert "5 m² short: the unit next to it" in page
    row = Demand.objects.get(title="Un atelier de poterie")
    assert (row.organisation, row.asked_by) == (world.companies[0], world.askers[0])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"where": "near_line", "line": "4"}, "is no line of the timetable"),
        ({"where": "near_line"}, "No timetable is loaded"),
        ({"where": "near_point", "address": "nulle part"}, "not on the map"),
        ({"where": "neighbourhood"}, "Choose the neighbourhood"),
        ({"most_surface": "20"}, "largest surface is at least the smallest"),
        ({"least_surface": "-3"}, "greater than or equal to"),
        ({"organisation": ""}, "This field is required"),
        ({"erp_type": "Z"}, "valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    world: PremisesWorld, enter: Enter, more: dict[str, str], said: str
) -> None:
    browser = enter(world.askers[0])
    body = form(organisation=str(world.companies[0].pk)) | more
    answer = browser.post(reverse("premises:new_demand"), body)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Demand.objects.count() == 2


def test_a_company_cannot_ask_for_another(world: PremisesWorld, enter: Enter) -> None:
    body = form(organisation=str(world.companies[1].pk))
    answer = enter(world.askers[0]).post(reverse("premises:new_demand"), body)
    assert answer.status_code == 422
    assert Demand.objects.count() == 2


def test_a_project_holder_asks_for_oneself(world: PremisesWorld, enter: Enter) -> None:
    metropolis = Organisation.objects.get(kind=Kind.METROPOLIS)
    founder = member(Role.PROJECT_HOLDER, metropolis, "porteuse@example.org", administers=False)
    page = enter(founder).post(reverse("premises:new_demand"), form(), follow=True)
    assert page.status_code == 200
    assert Demand.objects.get(asked_by=founder).organisation is None


def test_the_list_of_developers_counts_filters_and_exports(world: PremisesWorld, enter: Enter) -> None:
    make_demand(world.companies[1], world.askers[1], "=cmd()", use="food")
    browser = enter(world.developer)
    page = browser.get(reverse("premises:demands")).content.decode()
    assert "Menuiserie A" in page
    assert "Best" in page
    answer = browser.get(reverse("premises:demands"), {"use": "food", "export": "csv"})
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=","))
    assert len(lines) == 2
    assert not lines[1][0].startswith("=")
    assert lines[1][lines[0].index("Fit")] == "0"


def test_from_a_proposal_to_a_letting(
    world: PremisesWorld, enter: Enter, django_capture_on_commit_callbacks: Any
) -> None:
    demand = world.demands[1]
    developer = enter(world.developer)
    developer.post(reverse("premises:propose", args=[demand.pk]), {"unit": str(world.units[0].pk)})
    row = Proposal.objects.get(demand=demand)
    asker = enter(world.askers[1])
    page = asker.get(reverse("premises:proposal", args=[row.pk])).content.decode()
    assert "It interests me" in page
    asker.post(reverse("premises:want_proposal", args=[row.pk]))
    landlord = enter(world.landlords[0])
    page = landlord.get(reverse("premises:proposals"), {"state": "wanted"}).content.decode()
    assert "Menuiserie B" in page
    at = timezone.localtime() + dt.timedelta(days=2)
    body = {"at": f"{at:%Y-%m-%dT%H:%M}", "meeting_point": "Devant"}
    assert landlord.post(reverse("premises:new_visit", args=[row.pk]), body).status_code == 302
    visit = Visit.objects.get(demand=demand)
    file = asker.get(reverse("premises:visit_file", args=[visit.pk]))
    assert b"BEGIN:VCALENDAR" in file.content
    until = TODAY + dt.timedelta(days=9)
    path = reverse("premises:new_option", args=[row.pk])
    assert landlord.post(path, {"until": "2020-01-01"}).status_code == 422
    assert landlord.post(path, {"until": until.isoformat()}).status_code == 302
    body = {
        "tenant": str(world.companies[1].pk),
        "kind": "derogatory",
        "starts_on": TODAY.isoformat(),
        "ends_on": "",
        "rent": "380",
    }
    path = reverse("premises:let_to_demand", args=[row.pk])
    refusal = landlord.post(path, body)
    assert refusal.status_code == 422
    assert "A short lease has a term" in refusal.content.decode()
    body["ends_on"] = (TODAY + dt.timedelta(days=20)).isoformat()
    assert landlord.post(path, body).status_code == 302
    letting = Letting.objects.get(demand=demand)
    for browser in (landlord, asker, developer):
        page = browser.get(reverse("premises:letting", args=[letting.pk])).content.decode()
        assert "L145-5" in page
    body = {"notice_on": TODAY.isoformat(), "leaves_on": TODAY.isoformat()}
    assert landlord.post(reverse("premises:give_notice", args=[letting.pk]), body).status_code == 302
    assert asker.post(reverse("premises:leave_unit", args=[letting.pk]), {}).status_code == 404
    body = {"left_on": TODAY.isoformat()}
    assert landlord.post(reverse("premises:leave_unit", args=[letting.pk]), body).status_code == 302
    assert Unit.objects.get(pk=world.units[0].pk).state == "vacant"


def test_the_name_of_a_founder_is_read_once_the_premises_interest(world: PremisesWorld, enter: Enter) -> None:
    metropolis = Organisation.objects.get(kind=Kind.METROPOLIS)
    founder = member(Role.PROJECT_HOLDER, metropolis, "p@example.org", administers=False)
    demand = make_demand(None, founder, "Couture", contact_name="Zoé Tisserand")
    row = Proposal.objects.create(demand=demand, unit=world.units[0])
    landlord = enter(world.landlords[0])
    paths = (reverse("premises:proposals"), reverse("premises:proposal", args=[row.pk]))
    assert not any("Zoé" in landlord.get(path).content.decode() for path in paths)
    enter(founder).post(reverse("premises:want_proposal", args=[row.pk]))
    assert all("Zoé" in landlord.get(path).content.decode() for path in paths)


def test_e_mails_are_whole(world: PremisesWorld, django_capture_on_commit_callbacks: Any) -> None:
    from croisee.foundation.notices.models import Ledger
    from croisee.foundation.notices.services import deliver
    from croisee.premises.services import demands, options, visits

    demands.propose(world.demands[1], world.units[4], world.developer)
    demands.want(world.demands[1], world.units[0], world.askers[1])
    row = Proposal.objects.get(demand=world.demands[1], unit=world.units[0])
    visits.plan(row, timezone.now() + dt.timedelta(days=1), "Devant le métro")
    option = options.hold(row, TODAY, world.developer)
    for owed in Ledger.objects.filter(state="waiting"):
        deliver.call(str(owed.pk))
    options.lift(option, world.askers[1])
    visits.cancel(Visit.objects.get(demand=world.demands[1]), world.developer)
    for owed in Ledger.objects.filter(state="waiting"):
        deliver.call(str(owed.pk))
    bodies = {message.subject: message.body.replace("\N{NO-BREAK SPACE}", " ") for message in mail.outbox}
    assert any("Atelier Villejean, 45 m², 380" in body for body in bodies.values()), bodies
    assert len(mail.outbox) == 1 + 1 + 2 + 1 + 2 + 2
    planned = next(m for m in mail.outbox if "visite.ics" in str(m.attachments))
    assert "Devant le métro" in planned.body
    assert all("http" in body for body in bodies.values())


def test_the_home_pages(world: PremisesWorld, enter: Enter) -> None:
    home = reverse("portal:mine")
    assert "My search for premises" in enter(world.askers[0]).get(home).content.decode()
    page = enter(world.developer).get(home).content.decode()
    assert "Demands for premises" in page
    assert "Visits of premises" in page
    Proposal.objects.filter(pk=world.proposal.pk).update(state="wanted")
    assert "Interest in my premises" in enter(world.landlords[0]).get(home).content.decode()


def test_vacancy_on_screen_in_files_and_on_paper(world: PremisesWorld, enter: Enter) -> None:
    for number in range(3):
        make_demand(world.companies[0], world.askers[0], f"Cuisine {number}", use="food")
    Demand.objects.filter(title="Cuisine 0").update(state="dropped", closed_on=TODAY, outcome="Rien")
    developer = enter(world.developer)
    page = developer.get(reverse("premises:vacancy")).content.decode()
    assert "Local Bosphore" in page
    for prefix, words in (("a-", "Bailleur social A"), ("l-", "Local Bosphore"), ("d-", "kitchen")):
        answer = developer.get(reverse("premises:vacancy"), {f"{prefix}export": "csv"})
        assert words in answer.content.decode("utf-8-sig"), prefix
    assert "Given up" in page
    official = enter(member(Role.OFFICIAL, world.metropolis, "elue@example.org"))
    told = official.get(reverse("premises:vacancy")).content.decode()
    assert "Fewer than five searches found nothing" in told
    assert "Given up" not in told
    answer = developer.get(reverse("premises:vacancy_paper"))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "Bailleur social A" in text
    assert "kitchen" in text
    landlord = enter(world.landlords[1]).get(reverse("premises:vacancy")).content.decode()
    assert "Local Bosphore" not in landlord
    assert "Atelier Villejean" in landlord


def load_territory() -> None:
    """A neighbourhood, and a line of bus with a stop near the units of the world."""
    epci = Epci.objects.create(code="243500139", name="Rennes Métropole")
    common = {
        "epci": epci,
        "source": "x",
        "title": "x",
        "producer": "x",
        "licence": "x",
        "checksum": "a" * 64,
    }
    zones = DataSet.objects.create(kind="qpv", loaded_at=timezone.now(), **common)
    times = DataSet.objects.create(kind="timetable", loaded_at=timezone.now(), **common)
    Zone.objects.create(kind="qpv", generation=2024, code="QN03505M", name="Le Blosne", data_set=zones)
    feed = TransitFeed.objects.create(
        data_set=times,
        agencies=["STAR"],
        time_zone="Europe/Paris",
        first_day=TODAY,
        last_day=TODAY,
        stops=1,
        routes=1,
        trips=1,
        stop_times=2,
        arrays=b"x",
    )
    TransitStop.objects.create(
        feed=feed, position=0, code="A", name="Triangle", longitude=-1.664, latitude=48.088, lines=["b", "C4"]
    )


def test_near_a_line_and_in_a_neighbourhood(world: PremisesWorld, enter: Enter) -> None:
    load_territory()
    make_unit(world.owners[0], "Loin de tout", lon=-1.5, lat=48.3, zone_codes="")
    browser = enter(world.askers[0])
    page = browser.get(reverse("premises:new_demand")).content.decode()
    assert "Le Blosne" in page
    assert page.index('value="b"') < page.index('value="C4"')
    body = form(organisation=str(world.companies[0].pk))
    near = browser.post(
        reverse("premises:new_demand"), body | {"where": "near_line", "line": "C4"}, follow=True
    )
    assert near.status_code == 200
    said = near.content.decode()
    assert "at most 500 m from line C4" in said
    assert "2 premises fit" in said
    assert "m farther than asked for" in said
    inside = browser.post(
        reverse("premises:new_demand"),
        body | {"where": "neighbourhood", "zone_codes": "QN03505M"},
        follow=True,
    )
    said = inside.content.decode()
    assert "Le Blosne" in said
    assert "1 premises fit" in said
    assert "outside the neighbourhood asked for" in said
