"""What is said of premises: in words, by cards, as an opportunity; who is to be asked, and that it is erased."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.audit.tracking import event_model
from croisee.foundation.registry import home_cards, personal_data, public_cards
from croisee.opportunities.kinds import kind_named
from croisee.premises import completeness, wording
from croisee.premises.kinds import LAND, UnitKind, Use
from croisee.premises.models import Unit, UnitState
from croisee.premises.services import units as services
from tests.premises_world import PremisesWorld
from tests.world import TODAY

Enter = Callable[[Account], Client]


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    """Pictures go to a folder of the test."""
    settings.MEDIA_ROOT = tmp_path


def text_of(client: Client, path: str) -> str:
    """What a page says."""
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def url(name: str, row: Any) -> str:
    """An address of a unit or of a picture."""
    return reverse(f"premises:{name}", args=[row.pk])


def test_lengths_are_said_as_people_say_them() -> None:
    """Days, months, years."""
    said = [wording.length(days) for days in (0, 1, 60, 61, 365, 800, 1096)]
    assert said == ["0 days", "1 day", "60 days", "2 months", "12 months", "2 years and 2 months", "3 years"]
    assert [wording.floor(level) for level in (None, -2, 0, 1, 3)] == [
        "",
        "2 levels below the street",
        "street level",
        "first floor",
        "floor 3",
    ]


def test_what_one_pays_is_said_with_its_charges(world: PremisesWorld) -> None:
    """Or without, or to buy, or nothing."""
    unit = world.units[0]
    assert wording.cost(unit) == "380 € a month before tax, with charges"
    unit.charges = None
    unit.price = Decimal("120000.50")
    assert (
        wording.cost(unit) == "320 € a month before tax, without charges; for sale at 120,000.50 € before tax"
    )
    unit.rent = unit.price = None
    assert wording.cost(unit) == ""


@pytest.mark.parametrize("kind", UnitKind.values)
def test_completeness_counts_what_is_known(kind: str) -> None:
    """Nothing known lacks everything; each thing known takes one lack away; False is an answer."""
    nothing = completeness.lacks(kind, {"owner_kind": "unknown", "pictures": 0})
    assert completeness.share_known(kind, {}) == 0
    assert [one.needed for one in nothing] == sorted((one.needed for one in nothing), reverse=True)
    assert ("floor" in {one.name for one in nothing}) == (kind not in LAND)
    full = {
        name: "x"
        for group in (completeness.NEEDED, completeness.USEFUL, completeness.OF_ROOMS, completeness.OF_LAND)
        for _name, _words, fields in group
        for name in fields
    }
    full |= {"accessible": False, "floor": 0, "lon": 0.0}
    assert completeness.lacks(kind, full) == []
    assert completeness.share_known(kind, full) == 100


def test_cards_by_role(world: PremisesWorld) -> None:
    """What waits for a developer, what is offered to who looks, what everyone reads."""
    titles = {card.title: card for card in home_cards.cards_for(world.developer)}
    card = titles["Premises to qualify"]
    assert card.figure == "1"
    Unit.objects.filter(state=UnitState.FOUND).delete()
    Unit.objects.filter(pk=world.units[2].pk).update(vacant_since=TODAY - dt.timedelta(days=400))
    world.letting.leaves_on = TODAY + dt.timedelta(days=20)
    world.letting.save()
    developer = Account.objects.get(pk=world.developer.pk)
    card = {one.title: one for one in home_cards.cards_for(developer)}["Premises offered"]
    assert card.text == "1 empty for more than a year, 1 notice ends soon."
    asker = {one.title: one for one in home_cards.cards_for(world.askers[0])}
    assert asker["Premises to let"].figure == "2"
    assert any(card.title == "Premises to let" and card.figure == "2" for card in public_cards.cards())
    Unit.objects.update(published=False)
    assert all(card.title != "Premises to let" for card in public_cards.cards())


def test_the_opportunity_leads_to_the_unit(world: PremisesWorld, enter: Enter) -> None:
    """Its page shows facts and the way to the premises; a unit that is let is not open."""
    unit = world.units[0]
    services.change(unit, {"uses": [Use.SHOP]}, world.developer)
    offer = unit.opportunity
    client = enter(world.askers[0])
    page = text_of(client, reverse("opportunities:opportunity", args=[offer.pk]))
    for said in ("45 m²", "See the premises", "Premises to let"):
        assert said in page
    found = text_of(client, f"{reverse('opportunities:search')}?kind=premises&text=pied+immeuble")
    assert unit.name in found
    assert unit.name not in text_of(client, reverse("opportunities:search"))
    services.move(unit, "let", world.developer)
    assert unit.name not in text_of(client, f"{reverse('opportunities:search')}?kind=premises")
    assert kind_named("premises").managers == (Role.DEVELOPER,)
    reported = enter(world.developer).get(reverse("opportunities:moderation"))
    assert reported.status_code == 200


def test_who_is_to_be_asked_can_be_erased(world: PremisesWorld) -> None:
    """By one's e-mail address: out of the row, and out of its history."""
    rule = personal_data._rules[Unit]
    unit = world.units[0]
    services.change(
        unit, {"contact_name": "Jeanne", "contact_email": world.developer.email, "contact_phone": "02"}, None
    )
    rows = rule.concerns(world.developer)
    assert rule.export(rows.get())["name"] == "Jeanne"
    assert rule.erase(rows) == 1
    unit.refresh_from_db()
    assert (unit.contact_name, unit.contact_email, unit.contact_phone) == ("", "", "")
    events = event_model(Unit)._default_manager.filter(pgh_obj_id=unit.pk)  # type: ignore[attr-defined]
    assert not events.exclude(contact_name="").exists()
    assert not rule.retention.expired(TODAY).exists()
    services.change(unit, {"contact_name": "Jeanne"}, None)
    services.move(unit, "withdraw", world.developer)
    assert not rule.retention.expired(TODAY).exists()
    assert rule.retention.expired(TODAY + dt.timedelta(days=367)).get() == unit


def test_owners_to_choose_from_are_few(world: PremisesWorld, enter: Enter) -> None:
    """Landlords, the metropolis and who owns units; not every company."""
    Organisation.objects.create(name="Une entreprise", kind=Kind.EMPLOYER)
    page = text_of(enter(world.developer), reverse("premises:new_unit"))
    assert "Bailleur social A" in page
    assert "Une entreprise" not in page
