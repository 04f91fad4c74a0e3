"""What happens to an agreement under way: another space, the way out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.lifecycles.services import perform
from croisee.incubation import rents
from croisee.incubation.de_minimis import Grant
from croisee.incubation.models import (
    Agreement,
    AgreementState,
    Exit,
    Occupancy,
    Project,
    ProjectState,
    Rent,
    Space,
)
from croisee.incubation.queries.aids import grants_of, limits_on
from croisee.incubation.queries.figures import NoFigure
from croisee.incubation.queries.hosting import steps_of
from croisee.incubation.queries.hosting_rules import Wanted, aid_too_much
from croisee.incubation.services import hosting_reviews as reviews
from croisee.incubation.services.hosting import (
    ONE_DAY,
    figure_is_missing,
    grant,
    locked,
    looked,
    one_tenant_a_space,
    release,
)
from croisee.opportunities.tenure import Tenure

WAY_OUT = ("reason", "destination", "address", "jobs", "note")


@dataclass(frozen=True)
class Move:
    """From one space to another, from a day on, with the rent of the whole agreement from that day."""

    occupancy: Occupancy
    space: Space
    on: dt.date
    monthly: Decimal
    market: Decimal


def _signed(agreement: Agreement) -> Agreement:
    row = locked(agreement)
    if row.state != AgreementState.SIGNED:
        raise ValidationError(_("This agreement is not signed, or is over."))
    return row


@transaction.atomic
def change_space(agreement: Agreement, move: Move, account: Account) -> Agreement:
    """Give another space from a day on, at another rent; what the rent lowers is aid granted that day.

    Raises ValidationError for a day outside the agreement, a space that somebody has, a short lease that would last too
    long there, aid past the ceiling.
    """
    row = _signed(agreement)
    old = row.occupancies.select_for_update(of=("self",)).filter(pk=move.occupancy.pk, held=True).first()
    if old is None or old.ends_on is not None:
        raise ValidationError({"occupancy": _("This space is not the company’s any more.")})
    if not old.starts_on < move.on <= row.ends_on:
        raise ValidationError({"on": _("Choose a day after the space was taken, and not after the term.")})
    if move.space.incubator_id != row.incubator_id or move.space.bookable or move.space.pk == old.space_id:
        raise ValidationError({"space": _("Choose another space of this incubator, let to one company.")})
    _check_stay(row, move)
    before = rents.aid(steps_of(row), row.starts_on, row.ends_on)
    _write_rent(row, move)
    more = rents.aid(steps_of(row), row.starts_on, row.ends_on) - before
    granted_on = timezone.localdate()
    if more > 0 and (refusal := _too_much(row, Grant(granted_on, more))):
        raise ValidationError(refusal)
    old.ends_on = move.on - ONE_DAY
    old.save()
    with one_tenant_a_space():
        made = Occupancy(agreement=row, space=move.space, starts_on=move.on, held=True)
        made.full_clean(exclude=["held"], validate_constraints=False)
        made.save()
    grant(row, more, granted_on)
    row.save()
    return row


def _check_stay(row: Agreement, move: Move) -> None:
    if row.kind != Tenure.DEROGATORY:
        return
    found = looked(
        Wanted(row.project, row.tenant, row.kind, [move.space], move.on, row.ends_on, previous=row)
    )
    if found.refusals:
        raise ValidationError({"space": found.refusals})


def _too_much(row: Agreement, added: Grant) -> str:
    try:
        return aid_too_much(row.tenant, added, limits_on(added.on), grants_of(row.tenant))
    except NoFigure as missing:
        raise figure_is_missing() from missing


def _write_rent(row: Agreement, move: Move) -> None:
    """From the day of the move the new rent holds, and none of the steps that were written for the old space."""
    row.rents.filter(starts_on__gte=move.on).delete()
    made = Rent(agreement=row, starts_on=move.on, monthly=move.monthly, market=move.market)
    made.full_clean()
    made.save()


@transaction.atomic
def end(agreement: Agreement, left_on: dt.date, values: Mapping[str, Any], account: Account) -> Agreement:
    """End an agreement on the last day of the company there, which may be announced; why, and where it goes.

    Spaces are free from the next day. The project leaves with its last agreement, on that day. Raises ValidationError
    by field.
    """
    row = _signed(agreement)
    if left_on < row.starts_on:
        raise ValidationError({"left_on": _("A company cannot leave before it comes.")})
    row.left_on = left_on
    row.full_clean()
    row.save()
    perform(row, "end", account)
    release(row, left_on)
    if not _stays(row.project, left_on):
        _note_exit(row.project, left_on, values)
        reviews.drop_after(row.project, left_on)
        if left_on <= timezone.localdate():
            _leave(row.project, account)
    return row


def _stays(project: Project, day: dt.date) -> bool:
    """Whether another agreement keeps the company there after a day."""
    return any(
        one.left_on is None or one.left_on > day
        for one in Agreement.objects.filter(
            project=project, state__in=[AgreementState.SIGNED, AgreementState.ENDED]
        )
    )


def _note_exit(project: Project, left_on: dt.date, values: Mapping[str, Any]) -> None:
    made = Exit(project=project, on=left_on, **{name: values[name] for name in WAY_OUT if name in values})
    try:
        made.full_clean()
    except ValidationError as refusal:
        known = refusal.message_dict
        if "on" in known:
            known["left_on"] = known.pop("on")
        raise ValidationError(known) from refusal
    made.save()


def _leave(project: Project, account: Account | None) -> bool:
    row = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if row.state != ProjectState.HOSTED:
        return False
    perform(row, "leave", account)
    return True


@transaction.atomic
def leave_today(now: dt.datetime) -> int:
    """Note that projects left whose last day, announced before, is past. How many."""
    today = timezone.localdate(now)
    staying = Agreement.objects.filter(
        Q(state=AgreementState.SIGNED) | Q(state=AgreementState.ENDED, left_on__gte=today)
    )
    gone = Project.objects.filter(state=ProjectState.HOSTED, exits__on__lt=today).exclude(
        pk__in=staying.order_by().values("project")
    )
    return sum(_leave(project, None) for project in gone.distinct())
