"""The home of a pupil, answered about with outlines and addresses loaded; hosts known by their SIRET."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from croisee.directory import services
from croisee.directory.models import Person, Residence
from croisee.directory.residence import answer_home
from croisee.foundation import identifiers
from croisee.foundation.accounts.models import Account
from croisee.territory.models import Commune, DataSet, Establishment
from tests.portal.conftest import SOUTH, WEST, Territory
from tests.world import BORN, SIRETS, World, make_world

INSIDE, OUTSIDE, LIMIT = (f"{number} rue des Ponts 59000 Ville-Haute" for number in (1, 2, 3))


@pytest.fixture
def world(territory: Territory) -> World:
    return make_world()


def add(world: World, address: str, **options: bool) -> Person:
    values = {"given_name": "Léa", "family_name": "Le Goff", "birth_date": BORN, "address": address}
    person = services.add_pupil(world.classes[0], values, **options)
    person.refresh_from_db()
    return person


@pytest.mark.parametrize(
    ("address", "answer", "codes"),
    [
        (INSIDE, Residence.YES, "QN05901M"),
        (OUTSIDE, Residence.NO, ""),
        (LIMIT, Residence.UNCERTAIN, "QN05901M"),
        ("99 rue des Ponts 59000 Ville-Haute", Residence.UNCERTAIN, None),
        ("1 avenue Introuvable 29000 Nulle-Part", Residence.UNCERTAIN, ""),
    ],
)
def test_an_address_is_answered_about(
    world: World, address: str, answer: Residence, codes: str | None
) -> None:
    person = add(world, address)
    assert person.residence == answer
    assert person.address == address
    assert person.residence_on == timezone.localdate()
    assert codes is None or person.zone_codes == codes
    # What is not sure says why; what is needs no word.
    assert answer != Residence.UNCERTAIN or person.residence_why


@pytest.mark.parametrize("address", [INSIDE, OUTSIDE, LIMIT])
def test_the_answer_alone_is_kept_when_asked(world: World, address: str) -> None:
    kept, alone = answer_home(address), add(world, address, answer_only=True)
    assert (alone.address, alone.lon, alone.lat) == ("", None, None)
    assert (alone.residence, alone.zone_codes) == (kept.answer, kept.codes)
    with pytest.raises(ValidationError):
        services.ask_home_again(alone, None)


def test_the_address_is_forgotten_later_and_a_new_one_answered_about(world: World) -> None:
    person = add(world, INSIDE)
    services.forget_address(person, None)
    person.refresh_from_db()
    assert (person.address, person.lon, person.residence) == ("", None, Residence.YES)
    services.change_person(person, {"address": OUTSIDE}, None)
    person.refresh_from_db()
    assert (person.address, person.residence, person.zone_codes) == (OUTSIDE, Residence.NO, "")


@pytest.mark.parametrize(
    ("lon", "answer"),
    [(WEST + 0.045, Residence.YES), (WEST + 0.07, Residence.NO), (WEST + 0.0502, Residence.UNCERTAIN)],
)
def test_a_point_is_answered_about(territory: Territory, lon: float, answer: Residence) -> None:
    home = answer_home("", lon, SOUTH + 0.045)
    assert (home.answer, home.generation) == (answer, 2024)


def test_the_head_reads_the_answer_and_asks_for_it_alone(
    world: World, sign_in: Callable[[Account], Client]
) -> None:
    browser = sign_in(world.heads[0])
    url = reverse("directory:new_pupil", args=[world.classes[0].pk])
    values = {"given_name": "Ana", "family_name": "Silva", "birth_date": BORN.isoformat(), "address": INSIDE}
    browser.post(url, {**values, "answer_only": "on"})
    person = Person.objects.get(family_name="Silva")
    page = browser.get(reverse("directory:person", args=[person.pk])).content.decode()
    assert "QN05901M" in page
    assert "rue des Ponts" not in page


def test_a_host_is_prefilled_from_the_loaded_establishments(
    world: World, sign_in: Callable[[Account], Client]
) -> None:
    Establishment.objects.create(
        siret=SIRETS[2],
        name="LIBRAIRIE DES PONTS",
        legal_category="5499",
        naf="47.61Z",
        address="1 rue des Ponts",
        postcode="59000",
        commune=Commune.objects.get(code="59001"),
        longitude=WEST + 0.045,
        latitude=SOUTH + 0.045,
        data_set=DataSet.objects.first(),
    )
    spaced = f"{SIRETS[2][:3]} {SIRETS[2][3:6]} {SIRETS[2][6:]}"
    found = services.prefill(spaced)
    assert found is not None
    assert (found["name"], found["city"], found["naf"]) == ("LIBRAIRIE DES PONTS", "Ville-Haute", "47.61Z")
    assert services.prefill(SIRETS[3]) is None
    with pytest.raises(identifiers.InvalidIdentifier):
        services.prefill("12345678901234")
    page = sign_in(world.manager).post(reverse("directory:company"), {"number": spaced})
    assert page.context["form"]["name"].value() == "LIBRAIRIE DES PONTS"
