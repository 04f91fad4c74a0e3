"""The incubator, its spaces, its rent grid: written and changed; and what the search of the portal finds of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.residence import answer_home
from croisee.directory.services.people import Stale
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import perform
from croisee.incubation.models import Booking, GridStep, Incubator, Occupancy, Space
from croisee.incubation.offer_kind import KIND
from croisee.opportunities.models import Opportunity, OpportunityState
from croisee.opportunities.sectors import Sector
from croisee.opportunities.services import write_searchable
from croisee.territory.address_search import search_addresses
from croisee.territory.answers import place_of

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

_PARTS = re.compile(r"^(?P<address>.*?),?\s*\b(?P<postcode>\d{5})\s+(?P<city>\D.*)$")
LONGEST_DESCRIPTION = 1500
"""What an opportunity holds; an incubator may say more on its own page."""
Cell = tuple[Decimal, Decimal] | None
"""Rent and market rent of a kind of space in a year, in €/m²/month; None for none."""


def _check_seen(updated_at: dt.datetime, seen: dt.datetime | None) -> None:
    if seen is not None and updated_at != seen:
        raise Stale


def put_at(incubator: Incubator, text: str) -> None:
    """Put an incubator (not saved) at an address: its parts, its point, and the neighbourhood that it stands in.

    The same rule as for homes (`directory.residence`); an address that is not found has no point and no neighbourhood.
    """
    written = " ".join(text.split())
    found = _PARTS.match(written)
    incubator.address = (found["address"].strip(" ,") if found else written)[:300]
    incubator.postcode = found["postcode"] if found else ""
    incubator.city = found["city"].strip(" ,")[:80] if found else ""
    home = answer_home(written)
    incubator.lon, incubator.lat, incubator.zone_codes = home.lon, home.lat, home.codes
    if incubator.lon is None and written:
        best = next(iter(search_addresses(written, 1)), None)
        place = place_of(best.identifier) if best is not None and best.exact else None
        if place is not None:
            incubator.lon, incubator.lat = place.longitude, place.latitude


@transaction.atomic
def save_incubator(
    incubator: Incubator, account: Account, address: str, *, seen: dt.datetime | None = None
) -> Incubator:
    """Write an incubator, new or changed, at an address, and what the search finds of it.

    Raises ValidationError by field, when somebody else changed it meanwhile, or when its organisation is not one that
    `account` manages incubators for, or has one already.
    """
    own = account.organisations(Role.INCUBATOR_MANAGER)
    if not own.filter(pk=incubator.organisation_id).exists():
        raise ValidationError(_("You manage no incubator of this organisation."))
    if incubator._state.adding:
        own.model.objects.select_for_update(of=("self",), no_key=True).get(pk=incubator.organisation_id)
        if Incubator.objects.filter(organisation=incubator.organisation_id).exists():
            raise ValidationError(_("This organisation has an incubator already: change that one."))
    else:
        row = Incubator.objects.select_for_update(of=("self",)).get(pk=incubator.pk)
        _check_seen(row.updated_at, seen)
    put_at(incubator, address)
    incubator.full_clean()
    incubator.save()
    mirror(incubator)
    return incubator


def mirror(incubator: Incubator) -> Opportunity:
    """Write the opportunity of kind "incubator" that the search finds: made and published by the software itself."""
    row = incubator.opportunity or Opportunity(
        kind=KIND, state=OpportunityState.DRAFT, sector=Sector.SERVICES
    )
    row.organisation = incubator.organisation
    row.title, row.description = incubator.name, incubator.description[:LONGEST_DESCRIPTION]
    row.address, row.postcode, row.city = incubator.address, incubator.postcode, incubator.city
    row.lon, row.lat = incubator.lon, incubator.lat
    row.accessible = incubator.spaces.filter(accessible=True, withdrawn_on__isnull=True).exists()
    row.full_clean(exclude=["organisation", "entered_for", "duplicate_of"])
    row.save()
    if incubator.opportunity_id is None:
        incubator.opportunity = row
        incubator.save(update_fields=["opportunity", "updated_at"])
    if row.state == OpportunityState.DRAFT:
        perform(row, "submit", None)
        perform(row, "publish", None)
        row.published_at = timezone.now()
        row.save()
    write_searchable(row)
    return row


@transaction.atomic
def save_space(space: Space, *, seen: dt.datetime | None = None) -> Space:
    """Write a space, new or changed. Raises ValidationError by field, or when somebody else changed it meanwhile."""
    incubator = Incubator.objects.select_for_update(of=("self",)).get(pk=space.incubator_id)
    if not space._state.adding:
        row = Space.objects.select_for_update(of=("self",)).get(pk=space.pk)
        _check_seen(row.updated_at, seen)
        if row.bookable and not space.bookable:
            _refuse_bookings(row)
        if space.bookable and not row.bookable:
            _refuse_stays(row)
    if space.bookable and space.hourly_price == 0 and space.daily_price > 0:
        raise ValidationError(
            {"hourly_price": _("Give the price of an hour: the price of a day is a ceiling.")}
        )
    space.full_clean()
    space.save()
    mirror(incubator)
    return space


@transaction.atomic
def withdraw_space(space: Space, on: dt.date | None = None) -> Space:
    """Take a space out of service from a day on (today). Raises ValidationError while somebody is in it, comes to it
    or has booked it."""
    row = Space.objects.select_for_update(of=("self",)).select_related("incubator").get(pk=space.pk)
    if row.withdrawn_on is not None:
        return row
    _refuse_stays(row)
    _refuse_bookings(row)
    row.withdrawn_on = on or timezone.localdate()
    row.full_clean()
    row.save()
    mirror(row.incubator)
    return row


@transaction.atomic
def restore_space(space: Space) -> Space:
    """Put a space back into service."""
    row = Space.objects.select_for_update(of=("self",)).select_related("incubator").get(pk=space.pk)
    row.withdrawn_on = None
    row.full_clean()
    row.save()
    mirror(row.incubator)
    return row


def _refuse_stays(space: Space) -> None:
    held = Occupancy.objects.filter(space=space, held=True).exclude(ends_on__lt=timezone.localdate())
    stay = held.select_related("agreement__tenant").first()
    if stay is not None:
        raise ValidationError(
            _("%(company)s is in %(space)s, or comes there: end that agreement first.")
            % {"company": stay.agreement.tenant, "space": space}
        )


def _refuse_bookings(space: Space) -> None:
    if Booking.objects.standing().filter(space=space, ends_at__gt=timezone.now()).exists():
        raise ValidationError(
            _("%(space)s is booked in the days to come: cancel these bookings first.") % {"space": space}
        )


@transaction.atomic
def save_grid(incubator: Incubator, cells: Mapping[tuple[str, int], Cell], *, seen: str | None = None) -> int:
    """Write the rent grid, by kind of space and year of the stay; how many steps changed.

    Agreements that are signed keep their rents. `seen` is `grid_seen` as the page showed it. Raises ValidationError
    when somebody else changed the grid meanwhile.
    """
    Incubator.objects.select_for_update(of=("self",)).get(pk=incubator.pk)
    if seen is not None and seen != grid_seen(incubator):
        raise Stale
    known = {(step.kind, step.year): step for step in GridStep.objects.filter(incubator=incubator)}
    changed = 0
    for (kind, year), cell in cells.items():
        step = known.get((kind, year))
        if cell is None:
            if step is not None:
                step.delete()
                changed += 1
            continue
        if step is not None and (step.rent, step.market) == cell:
            continue
        step = step or GridStep(incubator=incubator, kind=kind, year=year)
        step.rent, step.market = cell
        step.full_clean()
        step.save()
        changed += 1
    return changed


def grid_seen(incubator: Incubator) -> str:
    """What the grid of an incubator is now, in a word: another once somebody changes it."""
    moments = sorted(
        f"{kind}{year}:{moment.isoformat()}"
        for kind, year, moment in GridStep.objects.filter(incubator=incubator).values_list(
            "kind", "year", "updated_at"
        )
    )
    return "|".join(moments)
