"""The timeline of a person across services: what a reader may see of it, and what is not shown, which is said."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When

from croisee.directory.models import Capacity, Consent, Contact, Person, Purpose
from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import age_in_years
from croisee.journeys.crossing import Viewer, may_see
from croisee.journeys.models import FOLLOWED, LIVING, Journey, Milestone
from croisee.journeys.models.readers import (
    journeys_followed,
    journeys_of_team,
    journeys_opened,
    managed_programmes,
)
from croisee.journeys.sources import sources


@dataclass(frozen=True)
class Shown:
    """A stage as a reader sees it, with the person's age at its beginning."""

    stage: str
    label: str
    title: str
    where: str
    starts_on: date
    ends_on: date | None
    age: int


@dataclass(frozen=True)
class WayShown:
    """What a reader sees of a person's way, in order of time.

    `hidden`: the purposes to which the person would have to consent for this reader to see more, whether or not there
    is more: that nobody was an intern is as little told as that somebody was.
    """

    person: Person
    stages: Sequence[Shown]
    hidden: Sequence[Purpose] = ()


def in_charge(account: Account) -> Q:
    """Journeys whose person `account` is in charge of: its référent, who manages the programme, who was given access.

    For a manager, as long as the journey is asked for or under way: what is over is kept, and opens nothing else.
    """
    managed = managed_programmes(account, "programme__") & Q(state__in=[str(state) for state in LIVING])
    followed = journeys_followed(account) & Q(state__in=[str(state) for state in FOLLOWED])
    return followed | managed | journeys_opened(account)


def people_with_ways(account: Account) -> QuerySet[Person]:
    """The people whose way `account` may open: those of the journeys that it sees as an agent. With what it may see.

    `in_charge`, and for each source whether its people are of one's own service, as `own_0`, `own_1`…
    """
    team = journeys_of_team(account) | journeys_opened(account)
    rows = Journey.objects.filter(person=OuterRef("pk"))
    people = Person.objects.filter(Exists(rows.filter(team))).annotate(
        in_charge=Exists(rows.filter(in_charge(account)))
    )
    for number, source in enumerate(sources()):
        entitled = Person.objects.filter(source.entitled(account), pk=OuterRef("pk"))
        people = people.annotate(**{f"own_{number}": Exists(entitled)})
    return people.prefetch_related(_consents(), _self_contact())


def _consents() -> Prefetch[Any]:
    return Prefetch("consents", Consent.objects.active(), to_attr="given")


def _self_contact() -> Prefetch[Any]:
    own = Contact.objects.filter(capacity=Capacity.SELF, account__isnull=False)
    return Prefetch("contacts", own.select_related("account"), to_attr="own")


def way_of(person: Any, account: Account) -> WayShown:
    """What `account` sees of a person of `people_with_ways`: one more query."""
    viewer = Viewer(in_charge=person.in_charge)
    consents = {consent.purpose for consent in person.given}
    own = {source.name: getattr(person, f"own_{number}") for number, source in enumerate(sources())}
    purposes = {source.name: source.purpose for source in sources()}

    def seen(source: str, *, own_row: bool = False) -> bool:
        return may_see(
            viewer,
            of_own_service=own_row or own[source],
            purpose=purposes[source],
            consents=consents,
        )

    rows = [row for row in _milestones(person, account, purposes) if seen(row.source, own_row=row.own)]
    hidden = dict.fromkeys(purposes[source] for source in own if not seen(source))
    return WayShown(person, [_shown(row) for row in rows], list(hidden))


def my_way(person: Person) -> WayShown:
    """The whole way of the reader's own person."""
    rows = Milestone.objects.filter(person=person).select_related("person").order_by("starts_on", "pk")
    return WayShown(person, [_shown(row) for row in rows])


def _milestones(person: Person, account: Account, names: Collection[str]) -> QuerySet[Any]:
    """All of a person's that these sources told, each with whether it is of the reader's own service."""
    whens = [
        When(Q(source=source.name, source_key__in=source.own_keys(account)), then=Value(True))
        for source in sources()
        if source.own_keys is not None
    ]
    own = Case(*whens, default=Value(False), output_field=BooleanField())
    rows = Milestone.objects.filter(person=person, source__in=names).annotate(own=own)
    return rows.select_related("person").order_by("starts_on", "pk")


def _shown(row: Milestone) -> Shown:
    return Shown(
        row.stage,
        str(row),
        row.title,
        row.where,
        row.starts_on,
        row.ends_on,
        age_in_years(row.person.birth_date, row.starts_on),
    )
