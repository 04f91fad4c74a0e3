"""Reading about classes, people and contacts."""

from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from croisee.directory.models import Capacity, Contact, Enrolment, Person, SchoolClass
from croisee.directory.models.people import SCHOOL
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role

UNDONE_WITHIN = timedelta(days=30)
"""How long after a pupil left the school may undo it."""
SCHOOL_YEAR_STARTS = 8
"""In August the next school year is prepared."""


def accounts_of(person: Person) -> list[Account]:
    """The accounts of the contacts of a person that may sign in, each once, in the order of their addresses."""
    return list(Account.objects.filter(contacts__person=person, is_active=True).distinct().order_by("email"))


def current_enrolment(person: Person) -> Enrolment | None:
    """The class that a person is in now, with its school; None for who left, or never was in one."""
    return person.enrolments.active().select_related("school_class__school").first()


def school_of(person: Person) -> Organisation | None:
    """The school that a person is in now."""
    enrolment = current_enrolment(person)
    return None if enrolment is None else enrolment.school_class.school


def current_school_year(on: date | None = None) -> str:
    """The school year of a day (today by default), as `2026-2027`; August counts for the next one."""
    day = on or timezone.localdate()
    first = day.year if day.month >= SCHOOL_YEAR_STARTS else day.year - 1
    return f"{first}-{first + 1}"


def classes_of(account: Account) -> QuerySet[SchoolClass]:
    """The classes of the schools of `account`, with their school; `pupils` counts who is in each."""
    pupils = Count("enrolments", filter=Q(enrolments__left_on__isnull=True))
    return (
        SchoolClass.objects.visible_to(account)
        .filter(school__in=account.organisations(*SCHOOL))
        .select_related("school")
        .annotate(pupils=pupils)
        .order_by("-school_year", "school__name", "name")
    )


def pupils_of(account: Account, school_class: SchoolClass) -> QuerySet[Enrolment]:
    """Who is in a class: enrolments with their person; `represented`, `reachable`, `invited`: whether a contact is."""
    contacts = Contact.objects.filter(person=OuterRef("person"))
    adults = contacts.filter(capacity=Capacity.LEGAL_REPRESENTATIVE)
    return (
        Enrolment.objects.visible_to(account)
        .active()
        .filter(school_class=school_class)
        .select_related("person", "school_class")
        .annotate(
            represented=Exists(adults),
            reachable=Exists(contacts.exclude(email="")),
            invited=Exists(contacts.filter(account__isnull=False)),
        )
        .order_by("person__family_name", "person__given_name", "pk")
    )


def left_lately(account: Account, on: date | None = None) -> QuerySet[Enrolment]:
    """Pupils who left a class of the schools that `account` heads less than 30 days ago and are in no class since."""
    since = (on or timezone.localdate()) - UNDONE_WITHIN
    newest = Enrolment.objects.filter(person=OuterRef("person")).order_by("-left_on", "-created_at")
    return (
        Enrolment.objects.filter(
            school_class__school__in=account.organisations(Role.SCHOOL_HEAD), left_on__gte=since
        )
        .exclude(Exists(Enrolment.objects.active().filter(person=OuterRef("person"))))
        .filter(pk=Subquery(newest.values("pk")[:1]))
        .select_related("person", "school_class")
        .order_by("-left_on", "person__family_name", "pk")
    )


def people_in_full(account: Account) -> QuerySet[Person]:
    """The people whose whole file `account` may open: the pupils of its schools."""
    enrolled = Enrolment.objects.active().filter(
        person=OuterRef("pk"), school_class__school__in=account.organisations(*SCHOOL).values("pk")
    )
    return Person.objects.visible_to(account).filter(Exists(enrolled))


def heads(account: Account, school: Organisation) -> bool:
    """Whether `account` is head, or deputy, of this school today."""
    return account.organisations(Role.SCHOOL_HEAD).filter(pk=school.pk).exists()
