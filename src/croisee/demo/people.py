"""The made-up people who sign in: one for each role, their organisations, and the way in for each."""

from dataclasses import dataclass

import numpy as np
from django.db import transaction

from croisee.demo.generator.campaign import Campaign
from croisee.foundation.accounts import services as accounts
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.stages.models import Round, RoundPupil
from croisee.territory.models import Epci

# No mail can reach this domain (RFC 2606).
DOMAIN = "demo.invalid"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who signs in to show what a role sees."""

    role: Role
    mailbox: str
    name: str

    @property
    def email(self) -> str:
        """The address of the account."""
        return f"{self.mailbox}@{DOMAIN}"


PEOPLE = (
    Person(Role.CAMPAIGN_MANAGER, "campagne", "Nora Lebreton"),
    Person(Role.SCHOOL_HEAD, "college", "Idriss Masson"),
    Person(Role.EMPLOYER, "entreprise", "Élise Prigent"),
    Person(Role.FAMILY, "famille", "Awa Fournier"),
    Person(Role.OFFICIAL, "direction", "Hélène Vasseur"),
    Person(Role.ADMINISTRATOR, "administration", "Camille Bertho"),
)


def account_of(role: Role) -> Account:
    """The account that shows a role. Raises Account.DoesNotExist before `make_people`."""
    person = next(person for person in PEOPLE if person.role == role)
    found: Account = Account.objects.get(email=person.email)
    return found


def people_are_made() -> bool:
    """Whether every role has its account."""
    emails = [person.email for person in PEOPLE]
    found: int = Account.objects.filter(email__in=emails).count()
    return found == len(emails)


@transaction.atomic
def make_people(campaign: Campaign, epci: str) -> None:
    """The metropolis, its schools, one employer, and one account for each role."""
    by_role = {person.role: person for person in PEOPLE}
    first = by_role[Role.ADMINISTRATOR]
    metropolis = accounts.establish(Epci.objects.get(code=epci).name, first.email, first.name).organisation
    schools = [
        Organisation.objects.create(name=school.name or school.uai, kind=Kind.SCHOOL, uai=school.uai)
        for school in campaign.ground.schools
    ]
    homes = {Role.SCHOOL_HEAD: schools[0], Role.EMPLOYER: _most_wished_employer(campaign)}
    for role, person in by_role.items():
        if role != Role.ADMINISTRATOR:
            accounts.invite(person.email, homes.get(role, metropolis), role, person.name)


def _most_wished_employer(campaign: Campaign) -> Organisation:
    """The employer of the offer that most pupils wish for: its page has something to show."""
    wishes = np.bincount(campaign.wishes.offer, minlength=len(campaign.offers.number))
    row = int(campaign.offers.employer[int(np.argmax(wishes))])
    employers = campaign.employers
    return Organisation.objects.create(
        name=employers.name[row], kind=Kind.EMPLOYER, siret=employers.siret[row]
    )


def pupil_to_follow(round_: Round) -> RoundPupil:
    """A pupil whose page has something to tell: of a priority neighbourhood, with a place after refusals."""
    pupils = RoundPupil.objects.filter(round=round_).order_by("reference")
    told = pupils.filter(rank__gte=3)
    found = told.filter(protected=True).first() or told.first() or pupils.first()
    if found is None:
        raise RoundPupil.DoesNotExist
    return found
