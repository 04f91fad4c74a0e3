"""Seats: holding one for a person, confirming, giving back, cancelling. Nobody has two, none is given twice."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.services import perform
from croisee.opportunities.models import Application, ApplicationState, OpportunityState, Origin, Source
from croisee.opportunities.models.applications import ASKERS
from croisee.opportunities.services.locks import lock_period, lock_person, lock_place
from croisee.opportunities.services.refusals import HasPlace, NoSeat, NotOffered, TooLate, refusal_of
from croisee.opportunities.services.wishes import close_ranks

if TYPE_CHECKING:
    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account
    from croisee.opportunities.models import Opportunity, Period

CLOSED = (OpportunityState.WITHDRAWN, OpportunityState.REJECTED, OpportunityState.UNPUBLISHED)


@transaction.atomic
def hold(
    person: Person,
    period: Period,
    *,
    call: UUID,
    turn: int,
    origin: Origin,
    account: Account | None,
    protected: bool,
    answer_by: datetime | None = None,
    confirmed: bool = False,
) -> Application:
    """Give `person` a seat in `period`: to be confirmed before `answer_by`, or `confirmed` at once.

    A wish for this week that waits becomes the place. Asked twice, the same place is returned. Until the day
    `reserved_until` of the offer, those who are not `protected` cannot take the last seats, which wait for those who
    are. Whether `account` (None: the software) may do this is for the caller to check.

    Raises NotOffered, NoSeat, HasPlace.
    """
    locked = lock_period(period.pk)
    lock_person(person.pk)
    if not takes_people(locked.opportunity):
        raise NotOffered(_("This offer takes nobody any more."))
    held = Application.objects.holding().filter(person=person, call=call).first()
    if held is not None and held.period_id != locked.pk:
        raise HasPlace(_("This pupil already has a place: it must be given back first."))
    if held is None:
        on_reserve = _check_seat(locked, protected=protected)
        held = _waiting(person, locked, call, turn, origin, account)
        held.reserved_seat, held.answer_by = on_reserve, answer_by
        try:
            with transaction.atomic():
                held.save()
                perform(held, "offer", None)
        except IntegrityError as error:
            raise refusal_of(error) from error
    if confirmed and held.state == ApplicationState.OFFERED:
        # The log names who confirmed; for others than those who ask, the software did.
        asker = account if account is not None and account.has_role(*ASKERS) else None
        perform(held, "confirm", asker)
    return held


def takes_people(opportunity: Opportunity) -> bool:
    """Whether seats can be given: published; what is kept for given persons needs no publication."""
    if opportunity.source != Source.OWN or opportunity.state in CLOSED:
        return False
    return opportunity.state == OpportunityState.PUBLISHED or not opportunity.listed


def reserved_left(period: Period, on: date | None = None) -> int:
    """How many seats of the week still wait, on a day (today), for those they are reserved for."""
    until = period.opportunity.reserved_until
    if until is not None and (on or timezone.localdate()) > until:
        return 0
    taken = Application.objects.holding().filter(period=period, reserved_seat=True).count()
    return max(0, period.reserved - taken)


@transaction.atomic
def confirm(application: Application, account: Account | None) -> Application:
    """Confirm a place; confirmed twice, it stays confirmed.

    Raises TooLate after the date to answer, TransitionRefused from any other state or role.
    """
    lock_place(application)
    if application.state == ApplicationState.CONFIRMED:
        return application
    late = application.answer_by is not None and timezone.now() >= application.answer_by
    if application.state == ApplicationState.OFFERED and late:
        raise TooLate(_("The date to confirm this place is past."))
    perform(application, "confirm", account)
    return application


@transaction.atomic
def give_back(application: Application, account: Account | None) -> Application:
    """Give a place back, which frees its seat; given back twice, it stays given back. Raises TransitionRefused."""
    lock_place(application)
    if application.state != ApplicationState.GIVEN_BACK:
        perform(application, "give_back", account)
    return application


@transaction.atomic
def cancel(application: Application) -> Application:
    """Cancel a place from outside (the offer is withdrawn, the pupil left), which frees its seat.

    Cancelled twice, it stays cancelled. Raises TransitionRefused when it holds no seat.
    """
    lock_place(application)
    if application.state != ApplicationState.CANCELLED:
        perform(application, "cancel", None)
    return application


def _check_seat(period: Period, *, protected: bool) -> bool:
    """Whether the seat that this person would take is a reserved one. Raises NoSeat."""
    if period.free <= 0:
        raise NoSeat(_("All seats of this week are taken."))
    waiting = reserved_left(period)
    if protected or period.free > waiting:
        return protected and waiting > 0
    until = period.opportunity.reserved_until
    if until is None:
        raise NoSeat(_("The seats that are left are reserved."))
    raise NoSeat(
        _("The seats that are left are reserved until %(day)s.") % {"day": date_format(until, "DATE_FORMAT")}
    )


def _waiting(
    person: Person, period: Period, call: UUID, turn: int, origin: Origin, account: Account | None
) -> Application:
    """The application that takes the seat: the wish that waits for it, else a new one, outside any list."""
    wish = Application.objects.filter(person=person, period=period, state=ApplicationState.ASKED).first()
    if wish is None or wish.call != call:
        return Application(
            person=person, period=period, call=call, turn=turn, origin=origin, entered_by=account
        )
    if origin != Origin.WISH:
        # It is no longer an answer to the list: the list closes behind it.
        wish.origin, wish.rank = origin, None
        wish.save()
        close_ranks(wish.person_id, wish.call, wish.turn)
    return wish
