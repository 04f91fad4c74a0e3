"""Offers of apprenticeship for tests: a company, an offer that one can apply to, somebody who applies."""

from __future__ import annotations

import datetime as dt
from typing import Any

from croisee.apprenticeship.models import Candidacy
from croisee.apprenticeship.services import applications, offers
from croisee.apprenticeship.services.applications import Letter
from croisee.apprenticeship.services.offers import OfferValues
from croisee.apprenticeship.siting import Site
from croisee.directory.models import Person
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.opportunities.models import Opportunity
from croisee.opportunities.sectors import Sector
from tests.journeys_world import JourneysWorld, make_person
from tests.world import TODAY, member, move

SIRET = "73282932000074"
MOTIVATION = "J’aime le pain et je me lève tôt."


def make_company(name: str = "Fournil d’essai", email: str = "fournil@example.org") -> Account:
    """Somebody who acts for a new company."""
    company = Organisation.objects.create(
        name=name, kind=Kind.EMPLOYER, siret=SIRET if "Fournil" in name else ""
    )
    return member(Role.EMPLOYER, company, email)


def company_of(account: Account) -> Organisation:
    """The company of an employer."""
    found = account.organisations(Role.EMPLOYER).first()
    assert found is not None
    return found


def values(**changed: Any) -> OfferValues:
    """What a form of an offer gives."""
    given: dict[str, Any] = {
        "title": "Apprenti boulanger",
        "sector": Sector.FOOD,
        "description": "Pétrir, façonner et cuire avec une équipe de quatre personnes.",
        "site": Site("1 rue du Four", "35000", "Rennes", -1.68, 48.11),
        "starts_on": TODAY + dt.timedelta(days=60),
        "seats": 1,
        "details": {
            "contracts": ["apprenticeship"],
            "diploma": "3",
            "jobs": ["D1102"],
            "months": 24,
            "apply_email": "fournil@example.org",
        },
    }
    return OfferValues(**(given | changed))


def make_offer(account: Account, **changed: Any) -> Opportunity:
    """A published offer of the company of `account`."""
    offer = offers.save_offer(account, company_of(account), values(**changed))
    move(offer, "submitted", "published")
    Opportunity.objects.filter(pk=offer.pk).update(published_at=offer.created_at)
    offer.refresh_from_db()
    return offer


def make_young(number: int, age: int = 18) -> tuple[Person, Account]:
    """Somebody of an age (at the start of offers), with an account."""
    person = make_person(number)
    person.birth_date = TODAY - dt.timedelta(days=int(365.25 * age) + 30)
    person.save()
    contact = person.contacts.get()
    account = member(
        Role.FAMILY, Organisation.objects.get_or_create(name="Familles", kind=Kind.OTHER)[0], contact.email
    )
    contact.account = account
    contact.save()
    return person, account


def make_candidacy(offer: Opportunity, number: int = 31) -> tuple[Candidacy, Account]:
    """Somebody who applied, with the own account."""
    person, account = make_young(number)
    return applications.apply(account, person, offer, Letter(MOTIVATION)), account


def make_centre(email: str = "cfa@example.org") -> Account:
    """Somebody of a training centre."""
    centre = Organisation.objects.create(name="CFA d’essai", kind=Kind.ASSOCIATION)
    return member(Role.TRAINING_CENTRE, centre, email)


__all__ = ["JourneysWorld", "Membership"]
