"""What employers do with their offers. Every verb is one transaction, with the offer's row held.

What cannot be done is a ValidationError whose sentences are for the employer; nothing is then changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.lifecycles.models import StateChange
from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.opportunities.models import Application, ApplicationState, Opportunity, OpportunityState, Period
from croisee.opportunities.models.applications import HOLDING
from croisee.stages.models import Campaign, HostKind, Internship
from croisee.stages.models.internships import KIND
from croisee.stages.phases import OFFERS_WELCOME, phase
from croisee.stages.queries.offers import (
    LAST_DAY,
    Holders,
    holders_by_period,
    least_reserve,
    usual_reserve,
    weeks_of,
)
from croisee.stages.siting import Site
from croisee.stages.wording import week_of_monday

if TYPE_CHECKING:
    from uuid import UUID

    from croisee.foundation.accounts.models import Account, Organisation

MOST_SEATS = 50
OF_INTERNSHIP = ("lunch", "host_kind", "least_age", "tutor_name", "tutor_email", "tutor_phone")


@dataclass(frozen=True)
class WeekSeats:
    """The seats of a week; `reserved` None is the campaign's usual share."""

    seats: int
    reserved: int | None = None


@dataclass(frozen=True)
class OfferValues:
    """An internship as its form gives it. `hours` as `Internship.hours` holds them; `weeks` by their Mondays."""

    title: str
    sector: str
    site: Site
    hours: Mapping[str, list[list[str]]]
    weeks: Mapping[date, WeekSeats]
    description: str = ""
    accessible: bool = False
    lunch: str = ""
    host_kind: str = HostKind.PRIVATE
    least_age: int | None = None
    tutor_name: str = ""
    tutor_email: str = ""
    tutor_phone: str = ""


class Stale(ValidationError):  # noqa: N818  reads as the sentence it is
    """The offer was changed since the form that was sent was shown."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This offer was changed meanwhile, in another window or by a colleague. Nothing of yours was saved: "
                "here is what you wrote; open the offer again to see how it stands now."
            )
        )


class SeatsRefused(ValidationError):  # noqa: N818  reads as the sentence it is
    """Weeks whose seats cannot be so; `by_week` says why, by Monday."""

    def __init__(self, by_week: Mapping[date, str]) -> None:
        super().__init__(list(by_week.values()))
        self.by_week = dict(by_week)


@transaction.atomic
def save_offer(
    account: Account,
    organisation: Organisation,
    campaign: Campaign,
    values: OfferValues,
    *,
    offer: Opportunity | None = None,
    seen: datetime | None = None,
    new_id: UUID | None = None,
) -> Opportunity:
    """Write an offer: a new draft, or what changes in one, which keeps its state.

    `seen` is `updated_at` as the form showed it; `new_id` the identifier that the form of a new offer carries, so that
    two clicks make one offer. Raises Stale, SeatsRefused, ValidationError.
    """
    if offer is None:
        if new_id is not None and (made := Opportunity.objects.filter(pk=new_id).first()) is not None:
            return _own(made, organisation)
        _ask_whether_offers_are_welcome(campaign)
        offer = Opportunity(kind=KIND, organisation=organisation, state=OpportunityState.DRAFT)
        if new_id is not None:
            offer.pk = new_id
        internship = Internship(opportunity=offer, campaign=campaign)
    else:
        # Weeks that go take wishes of several people away: the campaign first (`opportunities.services.locks`).
        Campaign.objects.select_for_update(no_key=True).get(internships__opportunity=offer)
        offer = held(offer, seen)
        internship = Internship.objects.select_related("campaign").get(opportunity=offer)
    _write(offer, internship, values)
    change_seats(offer, values.weeks, account)
    _refresh(offer, account)
    return offer


def held(offer: Opportunity, seen: datetime | None = None) -> Opportunity:
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


def _own(made: Opportunity, organisation: Organisation) -> Opportunity:
    """The offer that the same form made a moment ago."""
    if made.organisation_id != organisation.pk or made.kind != KIND:
        raise ValidationError(_("This form is no longer good: open a new one."))
    return made


def _ask_whether_offers_are_welcome(campaign: Campaign) -> None:
    if phase(campaign) not in OFFERS_WELCOME:
        raise ValidationError(
            _("The campaign “%(campaign)s” takes no new offer at present.") % {"campaign": campaign.name}
        )


def _write(offer: Opportunity, internship: Internship, values: OfferValues) -> None:
    from croisee.opportunities.services import write_searchable

    site = values.site
    offer.title, offer.sector, offer.description = values.title, values.sector, values.description
    offer.address, offer.postcode, offer.city = site.address, site.postcode, site.city
    offer.lon, offer.lat, offer.accessible = site.lon, site.lat, values.accessible
    offer.reserved_until = internship.campaign.reserved_until
    offer.full_clean(exclude=["organisation", "duplicate_of"])
    offer.save()
    internship.opportunity = offer
    internship.hours = {day: [list(span) for span in spans] for day, spans in values.hours.items()}
    for name in OF_INTERNSHIP:
        setattr(internship, name, getattr(values, name))
    internship.full_clean(exclude=["opportunity", "campaign"])
    internship.save()
    write_searchable(offer)


# Seats


@transaction.atomic
def change_seats(offer: Opportunity, weeks: Mapping[date, WeekSeats], account: Account | None) -> None:
    """Make the weeks of an offer those of `weeks`. Raises SeatsRefused and changes nothing where pupils hold seats.

    A week that is left out goes; wishes for it are taken away, and their families told.
    """
    Opportunity.objects.select_for_update(no_key=True).only("pk").get(pk=offer.pk)
    campaign = Campaign.objects.get(internships__opportunity=offer)
    periods = {p.starts_on: p for p in offer.periods.select_for_update().order_by("pk")}
    holders = holders_by_period(list(periods.values()))
    known = {week.monday for week in weeks_of(campaign)} | set(periods)
    wanted = {monday: _whole(campaign, seats) for monday, seats in sorted(weeks.items())}
    faults: dict[date, str] = {}
    for monday in sorted({*wanted, *periods}):
        period = periods.get(monday)
        who = holders[period.pk] if period else Holders()
        fault = _fault(campaign, monday, wanted.get(monday), who, known=monday in known)
        if fault:
            faults[monday] = fault
    if faults:
        raise SeatsRefused(faults)
    grows = {monday for monday in wanted if monday not in periods}
    if periods and grows:
        _ask_whether_offers_are_welcome(campaign)
    for monday, period in periods.items():
        if monday not in wanted:
            close_week(period, offer, account)
    for monday, (seats, reserved) in wanted.items():
        period = periods.get(monday) or Period(opportunity=offer, starts_on=monday, ends_on=monday + LAST_DAY)
        if (period.seats, period.reserved) != (seats, reserved):
            period.seats, period.reserved = seats, reserved
            period.save()


def _whole(campaign: Campaign, week: WeekSeats) -> tuple[int, int]:
    return week.seats, usual_reserve(campaign, week.seats) if week.reserved is None else week.reserved


def _fault(
    campaign: Campaign, monday: date, wanted: tuple[int, int] | None, who: Holders, *, known: bool
) -> str:
    """Why a week cannot be so, or nothing."""
    week = capfirst(week_of_monday(monday))
    if wanted is None:
        return _few(who.held, week) if who.held else ""
    seats, reserved = wanted
    if not known:
        return _("%(week)s: no class of the campaign is on internship then.") % {"week": week}
    if not 1 <= seats <= MOST_SEATS:
        return _("%(week)s: give from 1 to %(most)d seats, or untick the week.") % {
            "week": week,
            "most": MOST_SEATS,
        }
    if seats < who.held:
        return _few(who.held, week)
    least = least_reserve(campaign, seats)
    if not least <= reserved <= seats:
        return _("%(week)s: reserve from %(least)d to %(seats)d of these seats.") % {
            "week": week,
            "least": least,
            "seats": seats,
        }
    if reserved < who.on_reserved or seats - reserved < who.held - who.on_reserved:
        return _(
            "%(week)s: of the %(held)d pupils who hold a seat, %(on_reserved)d hold a reserved one: the reserve "
            "must leave room for both."
        ) % {"week": week, "held": who.held, "on_reserved": who.on_reserved}
    return ""


def _few(held_seats: int, week: str) -> str:
    return ngettext(
        "%(week)s: %(held)d pupil holds a seat, and it is not taken back like that. Keep it; if you cannot host "
        "this pupil, withdraw that week on the page of the offer: another place is then looked for at once.",
        "%(week)s: %(held)d pupils hold a seat, and these are not taken back like that. Keep at least as many; if "
        "you cannot host these pupils, withdraw that week on the page of the offer: other places are then looked "
        "for at once.",
        held_seats,
    ) % {"week": week, "held": held_seats}


def close_week(period: Period, offer: Opportunity, account: Account | None) -> None:
    """Take a week away that nobody holds a seat of. What was once asked for keeps its row, with no seat."""
    take_wishes_away(Application.objects.filter(period=period), offer, account)
    if period.applications.exists():
        period.seats = period.reserved = 0
        period.save()
    else:
        period.delete()


def take_wishes_away(applications: Any, offer: Opportunity, account: Account | None) -> int:
    """Take away the wishes among `applications`, whose offer is no more, and tell their families; how many."""
    from croisee.opportunities.services import take_wish_away
    from croisee.stages.services.offer_news import tell_wish_gone

    # Their rows are not locked first: whoever changes a list holds the person, as `take_wish_away` does.
    rows = list(applications.filter(state=ApplicationState.ASKED).select_related("person").order_by("pk"))
    for row in rows:
        tell_wish_gone(row, offer)
        take_wish_away(row, account)
    return len(rows)


def _refresh(offer: Opportunity, account: Account) -> None:
    """Conventions say what the offer says: where pupils hold seats, they are written again."""
    if Application.objects.filter(period__opportunity=offer, state__in=HOLDING).exists():
        from croisee.stages.services.conventions import refresh_for_offer

        refresh_for_offer(offer, account)


# States


@transaction.atomic
def submit(offer: Opportunity, account: Account) -> Opportunity:
    """Propose an offer to the campaign manager. Raises ValidationError: no week, or a campaign that takes none."""
    current = held(offer)
    internship = Internship.objects.select_related("campaign").get(opportunity=current)
    _ask_whether_offers_are_welcome(internship.campaign)
    if not current.periods.filter(seats__gt=0).exists():
        raise ValidationError(_("Choose at least one week in which you host pupils, then propose the offer."))
    return _moved(_performing("submit"), current, account)


@transaction.atomic
def pause(offer: Opportunity, account: Account) -> Opportunity:
    """Hide a published offer from pupils: those who hold a seat keep it."""
    from croisee.opportunities.services import unpublish

    return _moved(unpublish, held(offer), account)


def may_resume(offer: Opportunity, account: Account) -> bool:
    """Whether `account` may show a paused offer again by itself: when its own side paused it, not the manager."""
    if offer.state != OpportunityState.UNPUBLISHED:
        return False
    last = (
        StateChange.objects.filter(lifecycle=Opportunity.lifecycle.name, object_id=offer.pk)
        .order_by("-at", "-pk")
        .first()
    )
    paused_by = last.account if last is not None and last.transition == "unpublish" else None
    if paused_by is None:
        return False
    team = offer.organisation.memberships.active()
    return team.filter(account=paused_by).exists() and team.filter(account=account).exists()


@transaction.atomic
def resume(offer: Opportunity, account: Account) -> Opportunity:
    """Show again an offer that one's own side paused; it was checked before. Raises ValidationError otherwise."""
    current = held(offer)
    if not may_resume(current, account):
        raise ValidationError(
            _("The campaign manager paused this offer: only the manager can show it again.")
        )
    from croisee.opportunities.services import publish

    # The lifecycle leaves publishing to managers, who accepted this offer; the journal keeps who asked.
    return _moved(publish, current, None)


def _moved(
    verb: Callable[[Opportunity, Account | None], object], offer: Opportunity, account: Account | None
) -> Opportunity:
    """The offer, moved along its lifecycle; a refusal is a ValidationError."""
    try:
        verb(offer, account)
    except TransitionRefused as refused:
        raise ValidationError(refused.reason) from refused
    return offer


def _performing(transition: str) -> Callable[[Opportunity, Account | None], object]:
    return lambda offer, account: perform(offer, transition, account)


@transaction.atomic
def duplicate(offer: Opportunity, campaign: Campaign, account: Account) -> Opportunity:
    """A draft with the words of `offer` in another campaign, without weeks; two clicks make one draft."""
    source = Opportunity.objects.select_for_update(no_key=True, of=("self",)).get(pk=offer.pk)
    _ask_whether_offers_are_welcome(campaign)
    drafts = Opportunity.objects.filter(duplicate_of=source, state=OpportunityState.DRAFT)
    if (made := drafts.filter(internship__campaign=campaign).first()) is not None:
        return made
    before = Internship.objects.get(opportunity=source)
    fields = ("organisation", "title", "description", "sector", "address", "postcode", "city", "lon", "lat")
    new = Opportunity(
        kind=KIND,
        duplicate_of=source,
        accessible=source.accessible,
        searchable=source.searchable,
        reserved_until=campaign.reserved_until,
        **{name: getattr(source, name) for name in fields},
    )
    new.save()
    own = {name: getattr(before, name) for name in ("hours", *OF_INTERNSHIP)}
    Internship.objects.create(opportunity=new, campaign=campaign, **own)
    return new
