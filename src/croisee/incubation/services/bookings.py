"""Booking a space by hours: open hours, no overlap, all the weeks or none; a price that the space asked on that day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import add_months
from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.incubation.models import Booking, BookingState, Space
from croisee.incubation.notices import spaces as notices
from croisee.incubation.pricing import Tariff, price
from croisee.incubation.queries.bookings import incubators_booked_by, payers
from croisee.incubation.rooms import (
    CLOSES,
    MONTHS_AHEAD,
    MOST_WEEKS,
    OPENS,
    Span,
    is_open,
    nearest_free,
    overlap,
    weekly,
)

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account, Organisation

CONSTRAINT = "incubation_space_for_one"


@dataclass(frozen=True)
class Wish:
    """What somebody wants to book: a span of a day, for whom, over how many weeks.

    `organisation` pays; or `outside`, in words, another customer; neither, it costs nobody anything. `closure` is for
    works, or the incubator's own use.
    """

    span: Span
    organisation: Organisation | None = None
    outside: str = ""
    closure: bool = False
    title: str = ""
    weeks: int = 1


def here() -> ZoneInfo:
    """The time zone in which spaces are opened and closed."""
    return ZoneInfo(settings.TIME_ZONE)


def tariff_of(space: Space) -> Tariff:
    """What a space costs."""
    return Tariff(space.hourly_price, space.daily_price, space.outside_price)


@transaction.atomic
def book(space: Space, wish: Wish, account: Account) -> list[Booking]:
    """Book a space, once or over several weeks: all of them, or none.

    Raises ValidationError that says which days clash, with the nearest free slots of the first; or that the hours are
    closed, past or too far; or that `account` may not book there, or not for this payer.
    """
    # Who books waits here for who books the same space: the second one is told what is free by then.
    row = (
        Space.objects.select_for_update(of=("self",), no_key=True)
        .select_related("incubator")
        .get(pk=space.pk)
    )
    _check_rights(row, wish, account)
    spans = weekly(wish.span, wish.weeks, here()) if 1 <= wish.weeks <= MOST_WEEKS else []
    _check_hours(spans)
    taken = _taken(row, spans)
    clashing = [span for span in spans if any(overlap(span, one) for one in taken)]
    if clashing:
        raise _clash(clashing, taken, repeated=wish.weeks > 1)
    series = uuid.uuid4() if wish.weeks > 1 else None
    made = [_booking(row, span, wish, account, series) for span in spans]
    for booking in made:
        booking.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            for booking in made:
                booking.save()
    except IntegrityError as error:
        if CONSTRAINT not in str(error):
            raise
        raise _clash(spans, _taken(row, spans), repeated=wish.weeks > 1) from error
    notices.tell_booked(made, account)
    return made


def _check_rights(space: Space, wish: Wish, account: Account) -> None:
    """Raises ValidationError for what `account` may not book."""
    if not space.bookable or space.withdrawn_on is not None:
        raise ValidationError(_("%(space)s is not booked by hours.") % {"space": space})
    if not incubators_booked_by(account).filter(pk=space.incubator_id).exists():
        raise ValidationError(_("Spaces are booked by those who are hosted, followed or advise here."))
    manages = (
        account.organisations(Role.INCUBATOR_MANAGER).filter(pk=space.incubator.organisation_id).exists()
    )
    if (wish.outside or wish.closure) and not manages:
        raise ValidationError(_("The incubator’s manager books for others: write to them."))
    if wish.outside and wish.organisation is not None:
        raise ValidationError(
            {"outside": _("Choose a company hosted here, or name another customer: not both.")}
        )
    if wish.closure and (wish.outside or wish.organisation is not None):
        raise ValidationError({"closure": _("A closure is nobody’s booking: leave the company empty.")})
    if wish.outside and space.outside_price is None:
        raise ValidationError(
            {"outside": _("%(space)s has no price for others: give it one first.") % {"space": space}}
        )
    allowed = payers(account, space.incubator)
    if wish.organisation is not None and wish.organisation not in allowed:
        raise ValidationError({"organisation": _("Choose a company that is hosted here.")})
    if wish.organisation is None and not manages and allowed:
        raise ValidationError({"organisation": _("Choose the company that you book for.")})


def _check_hours(spans: Sequence[Span]) -> None:
    if not spans:
        raise ValidationError(
            {"weeks": _("A booking is repeated over %(n)d weeks at most.") % {"n": MOST_WEEKS}}
        )
    first = spans[0]
    if not is_open(first, here()):
        raise ValidationError(
            {
                "ends": _("Spaces are booked from %(opens)d to %(closes)d o’clock, within one day.")
                % {"opens": OPENS, "closes": CLOSES}
            }
        )
    if first.starts_at < timezone.now():
        raise ValidationError({"day": _("This hour is past: choose another.")})
    furthest = add_months(timezone.localdate(), MONTHS_AHEAD)
    if localtime(spans[-1].starts_at).date() > furthest:
        raise ValidationError(
            {
                "day": _("Spaces are booked %(n)d months ahead at most, that is until %(day)s.")
                % {"n": MONTHS_AHEAD, "day": date_format(furthest, "SHORT_DATE_FORMAT")}
            }
        )


def _taken(space: Space, spans: Sequence[Span]) -> list[Span]:
    """What is taken in a space on the days of these spans."""
    first, last = spans[0].starts_at, spans[-1].ends_at
    day = dt.timedelta(days=1)
    rows = Booking.objects.standing().filter(space=space, starts_at__lt=last + day, ends_at__gt=first - day)
    return [Span(*one) for one in rows.values_list("starts_at", "ends_at")]


def _clash(clashing: Sequence[Span], taken: Sequence[Span], *, repeated: bool) -> ValidationError:
    """Why a booking cannot be made: the days that clash, and the nearest hours that are free on the first of them."""
    words = _("This space is taken at that time.")
    if repeated:
        days = ", ".join(date_format(localtime(one.starts_at), "SHORT_DATE_FORMAT") for one in clashing)
        words = ngettext(
            "This space is taken at that time on %(days)s: nothing was booked.",
            "This space is taken at that time on these days: %(days)s. Nothing was booked.",
            len(clashing),
        ) % {"days": days}
    free = nearest_free(clashing[0], taken, timezone.now(), here())
    if not free:
        hint = _("Nothing as long is free on that day: choose another day or another space.")
    else:
        hours = ", ".join(f"{localtime(one.starts_at):%H:%M}–{localtime(one.ends_at):%H:%M}" for one in free)
        hint = _("Free on that day: %(hours)s.") % {"hours": hours}
    return ValidationError(f"{words} {hint}", code="taken")


def _booking(space: Space, span: Span, wish: Wish, account: Account, series: uuid.UUID | None) -> Booking:
    free = wish.organisation is None and not wish.outside
    return Booking(
        space=space,
        organisation=wish.organisation,
        outside=wish.outside,
        closure=wish.closure,
        title=wish.title,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        price=0 if free else price(tariff_of(space), *span, outside=bool(wish.outside)),
        booked_by=account,
        series=series,
    )


def may_cancel(booking: Booking, account: Account, *, manages: bool) -> bool:
    """Whether `account` may still give a booking back: its author, or a manager, until it begins."""
    standing = booking.state == BookingState.BOOKED and booking.starts_at > timezone.now()
    return standing and (manages or booking.booked_by_id == account.pk)


@transaction.atomic
def cancel(booking: Booking, account: Account, *, following: bool = False) -> list[Booking]:
    """Give a booking back before it begins; with `following`, those of the same series that come after it too.

    Cancelled twice, it stays cancelled. Raises ValidationError once it has begun, or for who neither booked it nor
    manages the incubator.
    """
    first = (
        Booking.objects.select_for_update(of=("self",)).select_related("space__incubator").get(pk=booking.pk)
    )
    if first.state == BookingState.CANCELLED:
        return []
    own = account.organisations(Role.INCUBATOR_MANAGER)
    manages = own.filter(pk=first.space.incubator.organisation_id).exists()
    if not may_cancel(first, account, manages=manages):
        if first.starts_at <= timezone.now():
            raise ValidationError(_("This booking has begun: it can no longer be cancelled."))
        raise ValidationError(_("Only who booked, or the incubator’s manager, cancels a booking."))
    rows = [first]
    if following and first.series is not None:
        later = Booking.objects.standing().filter(series=first.series, starts_at__gt=first.starts_at)
        rows += list(later.select_for_update(of=("self",)).order_by("starts_at"))
    for row in rows:
        try:
            perform(row, "cancel", account)
        except TransitionRefused as refusal:
            raise ValidationError(refusal.reason) from refusal
    notices.tell_cancelled(rows, account)
    return rows
