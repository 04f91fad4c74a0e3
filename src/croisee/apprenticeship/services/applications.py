"""Applying for an apprenticeship and answering. Every verb is one transaction, under the locks of places.

The order of locks is that of `opportunities.services.locks`: the offer, its period, then the person's places.
What cannot be done is a ValidationError whose sentences are for who asked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.apprenticeship.ages import AgeCase, age_case
from croisee.apprenticeship.expiry import Standing, stands_now
from croisee.apprenticeship.models import KIND, OF_COMPANY, ApprenticeshipOffer, Candidacy, Outcome
from croisee.apprenticeship.notices import offers as notices
from croisee.apprenticeship.services.endings import close_applications, end, locked
from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.journeys.models import Journey, Step, StepKind
from croisee.opportunities.models import Application, ApplicationState, Opportunity, Origin, Source
from croisee.opportunities.models.applications import ASKERS, OPEN
from croisee.opportunities.services import (
    HasPlace,
    NoSeat,
    NotOffered,
    TooLate,
    give_back,
    hold,
    lock_people,
    lock_period,
    lock_periods,
)
from croisee.opportunities.services import (
    confirm as confirm_seat,
)

if TYPE_CHECKING:
    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account

MOST_TRIES = 3
"""How many times somebody may apply to the same offer."""
TO_CONFIRM = dt.timedelta(days=15)
TURN = 1


@dataclass(frozen=True)
class Letter:
    """What somebody applies with. `states_age` says that what the age asks for (`ages.AgeCase`) is stated."""

    motivation: str
    phone: str = ""
    cv: Any = None
    shared_with_centre: bool = False
    states_age: bool = False


@transaction.atomic
def apply(
    account: Account, person: Person, offer: Opportunity, letter: Letter, *, today: dt.date | None = None
) -> Candidacy:
    """Apply to an offer for a person (oneself, or somebody one follows): its company is told, a step is planned.

    Applied to already, the open application is returned: two clicks make one. Whether `account` may apply for `person`
    is for the caller to check. Raises ValidationError, by field where it is about one.
    """
    period = lock_period(offer.periods.get().pk)
    lock_people([person.pk])
    made = Application.objects.filter(person=person, period=period).order_by("-created_at")
    if (open_one := made.filter(state__in=OPEN, apprenticeship__isnull=False).first()) is not None:
        return Candidacy.objects.get(application=open_one)
    details = ApprenticeshipOffer.objects.get(opportunity=offer)
    _check(period.opportunity, person, details, letter, period.starts_on, today or timezone.localdate())
    if made.count() >= MOST_TRIES:
        raise ValidationError(_("You applied to this offer three times already: look at other offers."))
    application = Application.objects.create(
        person=person, period=period, call=offer.pk, turn=TURN, origin=Origin.WISH, entered_by=account
    )
    row = Candidacy(
        application=application,
        motivation=letter.motivation.strip(),
        phone=letter.phone.strip(),
        shared_with_centre=letter.shared_with_centre and details.centre_id is not None,
    )
    if letter.cv and not details.without_cv:
        row.cv = letter.cv
    row.full_clean(exclude=["application"])
    row.save()
    _plan_step(account, person, period.opportunity, period)
    notices.tell_company(notices.RECEIVED, row, "received")
    return row


def _check(
    offer: Opportunity,
    person: Person,
    details: ApprenticeshipOffer,
    letter: Letter,
    starts_on: dt.date,
    today: dt.date,
) -> None:
    if offer.kind != KIND or offer.source != Source.OWN or not offer.listed:
        raise ValidationError(_("One does not apply to this offer here."))
    stood = stands_now(offer, today)
    if stood.standing != Standing.ACTIVE:
        raise ValidationError(_("This offer takes no application now. %(why)s") % {"why": stood.why.label})
    if not letter.motivation.strip():
        raise ValidationError({"motivation": _("Say in a few sentences why this apprenticeship.")})
    case = age_case(person.birth_date, starts_on, details.contracts)
    if case == AgeCase.TOO_YOUNG:
        raise ValidationError(AgeCase.TOO_YOUNG.label)
    if case != AgeCase.FITS and not letter.states_age:
        raise ValidationError({"states_age": _("Tick this box to apply: %(case)s") % {"case": case.label}})
    if Application.objects.filter(
        person=person,
        state=ApplicationState.CONFIRMED,
        period__opportunity__kind=KIND,
        period__ends_on__gte=today,
    ).exists():
        raise ValidationError(_("You have confirmed an apprenticeship already: withdraw from it first."))


def _plan_step(account: Account, person: Person, offer: Opportunity, period: Any) -> None:
    """For who is followed by `account`: a step of the journey, once an offer."""
    journeys = Journey.objects.followed_by(account).filter(person=person, state__in=("under_way", "paused"))
    journey = journeys.order_by("-entered_on", "pk").first()
    if journey is None or Step.objects.filter(journey=journey, opportunity=offer).exists():
        return
    Step.objects.create(
        journey=journey,
        kind=StepKind.APPRENTICESHIP,
        title=offer.title,
        where=str(offer.organisation)[:200],
        opportunity=offer,
        starts_on=period.starts_on,
        planned_end_on=period.ends_on,
    )


# The company answers


@transaction.atomic
def invite(row: Candidacy, account: Account, at: dt.datetime, place: str, text: str = "") -> Candidacy:
    """Invite to an interview; invited again, the new date holds. Raises ValidationError."""
    current = _to_answer(row)
    if at <= timezone.now():
        raise ValidationError({"interview_at": _("This moment is past: choose one to come.")})
    if not place.strip():
        raise ValidationError({"interview_place": _("Say where, or by which means.")})
    if (current.interview_at, current.interview_place, current.answer_text) == (
        at,
        place.strip(),
        text.strip(),
    ):
        return current
    current.interview_at, current.interview_place = at, place.strip()
    return _answered(current, text, notices.INTERVIEW)


@transaction.atomic
def propose(row: Candidacy, account: Account, text: str = "") -> Candidacy:
    """Offer a place, to be confirmed by the person within fifteen days. Raises ValidationError."""
    current = locked_with_offer(row)
    application = current.application
    if application.state in (ApplicationState.OFFERED, ApplicationState.CONFIRMED):
        return current
    _ask_whether_it_waits(application)
    try:
        held = hold(
            application.person,
            application.period,
            call=application.call,
            turn=application.turn,
            origin=Origin.WISH,
            account=account,
            protected=True,
            answer_by=timezone.now() + TO_CONFIRM,
        )
    except NoSeat:
        raise ValidationError(_("All places of this offer are taken: add one first.")) from None
    except HasPlace:
        raise ValidationError(_("This person has a place at this offer already.")) from None
    except NotOffered:
        raise ValidationError(_("This offer is not shown now: show it again first.")) from None
    current.application = held
    return _answered(current, text, notices.OFFERED)


@transaction.atomic
def refuse(row: Candidacy, account: Account, outcome: str, text: str = "") -> Candidacy:
    """Say no, with a reason of the list and words. Raises ValidationError."""
    current = _to_answer(row)
    if outcome not in OF_COMPANY:
        raise ValidationError({"outcome": _("Choose a reason.")})
    if outcome == Outcome.OTHER and not text.strip():
        raise ValidationError({"text": _("Say the reason: the person reads it.")})
    perform(current.application, "not_grant", None)
    current.outcome = outcome
    return _answered(current, text, notices.REFUSED)


def _to_answer(row: Candidacy) -> Candidacy:
    current = locked_with_offer(row)
    _ask_whether_it_waits(current.application)
    return current


def locked_with_offer(row: Candidacy) -> Candidacy:
    """The same, with the locks of the offer and its period taken in their order."""
    lock_period(row.application.period_id)
    return locked(row.pk)


def _ask_whether_it_waits(application: Application) -> None:
    if application.state != ApplicationState.ASKED:
        raise ValidationError(_("This application has been answered, or withdrawn, meanwhile."))


def _answered(row: Candidacy, text: str, notice: notices.Notice) -> Candidacy:
    row.answer_text, row.answered_at = text.strip(), timezone.now()
    row.full_clean(exclude=["application"])
    row.save()
    notices.tell_person(notice, row)
    return row


# The person goes on


@transaction.atomic
def confirm(row: Candidacy, account: Account) -> Candidacy:
    """Confirm a place: the person's other applications end, and so do the others' once all places are confirmed.

    Confirmed twice, it stays confirmed. Raises ValidationError past the date, or when it is not to be confirmed.
    """
    current = _locked_with_all_open(row)
    application = current.application
    if application.state == ApplicationState.CONFIRMED:
        return current
    try:
        confirm_seat(application, account if account.has_role(*ASKERS) else None)
    except TooLate:
        raise ValidationError(_("The date to confirm this place is past: ask the company.")) from None
    except TransitionRefused as refused:
        raise ValidationError(refused.reason) from refused
    notices.tell_company(notices.CHANGED, current, "confirmed")
    _end_elsewhere(current)
    _close_when_full(application)
    current.refresh_from_db()
    return current


def _locked_with_all_open(row: Candidacy) -> Candidacy:
    """The same, with the locks of every offer where this person waits: those applications end as well.

    All offers before all periods before any person: two people who wait at each other's offers do not wait for ever.
    """
    of_person = Application.objects.filter(
        person=row.application.person_id, state__in=OPEN, period__opportunity__kind=KIND
    )
    found = list(of_person.values_list("period_id", "period__opportunity_id"))
    offers = Opportunity.objects.select_for_update(no_key=True).filter(
        pk__in=[offer for _period, offer in found]
    )
    list(offers.order_by("pk").values_list("pk"))
    lock_periods([row.application.period_id, *(period for period, _offer in found)])
    return locked(row.pk)


def _end_elsewhere(row: Candidacy) -> None:
    others = Candidacy.objects.filter(
        application__person=row.application.person_id,
        application__state__in=(ApplicationState.ASKED, ApplicationState.OFFERED),
        application__period__opportunity__kind=KIND,
    ).exclude(pk=row.pk)
    for other in others.order_by("application__period_id").select_related(
        "application__period__opportunity__organisation"
    ):
        if end(other.pk, Outcome.ELSEWHERE, told=False):
            notices.tell_company(notices.CHANGED, other, "elsewhere")


def _close_when_full(application: Application) -> None:
    """Once every place is confirmed, who still waits is told."""
    period = application.period
    period.refresh_from_db()
    confirmed = Application.objects.filter(period=period, state=ApplicationState.CONFIRMED).count()
    if confirmed >= period.seats:
        ApprenticeshipOffer.objects.filter(opportunity=period.opportunity_id).update(told_closed=True)
        close_applications(period.opportunity)


@transaction.atomic
def withdraw(row: Candidacy, account: Account) -> Candidacy:
    """Take one's application back, whatever its state; the company is told. Withdrawn twice, it stays so.

    Raises ValidationError when it is over already.
    """
    current = locked_with_offer(row)
    application = current.application
    if current.outcome == Outcome.WITHDRAWN:
        return current
    if application.state == ApplicationState.ASKED:
        perform(application, "not_grant", None)
    elif application.state in (ApplicationState.OFFERED, ApplicationState.CONFIRMED):
        give_back(application, account if account.has_role(*ASKERS) else None)
    else:
        raise ValidationError(_("This application is over already."))
    current.outcome, current.answered_at = Outcome.WITHDRAWN, current.answered_at or timezone.now()
    current.save()
    ApprenticeshipOffer.objects.filter(opportunity=application.period.opportunity_id).update(
        told_closed=False
    )
    notices.tell_company(notices.CHANGED, current, "withdrawn")
    return current
