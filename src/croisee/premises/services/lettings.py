"""Lettings: from an option or directly; notice given, withdrawn, the occupant gone. The unit's state follows each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.services.people import Stale
from croisee.foundation.dates import in_words
from croisee.foundation.lifecycles.services import perform
from croisee.opportunities.tenure import DEROGATORY_MONTHS, Span, Tenure, last_day_allowed
from croisee.premises.models import (
    Demand,
    DemandState,
    Letting,
    Option,
    OptionState,
    Unit,
    UnitState,
    Visit,
    VisitState,
)
from croisee.premises.notices import lettings as notices
from croisee.premises.services import options, units

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

ONE_DAY = dt.timedelta(days=1)
WRITABLE = frozenset({"tenant", "tenant_name", "kind", "starts_on", "ends_on", "rent", "jobs"})
"""What `let` and `change` take."""


@transaction.atomic
def let(unit: Unit, values: Mapping[str, Any], account: Account, demand: Demand | None = None) -> Letting:
    """Let a unit: to a company known here or by its name, to who asked (whose demand is then satisfied), or to others.

    The unit is let from the first day, from today where that is to come: nobody is offered it any more. An option of
    the same demand is taken up. Raises ValidationError by field, for a unit that is occupied or held for somebody else,
    for a short lease past three years.
    """
    asked = None
    if demand is not None:
        asked = Demand.objects.select_for_update(of=("self",)).get(pk=demand.pk)
        if asked.state != DemandState.OPEN:
            raise ValidationError(_("This demand is closed: open it again first."))
    row = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    _take_option(row, asked, account)
    letting = Letting(unit=row, demand=asked)
    _fill(letting, values)
    units.move(row, "let", account, _day_of_state(row, letting.starts_on))
    letting.save()
    _forget_availability(row)
    if asked is not None:
        _satisfy(asked)
    return letting


def _day_of_state(unit: Unit, starts_on: dt.date) -> dt.date:
    """The day from which the unit's story says that it is let: the first one, unless the story forbids it."""
    today = timezone.localdate()
    running = unit.spells.filter(ends_on__isnull=True).first()
    earliest = running.starts_on if running is not None else today
    return max(min(starts_on, today), earliest)


def _take_option(unit: Unit, demand: Demand | None, account: Account) -> None:
    """Take up the option that the demand has; a ValidationError when it is another's."""
    held = Option.objects.select_for_update(of=("self",)).filter(unit=unit, state=OptionState.HELD).first()
    if held is None:
        return
    if demand is None or held.demand_id != demand.pk:
        raise ValidationError(_("This unit is under option for somebody else: lift that option first."))
    perform(held, "take", account)


def _forget_availability(unit: Unit) -> None:
    """The days on which it was to be had are no longer true."""
    unit.refresh_from_db()
    unit.available_from = unit.available_until = None
    unit.save(update_fields=["available_from", "available_until", "updated_at"])


def _satisfy(demand: Demand) -> None:
    """The demand is satisfied: visits elsewhere are cancelled, options elsewhere lifted."""
    for visit in Visit.objects.filter(demand=demand, state=VisitState.PLANNED).order_by("pk"):
        perform(visit, "cancel", None)
        notices.tell_visit_cancelled(visit)
    for option in Option.objects.filter(demand=demand, state=OptionState.HELD).order_by("pk"):
        options.lift(option, None)
    perform(demand, "satisfy", None)
    demand.closed_on = timezone.localdate()
    demand.save()


@transaction.atomic
def change(letting: Letting, values: Mapping[str, Any], seen: dt.datetime | None = None) -> Letting:
    """Correct a letting. `seen`: `updated_at` as the form showed it.

    Raises ValidationError by field, when somebody changed it meanwhile, for a short lease past three years.
    """
    _unit, row = _locked(letting)
    if seen is not None and row.updated_at != seen:
        raise Stale
    _fill(row, values)
    row.save()
    return row


def _fill(letting: Letting, values: Mapping[str, Any]) -> None:
    if unknown := set(values) - WRITABLE:
        raise KeyError(", ".join(sorted(unknown)))
    for name, value in values.items():
        setattr(letting, name, value)
    if letting.tenant is not None:
        letting.tenant_name = ""
    letting.full_clean()
    _check_term(letting)


def _check_term(letting: Letting) -> None:
    """C. com. L145-5: short leases of one tenant in the same premises last three years at most, altogether."""
    if letting.kind != Tenure.DEROGATORY:
        return
    if letting.ends_on is None:
        raise ValidationError({"ends_on": _("A short lease has a term: give its last day.")})
    before = [
        Span(one.starts_on, one.left_on or one.ends_on or one.starts_on) for one in _other_leases(letting)
    ]
    last = last_day_allowed(before, letting.starts_on)
    if last is None or letting.ends_on > last:
        allowed = _("none is left") if last is None else _("until %(day)s") % {"day": in_words(last)}
        raise ValidationError(
            {
                "ends_on": _(
                    "Short leases of one company in the same premises last %(months)d months at most altogether "
                    "(C. com. L145-5): %(allowed)s. Past that, choose a commercial lease."
                )
                % {"months": DEROGATORY_MONTHS, "allowed": allowed}
            }
        )


def _other_leases(letting: Letting) -> list[Letting]:
    """The other short leases of the same tenant in the same unit."""
    rows = Letting.objects.filter(unit=letting.unit, kind=Tenure.DEROGATORY).exclude(pk=letting.pk)
    if letting.tenant is not None:
        return list(rows.filter(tenant=letting.tenant))
    return list(rows.filter(tenant__isnull=True, tenant_name__iexact=letting.tenant_name))


def _locked(letting: Letting) -> tuple[Unit, Letting]:
    """A letting and its unit under their locks, the unit first, as everybody does."""
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=letting.unit_id)
    row = Letting.objects.select_for_update(of=("self",)).get(pk=letting.pk)
    row.unit = unit
    return unit, row


@transaction.atomic
def give_notice(letting: Letting, notice_on: dt.date, leaves_on: dt.date, account: Account) -> Letting:
    """The occupant leaves on a day (the last there): the unit is under notice, offered from the day after.

    Raises ValidationError by field, or by states.
    """
    unit, row = _locked(letting)
    _check_there(row)
    if not row.starts_on <= notice_on <= timezone.localdate():
        raise ValidationError({"notice_on": _("Choose a day from the first of the letting to today.")})
    if leaves_on < notice_on:
        raise ValidationError({"leaves_on": _("One leaves on the day of the notice at the earliest.")})
    row.notice_on, row.leaves_on = notice_on, leaves_on
    row.full_clean()
    row.save()
    if unit.state == UnitState.LET:
        units.move(unit, "give_notice", account, _day_of_state(unit, notice_on))
    unit.refresh_from_db()
    unit.available_from, unit.available_until = leaves_on + ONE_DAY, None
    unit.save(update_fields=["available_from", "available_until", "updated_at"])
    return row


def _check_there(letting: Letting) -> None:
    if letting.left_on is not None:
        raise ValidationError(_("The occupant has left already."))


@transaction.atomic
def withdraw_notice(letting: Letting, account: Account) -> Letting:
    """The occupant stays after all. Raises ValidationError without a notice, or while the unit is held for another."""
    unit, row = _locked(letting)
    _check_there(row)
    if row.notice_on is None:
        raise ValidationError(_("No notice was given."))
    if unit.state != UnitState.NOTICE:
        raise ValidationError(_("These premises are promised to somebody else: lift the option first."))
    row.notice_on = row.leaves_on = None
    row.save()
    units.move(unit, "stay", account)
    _forget_availability(unit)
    return row


@transaction.atomic
def leave(letting: Letting, left_on: dt.date, account: Account) -> Letting:
    """The occupant left, on that last day: the unit is vacant from the day after.

    Raises ValidationError by field, for a day to come or before the first, or once gone.
    """
    unit, row = _locked(letting)
    _check_there(row)
    if not row.starts_on <= left_on <= timezone.localdate():
        raise ValidationError({"left_on": _("Choose a day from the first of the letting to today.")})
    row.left_on = left_on
    row.full_clean()
    row.save()
    units.vacate(unit, account, _day_of_state(unit, left_on + ONE_DAY))
    if unit.vacant_since is None:
        # Who leaves today is still there today: it is empty as soon as that is noted.
        unit.vacant_since = timezone.localdate()
        unit.save(update_fields=["vacant_since", "updated_at"])
    return row
