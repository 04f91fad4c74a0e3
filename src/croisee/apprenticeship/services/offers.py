"""What is done with offers of apprenticeship. Every verb is one transaction, with the offer's row held.

What cannot be done is a ValidationError whose sentences are for who asked; nothing is then changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.apprenticeship.expiry import AFTER_START, SHOWN, Standing, Why, stands_now
from croisee.apprenticeship.models import (
    KIND,
    MOST_APPLICATIONS,
    ApprenticeshipOffer,
    ClosedBecause,
    Closing,
    Contract,
)
from croisee.apprenticeship.services.endings import close_applications
from croisee.apprenticeship.siting import Site
from croisee.directory.services import prefill
from croisee.foundation.accounts import services as accounts
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.dates import add_months
from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.opportunities.models import Opportunity, OpportunityState, Period
from croisee.opportunities.services import publish, unpublish, write_searchable

if TYPE_CHECKING:
    from uuid import UUID

    from croisee.foundation.accounts.models import Account

MOST_SEATS = 50
USUAL_MONTHS = 12
OF_OFFER = (
    "contracts",
    "diploma",
    "jobs",
    "months",
    "remote",
    "weekly_hours",
    "desired_skills",
    "acquired_skills",
    "access_conditions",
    "centre",
    "centre_name",
    "without_cv",
    "apply_email",
    "apply_phone",
    "apply_url",
    "to_partner",
)


@dataclass(frozen=True)
class OfferValues:
    """An offer of apprenticeship as its form gives it; `details` by the names of `OF_OFFER`."""

    title: str
    sector: str
    description: str
    site: Site
    starts_on: dt.date
    seats: int = 1
    accessible: bool = False
    expires_on: dt.date | None = None
    details: dict[str, Any] = field(default_factory=lambda: {"contracts": [str(Contract.APPRENTICESHIP)]})


class Stale(ValidationError):  # noqa: N818  reads as the sentence it is
    """The offer was changed since the form that was sent was shown."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This offer was changed meanwhile, in another window or by a colleague. Nothing of yours was saved: "
                "here is what you wrote; open the offer again to see how it stands now."
            )
        )


@transaction.atomic
def save_offer(
    account: Account,
    organisation: Organisation,
    values: OfferValues,
    *,
    offer: Opportunity | None = None,
    seen: dt.datetime | None = None,
    new_id: UUID | None = None,
) -> Opportunity:
    """Write an offer: a new draft, or what changes in one, which keeps its state.

    `seen` is `updated_at` as the form showed it; `new_id` the identifier that the form of a new offer carries, so that
    two clicks make one offer. Raises Stale, ValidationError by field.
    """
    if offer is None:
        if new_id is not None and (made := Opportunity.objects.filter(pk=new_id).first()) is not None:
            return _own(made, organisation)
        offer = Opportunity(kind=KIND, organisation=organisation, state=OpportunityState.DRAFT)
        if new_id is not None:
            offer.pk = new_id
        offer.entered_for = _centre_of(account, organisation)
        details, period = ApprenticeshipOffer(opportunity=offer), Period(opportunity=offer)
    else:
        offer = held(offer, seen)
        details = ApprenticeshipOffer.objects.get(opportunity=offer)
        period = Period.objects.select_for_update(no_key=True).get(opportunity=offer)
    _write(offer, details, period, values)
    return offer


@transaction.atomic
def company_of(number: str, name: str, email: str) -> Organisation:
    """The company of this SIRET, for which a training centre or a manager writes; new here where it is not known.

    One in which nobody has an account gets its first person, written to at `email`: somebody must answer who applies.
    Raises ValidationError by field.
    """
    found = Organisation.objects.select_for_update().filter(siret=number).first()
    if found is None:
        known = (prefill(number) or {}).get("name", "")
        if not (name.strip() or known):
            raise ValidationError({"company": _("Give its name: this SIRET number is not known here.")})
        found = Organisation(name=name.strip() or known, kind=Kind.EMPLOYER, siret=number)
        found.full_clean()
        found.save()
    if not found.memberships.active().filter(role=Role.EMPLOYER).exists():
        if not email:
            raise ValidationError(
                {
                    "company_email": _(
                        "Nobody of this company has an account: who will answer those who apply?"
                    )
                }
            )
        accounts.invite(email, found, Role.EMPLOYER)
    return found


def _centre_of(account: Account, organisation: Organisation) -> Organisation | None:
    """The training centre that writes for a company; none for who writes for its own."""
    if account.organisations(Role.EMPLOYER).filter(pk=organisation.pk).exists():
        return None
    return account.organisations(Role.TRAINING_CENTRE).order_by("name").first()


def _own(made: Opportunity, organisation: Organisation) -> Opportunity:
    """The offer that the same form made a moment ago."""
    if made.organisation_id != organisation.pk or made.kind != KIND:
        raise ValidationError(_("This form is no longer good: open a new one."))
    return made


def held(offer: Opportunity, seen: dt.datetime | None = None) -> Opportunity:
    """The offer read again, its row locked. Raises Stale when it is not as `seen`, ValidationError once withdrawn."""
    current = (
        Opportunity.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organisation")
        .get(pk=offer.pk)
    )
    if current.state == OpportunityState.WITHDRAWN:
        raise ValidationError(_("This offer is withdrawn: duplicate it to offer it again."))
    if seen is not None and current.updated_at != seen:
        raise Stale
    return current


def _write(offer: Opportunity, details: ApprenticeshipOffer, period: Period, values: OfferValues) -> None:
    today = timezone.localdate()
    months = values.details.get("months") or USUAL_MONTHS
    expires_on = values.expires_on or min(today + SHOWN, values.starts_on + AFTER_START)
    _check(values, expires_on, period, today, new=details._state.adding)
    site = values.site
    offer.title, offer.sector, offer.description = values.title, values.sector, values.description
    offer.address, offer.postcode, offer.city = site.address, site.postcode, site.city
    offer.lon, offer.lat, offer.accessible = site.lon, site.lat, values.accessible
    offer.full_clean(exclude=["organisation", "entered_for", "duplicate_of"])
    offer.save()
    details.opportunity, details.expires_on = offer, expires_on
    for name in OF_OFFER:
        if name in values.details:
            setattr(details, name, values.details[name])
    details.full_clean(exclude=["opportunity", "centre"])
    details.save()
    period.opportunity, period.seats, period.starts_on = offer, values.seats, values.starts_on
    period.ends_on = add_months(values.starts_on, months) - dt.timedelta(days=1)
    period.save()
    write_searchable(offer)


def _check(values: OfferValues, expires_on: dt.date, period: Period, today: dt.date, *, new: bool) -> None:
    """Raises ValidationError by field for what cannot be."""
    faults = {}
    if not 1 <= values.seats <= MOST_SEATS:
        faults["seats"] = _("Give from 1 to %(most)d places.") % {"most": MOST_SEATS}
    elif not new and values.seats < period.taken:
        faults["seats"] = _("%(taken)d places are taken: keep at least as many.") % {"taken": period.taken}
    if values.starts_on < today - AFTER_START:
        faults["starts_on"] = _("This start is more than three months ago: give the day on which one begins.")
    if expires_on > values.starts_on + AFTER_START:
        faults["expires_on"] = _(
            "Nobody joins more than three months after the start: show the offer until then at most."
        )
    if new and expires_on < today:
        faults["expires_on"] = _("This day is past: the offer would be shown to nobody.")
    if faults:
        raise ValidationError(faults)


# Moving


@transaction.atomic
def submit(offer: Opportunity, account: Account) -> Opportunity:
    """Propose a draft; a manager of programmes checks it, and who is one need not wait. Raises ValidationError."""
    current = held(offer)
    _moved(lambda: perform(current, "submit", account))
    if account.has_role(Role.PROGRAMME_MANAGER):
        _moved(lambda: publish(current, account))
    return current


@transaction.atomic
def pause(offer: Opportunity, account: Account) -> Opportunity:
    """Show it to nobody for now. Raises ValidationError."""
    current = held(offer)
    # The lifecycle leaves pausing to employers and managers; whoever wrote the offer for one does it for it.
    actor = account if account.has_role(Role.EMPLOYER, Role.PROGRAMME_MANAGER) else None
    _moved(lambda: unpublish(current, actor))
    return current


@transaction.atomic
def resume(offer: Opportunity, account: Account) -> Opportunity:
    """Show again what one's own side paused; it was checked before. Raises ValidationError."""
    current = held(offer)
    if current.state != OpportunityState.UNPUBLISHED or current.why_rejected:
        raise ValidationError(_("The manager paused this offer: only the manager can show it again."))
    _moved(lambda: publish(current, None))
    return current


def _moved(verb: Callable[[], object]) -> None:
    try:
        verb()
    except TransitionRefused as refused:
        raise ValidationError(refused.reason) from refused


@transaction.atomic
def extend(offer: Opportunity, account: Account, *, today: dt.date | None = None) -> dt.date:
    """Show it sixty days more from today, and take more applications where it was full of them; until when.

    Raises ValidationError when it is filled or cancelled, or when the start is too near for that.
    """
    current, day = held(offer), today or timezone.localdate()
    stood = stands_now(current, day)
    if stood.standing in (Standing.FILLED, Standing.CANCELLED):
        raise ValidationError(_("This offer is closed: offer it anew instead."))
    details = ApprenticeshipOffer.objects.select_for_update().get(opportunity=current)
    last = Period.objects.get(opportunity=current).starts_on + AFTER_START
    if day > last:
        raise ValidationError(_("The start is more than three months ago: change it first."))
    details.expires_on = max(details.expires_on, min(day + SHOWN, last))
    if stood.why == Why.ENOUGH:
        details.most_applications += MOST_APPLICATIONS
    details.told_closed = False
    details.save()
    return details.expires_on


@transaction.atomic
def close(
    offer: Opportunity,
    account: Account,
    closing: Closing,
    because: ClosedBecause,
    *,
    today: dt.date | None = None,
) -> int:
    """Mark it as filled or cancelled: who waits for an answer is told. Return how many. Closed twice, it stays so.

    Raises ValidationError while somebody holds a place that is not confirmed and the offer is cancelled.
    """
    current = held(offer)
    details = ApprenticeshipOffer.objects.select_for_update().get(opportunity=current)
    if details.closed_as:
        return 0
    details.closed_as, details.closed_because = closing, because
    details.closed_on = today or timezone.localdate()
    details.told_closed = True
    details.save()
    return close_applications(current)


@transaction.atomic
def withdraw(offer: Opportunity, account: Account) -> int:
    """Take it off for good: who waits for an answer is told. Return how many. Raises ValidationError.

    Who has confirmed keeps the place: a contract is ended between those who signed it.
    """
    current = held(offer)
    actor = account if account.has_role(Role.EMPLOYER, Role.PROGRAMME_MANAGER) else None
    _moved(lambda: perform(current, "withdraw", actor))
    ApprenticeshipOffer.objects.filter(opportunity=current).update(told_closed=True)
    return close_applications(current)


@transaction.atomic
def duplicate(offer: Opportunity, account: Account, *, today: dt.date | None = None) -> Opportunity:
    """A draft with the words of `offer`, a year later when its start is past; two clicks make one."""
    source = Opportunity.objects.select_for_update(no_key=True, of=("self",)).get(pk=offer.pk)
    if (
        made := Opportunity.objects.filter(duplicate_of=source, state=OpportunityState.DRAFT).first()
    ) is not None:
        return made
    day = today or timezone.localdate()
    before = ApprenticeshipOffer.objects.get(opportunity=source)
    period = Period.objects.get(opportunity=source)
    starts_on = period.starts_on
    while starts_on < day:
        starts_on = add_months(starts_on, 12)
    words = ("organisation", "entered_for", "title", "description", "sector", "accessible", "searchable")
    place = ("address", "postcode", "city", "lon", "lat")
    new = Opportunity.objects.create(
        kind=KIND, duplicate_of=source, **{name: getattr(source, name) for name in words + place}
    )
    ApprenticeshipOffer.objects.create(
        opportunity=new,
        expires_on=min(day + SHOWN, starts_on + AFTER_START),
        **{name: getattr(before, name) for name in OF_OFFER},
    )
    lasts = period.ends_on - period.starts_on
    Period.objects.create(opportunity=new, starts_on=starts_on, ends_on=starts_on + lasts, seats=period.seats)
    return new
