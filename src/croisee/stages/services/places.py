"""Places, once given: confirm, give back, cancel; tell the families. Seats first, then the convention, then e-mails."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from croisee.directory.models import Person
from croisee.directory.queries import accounts_of
from croisee.foundation.accounts.models import Account
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.notices.services import send
from croisee.opportunities import services as seats
from croisee.opportunities.models import Application, ApplicationState, Origin, Period
from croisee.stages import next_steps
from croisee.stages.notices import wishes as notices
from croisee.stages.queries.protection import is_protected
from croisee.stages.queries.wishes import for_age, has_begun, periods_of_week, situation
from croisee.stages.services import conventions, offer_news

if TYPE_CHECKING:
    from croisee.foundation.notices.declaration import Notice

REMINDED = dt.timedelta(days=2)


@transaction.atomic
def confirm_place(application: Application, account: Account | None) -> None:
    """Confirm a place that was offered: the convention is prepared, wishes still open are dropped.

    Confirming twice is confirming once. Raises ValidationError with the sentence for the reader when the place is
    no longer there to confirm, or its date is past.
    """
    try:
        seats.confirm(application, account)
    except TransitionRefused as refused:
        raise ValidationError(_("This place is no longer there to be confirmed.")) from refused
    settle(application, account)


@transaction.atomic
def settle(application: Application, account: Account | None) -> None:
    """What follows a confirmed place, however it came: no other wish stays open, the convention is prepared."""
    Application.objects.filter(
        person=application.person_id, call=application.call, state=ApplicationState.ASKED
    ).delete()
    conventions.prepare(application, account)
    offer_news.tell_confirmed(application)


@transaction.atomic
def give_back_place(application: Application, account: Account | None) -> None:
    """Give a place back: the seat is free for others at once, its convention is cancelled.

    Giving back twice is giving back once. Raises ValidationError when there is no place to give back, or when the
    internship has begun: it is ended in writing, with a reason, as the convention says.
    """
    was_confirmed = application.state == ApplicationState.CONFIRMED
    if was_confirmed and has_begun(application):
        raise ValidationError(next_steps.why_not_given_back())
    try:
        seats.give_back(application, account)
    except TransitionRefused as refused:
        raise ValidationError(_("This place is no longer there to be given back.")) from refused
    conventions.cancel_for(application, gettext_noop("The place was given back."), account)
    if was_confirmed:
        offer_news.tell_gone(application, account)


@transaction.atomic
def cancel_place(application: Application, account: Account | None, why: str, *, tell: bool = True) -> None:
    """Cancel a place for a reason, told to the family: an offer withdrawn, a pupil gone, a week changed.

    `why` is what a person wrote, kept as it is, or an English sentence marked for translation (`gettext_noop`), which
    each reads in one's language. Does nothing to an application that holds no seat. `tell` is false where the caller
    tells of another place in the same e-mail (`tell_replaced`).
    """
    was_confirmed = application.state == ApplicationState.CONFIRMED
    try:
        seats.cancel(application)
    except TransitionRefused:
        return
    conventions.cancel_for(application, why, account)
    if was_confirmed:
        offer_news.tell_gone(application, account)
    if tell:
        _tell(notices.CANCELLED, application, {"why": why, "replaced": False})


@transaction.atomic
def take_left(person: Person, period: Period, account: Account) -> Application:
    """Give a seat that is left to who has no place, confirmed at once: first confirmed, first served.

    Raises ValidationError when it is not the time, or the seat is gone, reserved, or not for this person.
    """
    # `hold` locks the seat, then the person, and looks again: locking the person first could cross another request.
    where = situation(person)
    held = where.place
    if held is not None and held.period_id == period.pk:
        return held
    if where.campaign is None or where.monday is None or not where.can_take_left:
        raise ValidationError(_("Seats that are left cannot be taken now."))
    if not for_age(periods_of_week(where.campaign, where.monday), person, where.monday).filter(pk=period.pk):
        raise ValidationError(_("This offer is not open to this pupil."))
    application = seats.hold(
        person,
        period,
        call=where.campaign.pk,
        turn=max(where.campaign.published_turn, 1),
        origin=Origin.LEFT,
        account=account,
        protected=is_protected(person),
        confirmed=True,
    )
    settle(application, account)
    return application


def tell_replaced(application: Application, former: Application, why: str) -> None:
    """Tell the family that another place, to confirm or confirmed, stands in for one that was cancelled."""
    context = {"why": why, "replaced": True, "former": former.period.opportunity.title}
    _tell(notices.CANCELLED, application, context)


def remind_confirmations(now: dt.datetime | None = None) -> int:
    """Remind, once, who has two days or less to confirm a place; how many e-mails are new."""
    moment = now or timezone.now()
    waiting = Application.objects.filter(
        state=ApplicationState.OFFERED, answer_by__gt=moment, answer_by__lte=moment + REMINDED
    ).select_related("person", "period__opportunity")
    return sum(
        _tell(notices.CONFIRM_SOON, row, {"before": row.answer_by.isoformat()})
        for row in waiting
        if row.answer_by is not None
    )


def _tell(notice: Notice, application: Application, context: dict[str, object]) -> int:
    person = application.person
    common = {
        "given_name": person.given_name,
        "offer": application.period.opportunity.title,
        "path": reverse("stages:my_internship", args=[person.pk]),
    }
    return send(
        notice, accounts_of(person), key=f"application:{application.pk}", context={**common, **context}
    )
