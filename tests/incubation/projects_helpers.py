"""What the tests of projects and committees make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.models import Ledger, State
from croisee.foundation.notices.services import deliver
from croisee.incubation.models import Candidature, Criterion, Enquiry, Incubator
from croisee.journeys.models import Following, Journey, Programme
from tests.journeys_world import move
from tests.world import TODAY, member

if TYPE_CHECKING:
    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Organisation
    from croisee.incubation.models import Project
    from tests.incubation_world import Side

IDENTITY = {
    "given_name": "Awa",
    "family_name": "Diallo",
    "birth_date": "1990-05-04",
    "sex": "unknown",
    "level": "unknown",
    "email": "awa@example.org",
    "phone": "",
    "address": "",
    "same": "",
}
PROJECT = {
    "title": "Épicerie vrac",
    "sector": "trade",
    "description": "Vente sans emballage.",
    "partners": "",
    "stays": "true",
    "origin": "bge",
    "received_on": TODAY.isoformat(),
}
TEXTS = {
    "motivation": "Être près des clients.",
    "market": "Les habitants du quartier.",
    "financing": "Un prêt d’honneur.",
}


def make_enquiry(incubator: Incubator, number: int = 1, **fields: Any) -> Enquiry:
    """Somebody who wrote and waits for an answer."""
    values = {
        "name": f"Curieux {number}",
        "email": f"curieux{number}@example.org",
        "text": "Ouvrir un atelier de couture.",
    }
    return Enquiry.objects.create(incubator=incubator, **(values | fields))


def make_draft(project: Project, **fields: Any) -> Candidature:
    """A draft where everything needed is written."""
    return Candidature.objects.create(project=project, **(TEXTS | fields))


def make_referent(organisation: Organisation, person: Person) -> tuple[Account, Journey]:
    """A référent, and the journey under way of a person whom they follow."""
    programme = Programme.objects.create(organisation=organisation, name="PLIE d’essai")
    journey = Journey.objects.create(person=person, programme=programme, asked_on=TODAY)
    move(journey, "under_way", entered_on=TODAY)
    referent = member(Role.REFERENT, organisation, "referente@example.org")
    Following.objects.create(journey=journey, referent=referent, started_on=TODAY)
    return referent, journey


def marks_of(side: Side, *marks: int) -> dict[str, str]:
    """What the page of the committee sends for the criteria of a side, in their order."""
    criteria: list[Criterion] = side.criteria
    return {f"mark-{one.pk.hex}": str(mark) for one, mark in zip(criteria, marks, strict=True)}


def send_mails() -> None:
    """Send every e-mail that is owed, as the worker does."""
    for key in Ledger.objects.filter(state=State.WAITING).values_list("pk", flat=True):
        deliver.call(str(key))
