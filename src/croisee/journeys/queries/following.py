"""Everything that the page of one journey shows, in few queries; one's appointments; corrections to answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject
from django.shortcuts import get_object_or_404
from django.utils import timezone

from croisee.directory.models import Capacity, Contact
from croisee.journeys.alerts import MISSED_DAYS, Alert, AppointmentFacts, Facts, StepFacts, alerts_of
from croisee.journeys.models import (
    OPEN_STEPS,
    Appointment,
    AppointmentState,
    Correction,
    CorrectionState,
    Decision,
    Exchange,
    Following,
    Journey,
    Moment,
    Objective,
    Proof,
    ProofRequirement,
    ProofState,
    Step,
    StepState,
    Verdict,
)

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

LAST_EXCHANGES = 5
KEPT_IN_CALENDARS = dt.timedelta(days=90)


@dataclass(frozen=True)
class Row:
    """A line of a part of the file, as read with the journey: days are days, moments are moments."""

    pk: UUID
    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(frozen=True)
class File:
    """A journey with all that its page shows. `appointments`: to come, and of the last half year."""

    journey: Journey
    may_write: bool
    contact: Row | None
    followings: list[Row]
    decisions: list[Row]
    exchanges: list[Row]
    exchange_count: int
    appointments: list[Row]
    corrections: list[Row]
    objectives: list[Objective]
    steps: list[Step]

    @property
    def referent(self) -> Row | None:
        """Who follows the journey today."""
        today = timezone.localdate()
        current = (
            one
            for one in self.followings
            if one.started_on <= today and (one.ended_on is None or one.ended_on > today)
        )
        return next(current, None)

    @property
    def open_steps(self) -> list[Step]:
        """Steps still to be done, the next first: `next_first` says the order."""
        return sorted((step for step in self.steps if step.state in OPEN_STEPS), key=next_first)

    def alerts(self, today: dt.date) -> tuple[Alert, ...]:
        """What asks for attention in the journey itself; what other services and proofs say has its panel."""
        journey = self.journey
        return alerts_of(
            Facts(
                state=journey.state,
                contact_weeks=journey.programme.contact_weeks,
                entered_on=journey.entered_on,
                planned_end_on=journey.planned_end_on,
                last_contact_on=journey.last_contact_on,
                has_referent=self.referent is not None,
                steps=[StepFacts(step.kind, step.state, step.planned_end_on) for step in self.steps],
                appointments=[AppointmentFacts(one.state, one.starts_at) for one in self.appointments],
            ),
            today,
        )

    @property
    def to_come(self) -> list[Row]:
        """Appointments that are still to come, the next first."""
        now = timezone.now()
        return [
            one for one in self.appointments if one.state == AppointmentState.PLANNED and one.starts_at >= now
        ]

    @property
    def next_appointment(self) -> Row | None:
        """The first appointment to come."""
        return next(iter(self.to_come), None)

    @property
    def to_note(self) -> list[Row]:
        """Appointments whose hour has passed and of which nobody noted how they went."""
        now = timezone.now()
        return [
            one for one in self.appointments if one.state == AppointmentState.PLANNED and one.starts_at < now
        ]


def next_first(step: Step) -> tuple[bool, dt.date, dt.date, dt.datetime]:
    """The order of open steps: by planned end, those without one last; then by their beginning."""
    far = dt.date.max
    return step.planned_end_on is None, step.planned_end_on or far, step.starts_on or far, step.created_at


def _parts(rows: QuerySet[Any], **fields: str) -> ArraySubquery:
    """The rows of a part of a journey as JSON, with it in one query."""
    return ArraySubquery(
        rows.values(json=JSONObject(pk="pk", **{name: F(path) for name, path in fields.items()}))
    )


def _rows(
    values: list[dict[str, Any]] | None, days: tuple[str, ...] = (), moments: tuple[str, ...] = ()
) -> list[Row]:
    found = []
    for one in values or []:
        read = dict(one)
        for name in days:
            read[name] = read[name] and dt.date.fromisoformat(read[name])
        for name in moments:
            read[name] = read[name] and timezone.localtime(dt.datetime.fromisoformat(read[name]))
        found.append(Row(UUID(read.pop("pk")), read))
    return found


def _journeys(account: Account) -> QuerySet[Journey]:
    of_journey = {"journey": OuterRef("pk")}
    exchanges = Exchange.objects.filter(**of_journey).order_by("-on", "-created_at")
    since = timezone.now() - dt.timedelta(days=MISSED_DAYS + 1)
    appointments = Appointment.objects.filter(**of_journey, starts_at__gte=since)
    own = Contact.objects.filter(person=OuterRef("person"), capacity=Capacity.SELF)
    decisions = Decision.objects.filter(**of_journey).exclude(verdict=Verdict.WAITING)
    return (
        Journey.objects.visible_to(account)
        .select_related("person__profile", "programme__organisation", "prescriber")
        .annotate(
            may_write=Exists(Journey.objects.followed_by(account).filter(pk=OuterRef("pk"))),
            own_contact=_parts(own, email="email", phone="phone", account="account"),
            all_followings=_parts(
                Following.objects.filter(**of_journey).order_by("-started_on", "-created_at"),
                name="referent__name",
                email="referent__email",
                referent="referent",
                started_on="started_on",
                ended_on="ended_on",
                note="note",
            ),
            all_decisions=_parts(
                decisions.order_by("-committee__held_on"),
                on="committee__held_on",
                verdict="verdict",
                reason="reason",
                committee="committee",
            ),
            last_exchanges=_parts(
                exchanges[:LAST_EXCHANGES],
                on="on",
                channel="channel",
                text="text",
                by="by",
                by_name="by__name",
                created_at="created_at",
            ),
            exchange_count=ArraySubquery(
                exchanges.order_by().values("journey").annotate(n=Count("pk")).values("n")
            ),
            lately=_parts(
                appointments.order_by("starts_at"),
                starts_at="starts_at",
                minutes="minutes",
                subject="subject",
                place="place",
                state="state",
                who="with_account__name",
            ),
            all_corrections=_parts(
                Correction.objects.filter(**of_journey).order_by("-created_at"),
                about="about",
                text="text",
                state="state",
                answer="answer",
                created_at="created_at",
            ),
        )
    )


def file_of(account: Account, pk: UUID) -> File:
    """The file of a journey that `account` may read, in three queries; Http404 otherwise."""
    return _filled(get_object_or_404(_journeys(account), pk=pk))


def own_files(account: Account) -> list[Journey]:
    """One's own journeys, the living ones first."""
    rows = Journey.objects.of_oneself(account).select_related("programme", "person")
    over = Case(When(state__in=("ended", "refused", "withdrawn"), then=Value(1)), default=Value(0))
    return list(rows.order_by(over, "-asked_on", "pk"))


def own_file(account: Account, pk: UUID) -> File:
    """The file of one's very own journey; Http404 for any other."""
    own = Journey.objects.of_oneself(account).order_by().values("pk")
    return _filled(get_object_or_404(_journeys(account).filter(pk__in=own), pk=pk))


def _filled(journey: Any) -> File:
    contacts = _rows(journey.own_contact)
    objectives = list(Objective.objects.filter(journey=journey))
    named = {one.pk: one for one in objectives}
    steps = list(Step.objects.filter(journey=journey).select_related("action", "opportunity"))
    for step in steps:
        step.journey = journey
        if step.objective_id is not None:
            step.objective = named[step.objective_id]
    return File(
        journey=journey,
        may_write=journey.may_write,
        contact=contacts[0] if contacts else None,
        followings=_rows(journey.all_followings, days=("started_on", "ended_on")),
        decisions=_rows(journey.all_decisions, days=("on",)),
        exchanges=_rows(journey.last_exchanges, days=("on",), moments=("created_at",)),
        exchange_count=journey.exchange_count[0] if journey.exchange_count else 0,
        appointments=_rows(journey.lately, moments=("starts_at",)),
        corrections=_rows(journey.all_corrections, moments=("created_at",)),
        objectives=objectives,
        steps=steps,
    )


def appointments_of(account: Account) -> QuerySet[Appointment]:
    """The appointments that `account` has with the people of the journeys that it may write in."""
    rows = Appointment.objects.followed_by(account).filter(with_account=account)
    return rows.select_related("journey__person", "journey__programme", "with_account")


def own_appointments(account: Account) -> QuerySet[Appointment]:
    """The appointments to come of one's very own journeys."""
    own = Journey.objects.of_oneself(account).order_by().values("pk")
    rows = Appointment.objects.filter(journey__in=own, starts_at__gte=timezone.now())
    return rows.select_related("journey__person", "journey__programme", "with_account")


def own_planned(account: Account) -> QuerySet[Appointment]:
    """The appointments to come that still hold, of one's very own journeys."""
    return own_appointments(account).filter(state=AppointmentState.PLANNED)


def with_when(rows: QuerySet[Appointment]) -> QuerySet[Any]:
    """Appointments with `when` (to_come, to_note, over) and its `rank`: those to be noted first, then those to come."""
    planned = Q(state=AppointmentState.PLANNED)
    now = timezone.now()
    cases = {"to_note": planned & Q(starts_at__lt=now), "to_come": planned}
    return rows.annotate(
        when=Case(
            *(When(condition, then=Value(name)) for name, condition in cases.items()), default=Value("over")
        ),
        rank=Case(
            *(When(condition, then=Value(n)) for n, condition in enumerate(cases.values())), default=Value(2)
        ),
    )


def today_of(account: Account) -> QuerySet[Appointment]:
    """Today's appointments of `account` that are planned."""
    today = timezone.localdate()
    return appointments_of(account).filter(state=AppointmentState.PLANNED, starts_at__date=today)


def not_noted(account: Account) -> QuerySet[Appointment]:
    """Appointments of `account` whose hour has passed without anybody saying how they went."""
    return appointments_of(account).filter(state=AppointmentState.PLANNED, starts_at__lt=timezone.now())


def corrections_to_answer(account: Account) -> QuerySet[Correction]:
    """What people ask to be corrected in the journeys that `account` may write in."""
    return Correction.objects.followed_by(account).filter(
        state=CorrectionState.ASKED, journey__person__isnull=False
    )


def corrections_of(account: Account) -> QuerySet[Correction]:
    """What people asked to be corrected in the journeys that `account` may write in, those to be answered first."""
    first = Case(When(state=CorrectionState.ASKED, then=Value(0)), default=Value(1))
    rows = Correction.objects.followed_by(account).filter(journey__person__isnull=False)
    return rows.select_related("journey__person").order_by(first, "-created_at")


def proofs_asked(journey: Journey) -> list[str]:
    """The kinds of proof that the programme asks for at the entry and that are neither accepted nor being checked."""
    held = Proof.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=timezone.localdate()),
        journey=journey,
        kind=OuterRef("kind"),
        moment=OuterRef("moment"),
        state__in=(ProofState.ACCEPTED, ProofState.TO_CHECK),
    )
    asked = ProofRequirement.objects.filter(programme=journey.programme_id, moment=Moment.ENTRY)
    return [str(row.get_kind_display()) for row in asked.filter(~Exists(held))]


def done(steps: list[Step]) -> list[Step]:
    """Steps that are over, the last first."""
    over = [step for step in steps if step.state in (StepState.DONE, StepState.ABANDONED)]
    return sorted(over, key=lambda step: (step.ended_on or dt.date.min, step.created_at), reverse=True)
