"""The made-up people who sign in: one for each role, their organisations, and the way in for each."""

from dataclasses import dataclass

import numpy as np
from django.db import transaction
from django.db.models import Case, Count, Q, When

from croisee.demo.directory import DOMAIN
from croisee.demo.generator.campaign import Campaign
from croisee.directory.models import Capacity, Contact, Residence
from croisee.directory.models import Person as Pupil
from croisee.foundation.accounts import services as accounts
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.opportunities.models import Application
from croisee.stages.models import Campaign as RealCampaign
from croisee.territory.models import Epci


def by_name(path: str) -> tuple[str, str, str]:
    """How rows are put in the order of the persons at `path`: by what the seed says, which keys do not follow."""
    return f"{path}__family_name", f"{path}__given_name", f"{path}__birth_date"


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
    Person(Role.SCHOOL_STAFF, "professeur", "Maud Le Gall"),
    Person(Role.EMPLOYER, "entreprise", "Élise Prigent"),
    Person(Role.FAMILY, "famille", "Awa Fournier"),
    Person(Role.OFFICIAL, "direction", "Hélène Vasseur"),
    Person(Role.FACILITATEUR, "facilitateur", "Gaëlle Corre"),
    Person(Role.BUYER, "achats", "Olivier Tanguy"),
    Person(Role.PROGRAMME_MANAGER, "plie", "Fatou Diallo"),
    Person(Role.REFERENT, "referent", "Yann Kermorgant"),
    Person(Role.TRAINING_CENTRE, "cfa", "Solenn Riou"),
    Person(Role.MENTOR, "parrain", "Marc Hervé"),
    Person(Role.INCUBATOR_MANAGER, "pepiniere", "Leïla Morvan"),
    Person(Role.EXPERT, "expert", "Didier Le Roux"),
    Person(Role.PROJECT_HOLDER, "porteur", "Sabrina Kadi"),
    Person(Role.DEVELOPER, "locaux", "Bastien Rouault"),
    Person(Role.LANDLORD, "bailleur", "Nathalie Guégan"),
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
    plie = Organisation.objects.create(name="Parcours Emploi", kind=Kind.ASSOCIATION)
    homes = {
        Role.PROGRAMME_MANAGER: plie,
        Role.REFERENT: plie,
        Role.TRAINING_CENTRE: Organisation.objects.create(name="CFA des Essais", kind=Kind.OTHER),
        Role.MENTOR: Organisation.objects.create(name="Atelier Hervé", kind=Kind.OTHER),
        Role.LANDLORD: Organisation.objects.create(name="Habitat des Rives", kind=Kind.OTHER),
        Role.SCHOOL_HEAD: schools[0],
        Role.SCHOOL_STAFF: schools[0],
        Role.FAMILY: schools[0],
        Role.EMPLOYER: _most_wished_employer(campaign),
    }
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


def school_of_small_campaigns(campaign: Campaign) -> Organisation:
    """The school of the demonstration's head, whose other classes show the other phases."""
    found: Organisation = Organisation.objects.get(uai=campaign.ground.schools[0].uai)
    return found


def pupils_to_answer(campaign: RealCampaign) -> list[Pupil]:
    """Those whose school or host signs in to the demonstration, but for the family's child: it is still to answer."""
    schools = account_of(Role.SCHOOL_HEAD).organisations(Role.SCHOOL_HEAD).values("pk")
    hosts = account_of(Role.EMPLOYER).organisations(Role.EMPLOYER).values("pk")
    held = Application.objects.filter(call=campaign.pk).holding()
    return list(
        Pupil.objects.filter(
            Q(pk__in=held.filter(period__opportunity__organisation__in=hosts).values("person"))
            | Q(enrolments__school_class__school__in=schools, enrolments__left_on__isnull=True)
        )
        .exclude(contacts__account=account_of(Role.FAMILY))
        .distinct()
    )


def child_to_follow(campaign: RealCampaign) -> Pupil:
    """A pupil of the head's school who lives in a priority neighbourhood, if one does, with the longest list."""
    schools = account_of(Role.SCHOOL_HEAD).organisations(Role.SCHOOL_HEAD).values("pk")
    pupils = Pupil.objects.filter(
        enrolments__school_class__weeks__campaign=campaign, enrolments__school_class__school__in=schools
    ).annotate(wishes=Count("applications"))
    found: Pupil = pupils.order_by(
        Case(When(residence=Residence.YES, then=0), default=1), "-wishes", "family_name", "given_name", "pk"
    )[0]
    return found


@transaction.atomic
def adopt(child: Pupil) -> None:
    """Make the demonstration's family the parents of a child."""
    family = account_of(Role.FAMILY)
    child.family_name = family.name.split()[-1]
    child.save()
    child.contacts.filter(capacity=Capacity.LEGAL_REPRESENTATIVE).delete()
    Contact.objects.create(
        person=child,
        capacity=Capacity.LEGAL_REPRESENTATIVE,
        name=family.name,
        email=family.email,
        account=family,
    )
