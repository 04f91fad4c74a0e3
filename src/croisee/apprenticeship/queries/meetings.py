"""What the pages of forums and job datings read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from croisee.apprenticeship.models import Booking, BookingState, Meeting, Slot, Stand
from croisee.apprenticeship.models.bookings import HOLDING
from croisee.directory.models import Contact, Person, Profile
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.journeys.models import Journey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from croisee.foundation.records import Reader

MOST_PEOPLE = 200


def announced() -> QuerySet[Meeting]:
    """Meetings to come, as anyone may see them."""
    return Meeting.objects.to_come()


def agenda(account: Reader) -> QuerySet[Any]:
    """Meetings that the reader may see (the announced ones, for who is not signed in), with what is taken."""
    rows = Meeting.objects.visible_to(account) if isinstance(account, Account) else announced()
    slots = Slot.objects.filter(stand__meeting=OuterRef("pk")).order_by().values("stand__meeting")
    taken = slots.filter(bookings__state__in=HOLDING)
    return (
        rows.select_related("organiser")
        .annotate(
            companies=Count("stands", filter=Q(stands__confirmed=True), distinct=True),
            people=Count("registrations", distinct=True),
            slots=_count(slots),
            taken=_count(taken),
        )
        .order_by("-starts_at", "pk")
    )


def _count(rows: QuerySet[Any]) -> Any:
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def people_of(account: Account) -> list[Person]:
    """Whom an account may book for: oneself, and the people of one's journeys; the first two hundred by name."""
    own = Contact.objects.filter(account=account, capacity="self").values("person")
    wanted = Q(pk__in=own)
    if account.has_role(Role.REFERENT, Role.PROGRAMME_MANAGER):
        followed = Journey.objects.followed_by(account).filter(state="under_way")
        wanted |= Q(pk__in=followed.order_by().values("person"))
    return list(
        Person.objects.visible_to(account)
        .filter(wanted)
        .order_by("family_name", "given_name", "pk")[:MOST_PEOPLE]
    )


@dataclass(frozen=True)
class Shown:
    """A stand of a meeting as its reader sees it: slots free, how many wait, one's own bookings, whether it suits."""

    stand: Any
    free: Sequence[Slot]
    bookings: Sequence[Booking]
    suits: bool


def stands_of(meeting: Meeting, people: Sequence[Person], *, everything: bool) -> list[Shown]:
    """The stands of a meeting, those whose jobs are those of the people first; four queries at most.

    `everything` shows those that are not confirmed as well.
    """
    held = Booking.objects.filter(slot=OuterRef("pk"), state__in=HOLDING)
    free = Slot.objects.filter(~Exists(held), starts_at__gt=timezone.now()).order_by("starts_at")
    rows = meeting.stands.select_related("organisation").annotate(
        places=Count("slots", distinct=True),
        waiting=Count("bookings", filter=Q(bookings__state=BookingState.WAITING), distinct=True),
        booked=Count("bookings", filter=Q(bookings__state__in=HOLDING), distinct=True),
    )
    if not everything:
        rows = rows.filter(confirmed=True)
    stands: list[Any] = list(rows.prefetch_related(Prefetch("slots", queryset=free, to_attr="free_slots")))
    keys = [one.pk for one in people]
    wanted = {
        job for jobs in Profile.objects.filter(person__in=keys).values_list("jobs", flat=True) for job in jobs
    }
    mine: dict[UUID, list[Booking]] = defaultdict(list)
    own = Booking.objects.filter(stand__meeting=meeting, person__in=keys)
    for booking in own.exclude(state=BookingState.CANCELLED).select_related("person", "slot"):
        mine[booking.stand_id].append(booking)
    shown = [
        Shown(one, one.free_slots, mine[one.pk], any(_near(job, wanted) for job in one.jobs))
        for one in stands
    ]
    return sorted(shown, key=lambda one: not one.suits)


def _near(job: str, wanted: set[str]) -> bool:
    """Whether a trade is one of those wanted, or of their domain (the first three characters of its ROME code)."""
    return job in wanted or any(job[:3] == other[:3] for other in wanted)


def planning_of(stand: Stand) -> list[Any]:
    """The slots of a stand in order, each with its `booking`: that which holds it, or None."""
    held = {
        booking.slot_id: booking
        for booking in stand.bookings.filter(state__in=HOLDING).select_related("person")
    }
    slots: list[Any] = list(stand.slots.order_by("starts_at"))
    for slot in slots:
        slot.booking = held.get(slot.pk)
    return slots


def waiting_at(stand: Stand) -> int:
    """How many wait for a slot at a stand."""
    return stand.bookings.filter(state=BookingState.WAITING).count()


def list_of_the_day(meeting: Meeting) -> QuerySet[Any]:
    """Those registered at a meeting, by name, with how many slots each has."""
    slots = Booking.objects.filter(person=OuterRef("person"), stand__meeting=meeting, state__in=HOLDING)
    counted = slots.order_by().values("person")
    return meeting.registrations.select_related("person").annotate(slots=_count(counted))


def own_bookings(account: Account) -> QuerySet[Booking]:
    """The bookings of oneself that are to come or waiting, the next first."""
    rows = Booking.objects.filter(pk__in=Booking.objects.of_oneself(account).values("pk"))
    return rows.filter(
        Q(state=BookingState.BOOKED, starts_at__gte=timezone.now()) | Q(state=BookingState.WAITING),
        stand__meeting__ends_at__gte=timezone.now(),
    ).order_by(F("starts_at").asc(nulls_last=True))


def results_of(meeting: Meeting) -> QuerySet[Any]:
    """By stand, who was seen and what came of it."""
    return meeting.stands.select_related("organisation").annotate(
        seen=Count("bookings", filter=Q(bookings__state=BookingState.ATTENDED)),
        missed=Count("bookings", filter=Q(bookings__state=BookingState.MISSED)),
        hired=Count("bookings", filter=Q(bookings__result="hired")),
        again=Count("bookings", filter=Q(bookings__result="again")),
    )
