"""Whether an offer stands on a day, and why not: one computed function, which pages, feeds and e-mails all ask.

Nothing of it is stored: `state_on` says it of the facts of an offer, `with_standing` of rows in the database, and a
test holds the two together.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.apprenticeship.models import KIND, Closing
from croisee.opportunities.models import Application, Opportunity, OpportunityState, Period

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHOWN = dt.timedelta(days=60)
"""For how long an offer that says nothing is shown."""
AFTER_START = dt.timedelta(days=92)
"""Past three months after the start, nobody joins: training and work begin within three months (code du travail
L.6222-12)."""


class Standing(TextChoices):
    """What becomes of an offer."""

    ACTIVE = "active", _("open")
    FILLED = "filled", pgettext_lazy("offer", "filled")
    EXPIRED = "expired", pgettext_lazy("offer", "expired")
    CANCELLED = "cancelled", pgettext_lazy("offer", "cancelled")
    PENDING = "pending", _("not shown for now")


class Why(TextChoices):
    """What made it so."""

    OPEN = "open", _("One can apply.")
    CLOSED = "closed", _("The company hired somebody.")
    NO_SEAT = "no_seat", _("All its places are taken.")
    CANCELLED = "cancelled", _("The company cancelled it.")
    WITHDRAWN = "withdrawn", _("It is withdrawn.")
    REJECTED = "rejected", _("It was not accepted.")
    PAST = "past", _("Its last day is past.")
    DRAFT = "draft", _("It is a draft.")
    CHECKED = "checked", _("It is being checked.")
    PAUSED = "paused", _("It is paused.")
    ENOUGH = "enough", _("Enough people applied: the company reads their applications first.")


STANDS: dict[Why, Standing] = {
    Why.OPEN: Standing.ACTIVE,
    Why.CLOSED: Standing.FILLED,
    Why.NO_SEAT: Standing.FILLED,
    Why.CANCELLED: Standing.CANCELLED,
    Why.WITHDRAWN: Standing.CANCELLED,
    Why.REJECTED: Standing.CANCELLED,
    Why.PAST: Standing.EXPIRED,
    Why.DRAFT: Standing.PENDING,
    Why.CHECKED: Standing.PENDING,
    Why.PAUSED: Standing.PENDING,
    Why.ENOUGH: Standing.PENDING,
}
TONES = {
    Standing.ACTIVE: "ok",
    Standing.FILLED: "info",
    Standing.EXPIRED: "warn",
    Standing.CANCELLED: "bad",
    Standing.PENDING: "warn",
}
_OF_STATE = {
    OpportunityState.WITHDRAWN: Why.WITHDRAWN,
    OpportunityState.REJECTED: Why.REJECTED,
    OpportunityState.DRAFT: Why.DRAFT,
    OpportunityState.SUBMITTED: Why.CHECKED,
    OpportunityState.UNPUBLISHED: Why.PAUSED,
}


@dataclass(frozen=True)
class Facts:
    """What the standing of an offer depends on. `state` is the opportunity's, `applications` all those ever made."""

    state: str
    closed_as: str
    seats: int
    taken: int
    applications: int
    most_applications: int
    expires_on: dt.date
    starts_on: dt.date


@dataclass(frozen=True)
class Stood:
    """How an offer stands on a day, why, and its last day."""

    standing: Standing
    why: Why
    until: dt.date

    @property
    def tone(self) -> str:
        """The class of its badge."""
        return TONES[self.standing]


def state_on(facts: Facts, day: dt.date) -> Stood:
    """The standing of an offer on a day: cancelled, else filled, else expired, else not shown for now, else open."""
    until = min(facts.expires_on, facts.starts_on + AFTER_START)
    why = _why(facts, until, day)
    return Stood(STANDS[why], why, until)


def _why(facts: Facts, until: dt.date, day: dt.date) -> Why:
    state = OpportunityState(facts.state)
    if state in (OpportunityState.WITHDRAWN, OpportunityState.REJECTED):
        return _OF_STATE[state]
    if facts.closed_as == Closing.CANCELLED:
        return Why.CANCELLED
    if facts.closed_as == Closing.FILLED:
        return Why.CLOSED
    if facts.taken >= facts.seats:
        return Why.NO_SEAT
    if day > until:
        return Why.PAST
    if state in _OF_STATE:
        return _OF_STATE[state]
    return Why.ENOUGH if facts.applications >= facts.most_applications else Why.OPEN


def with_standing(offers: QuerySet[Opportunity], day: dt.date | None = None) -> QuerySet[Any, Any]:
    """The same of rows: offers of apprenticeship with `standing`, `why`, `until`, `starts_on`, `seats`, `taken` and
    `asked` (how many applications were made), as on a day (today).
    """
    today = Value(day or timezone.localdate(), output_field=DateField())
    contract = Period.objects.filter(opportunity=OuterRef("pk")).order_by("starts_on")
    made = Application.objects.filter(period__opportunity=OuterRef("pk")).order_by()
    counted = made.values("period__opportunity").annotate(n=Count("pk")).values("n")
    rows = offers.filter(kind=KIND, apprenticeship__isnull=False).annotate(
        starts_on=Subquery(contract.values("starts_on")[:1], output_field=DateField()),
        ends_on=Subquery(contract.values("ends_on")[:1], output_field=DateField()),
        seats=Coalesce(Subquery(contract.values("seats")[:1], output_field=IntegerField()), 0),
        taken=Coalesce(Subquery(contract.values("taken")[:1], output_field=IntegerField()), 0),
        asked=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
    )
    last = ExpressionWrapper(
        F("starts_on") + Value(AFTER_START, output_field=DurationField()), output_field=DateField()
    )
    rows = rows.annotate(until=Least(F("apprenticeship__expires_on"), Cast(last, DateField())))
    closed = "apprenticeship__closed_as"
    why = Case(
        When(state=OpportunityState.WITHDRAWN, then=Value(Why.WITHDRAWN)),
        When(state=OpportunityState.REJECTED, then=Value(Why.REJECTED)),
        When(**{closed: Closing.CANCELLED}, then=Value(Why.CANCELLED)),
        When(**{closed: Closing.FILLED}, then=Value(Why.CLOSED)),
        When(taken__gte=F("seats"), then=Value(Why.NO_SEAT)),
        When(until__lt=today, then=Value(Why.PAST)),
        *(
            When(state=state, then=Value(_OF_STATE[state]))
            for state in (OpportunityState.DRAFT, OpportunityState.SUBMITTED, OpportunityState.UNPUBLISHED)
        ),
        When(asked__gte=F("apprenticeship__most_applications"), then=Value(Why.ENOUGH)),
        default=Value(Why.OPEN),
        output_field=CharField(),
    )
    standing = Case(
        *(When(why=why, then=Value(str(stands))) for why, stands in STANDS.items()),
        output_field=CharField(),
    )
    return rows.annotate(why=why).annotate(standing=standing)


def active(day: dt.date | None = None) -> QuerySet[Any, Any]:
    """The offers that one can apply to on a day (today), shown to everyone."""
    rows = with_standing(Opportunity.objects.filter(listed=True, state=OpportunityState.PUBLISHED), day)
    return rows.filter(standing=Standing.ACTIVE)


def open_on(day: dt.date) -> Q:
    """The same as a condition over `Opportunity`, for searches that know other kinds."""
    return Q(Exists(active(day).filter(pk=OuterRef("pk"))))


def stood(row: Any) -> Stood:
    """What `with_standing` says of a row, with its words."""
    return Stood(Standing(row.standing), Why(row.why), row.until)


def stands_now(offer: Opportunity, day: dt.date | None = None) -> Stood:
    """The standing of one offer, read anew. Raises Opportunity.DoesNotExist for another kind."""
    return stood(with_standing(Opportunity.objects.filter(pk=offer.pk), day).get())
