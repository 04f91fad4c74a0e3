"""What is offered and published is an opportunity as well, so that a search finds it: written here, by the software.

Who checks opportunities may pause one or not accept it: it then stays so until they show it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone, translation
from django.utils.text import Truncator

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.dates import add_months
from croisee.foundation.lifecycles.services import perform
from croisee.opportunities.models import Opportunity, OpportunityState, Period
from croisee.opportunities.sectors import Sector
from croisee.opportunities.services import searchable_text
from croisee.premises.kinds import UnitKind, Use
from croisee.premises.models import OFFERED, UnitState
from croisee.premises.siting import street_of
from croisee.territory.wording import plain

if TYPE_CHECKING:
    from croisee.premises.models import Unit

KIND = "premises"
LANGUAGES = ("fr", "en")
LONGEST_DESCRIPTION = 1500
MONTHS_SHOWN = 120
"""Where nobody says until when a unit is available."""
SECTOR_OF_KIND = {
    UnitKind.OFFICE: Sector.SERVICES,
    UnitKind.SHOP: Sector.TRADE,
    UnitKind.WORKSHOP: Sector.INDUSTRY,
    UnitKind.WAREHOUSE: Sector.TRANSPORT,
}
SECTOR_OF_USE = {
    Use.FOOD: Sector.FOOD,
    Use.VEHICLES: Sector.MOTOR,
    Use.CARE: Sector.HEALTH,
    Use.TRAINING: Sector.EDUCATION,
    Use.GROWING: Sector.AGRICULTURE,
    Use.PRODUCTION: Sector.INDUSTRY,
    Use.CRAFT: Sector.INDUSTRY,
    Use.SHOP: Sector.TRADE,
    Use.STORAGE: Sector.TRANSPORT,
    Use.OFFICE: Sector.SERVICES,
}
"""The rarer a use, the earlier: a kitchen says more of premises than that one may have an office there."""


def sector_for(kind: str, uses: list[str]) -> Sector:
    """The sector that a unit is for: its kind's where it is a classic one, else that of the rarest use."""
    known = SECTOR_OF_KIND.get(UnitKind(kind))
    if known is not None:
        return known
    return next((sector for use, sector in SECTOR_OF_USE.items() if use in uses), Sector.PROPERTY)


def mirror(unit: Unit) -> None:
    """Write the opportunity of a unit as the unit is now: shown while it is offered and published, else paused.

    The row of the unit is locked. Without anybody who could offer it (no owner, no metropolis), there is none.
    """
    offer = _held(unit)
    if not (unit.published and unit.state in OFFERED):
        _hide(offer, gone=unit.state == UnitState.WITHDRAWN)
        return
    organisation = unit.owner or _territory()
    if organisation is None:
        return
    if offer is None or offer.state == OpportunityState.WITHDRAWN:
        offer = Opportunity(kind=KIND)
    offer.organisation = organisation
    _write(offer, unit)
    if unit.opportunity_id != offer.pk:
        unit.opportunity = offer
        unit.save(update_fields=["opportunity"])
    _show(offer)


def _held(unit: Unit) -> Opportunity | None:
    if unit.opportunity_id is None:
        return None
    return Opportunity.objects.select_for_update(no_key=True, of=("self",)).get(pk=unit.opportunity_id)


def _territory() -> Organisation | None:
    """Who offers what has no owner here."""
    return Organisation.objects.filter(kind=Kind.METROPOLIS).order_by("created_at", "pk").first()


def _write(offer: Opportunity, unit: Unit) -> None:
    offer.title = unit.name
    offer.description = Truncator(unit.description).chars(LONGEST_DESCRIPTION)
    offer.sector = sector_for(unit.kind, unit.uses)
    offer.address, offer.postcode, offer.city = street_of(unit.address), unit.postcode, unit.city
    offer.lon, offer.lat, offer.accessible = unit.lon, unit.lat, bool(unit.accessible)
    offer.full_clean(exclude=["organisation", "entered_for", "duplicate_of"])
    offer.searchable = f"{searchable_text(offer)} {_kind_words(unit)}"
    offer.save()
    _write_period(offer, unit)


def _kind_words(unit: Unit) -> str:
    words = []
    for language in LANGUAGES:
        with translation.override(language):
            words += [str(UnitKind(unit.kind).label), *(str(Use(use).label) for use in unit.uses)]
    return plain(" ".join(words))


def _write_period(offer: Opportunity, unit: Unit) -> None:
    """One seat, while the unit is available."""
    starts_on = unit.available_from or timezone.localdate()
    period = Period.objects.select_for_update(no_key=True).filter(opportunity=offer).first()
    if period is None:
        period = Period(opportunity=offer, seats=1, starts_on=starts_on)
    elif unit.available_from is not None:
        period.starts_on = starts_on
    period.ends_on = max(unit.available_until or add_months(period.starts_on, MONTHS_SHOWN), period.starts_on)
    period.save()


def _show(offer: Opportunity) -> None:
    if offer.state == OpportunityState.DRAFT:
        perform(offer, "submit", None)
    if offer.state == OpportunityState.SUBMITTED or (
        offer.state == OpportunityState.UNPUBLISHED and not offer.why_rejected
    ):
        perform(offer, "publish", None)
        offer.published_at = offer.published_at or timezone.now()
        offer.save(update_fields=["published_at"])


def _hide(offer: Opportunity | None, *, gone: bool) -> None:
    if offer is None:
        return
    if gone and offer.state in (OpportunityState.PUBLISHED, OpportunityState.UNPUBLISHED):
        perform(offer, "withdraw", None)
    elif offer.state == OpportunityState.PUBLISHED:
        perform(offer, "unpublish", None)
