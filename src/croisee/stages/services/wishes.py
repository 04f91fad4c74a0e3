"""Lists of wishes: add, remove, put in order; by the family, or by the school for a family without e-mail.

Every verb holds the person's row: two tabs, two parents or two clicks come one after the other. What cannot be done is
a ValidationError whose sentence is for the reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from croisee.directory.models import Person
from croisee.opportunities import services as seats
from croisee.opportunities.models import Application, ApplicationState, Period
from croisee.stages import next_steps
from croisee.stages.queries.wishes import Situation, fingerprint, open_periods, situation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from croisee.foundation.accounts.models import Account
    from croisee.stages.models import Campaign


def _changed() -> seats.StaleList:
    return seats.StaleList(
        _(
            "The list was changed meanwhile, in another tab or by somebody else. Nothing was done: here it is "
            "as it stands."
        )
    )


@transaction.atomic
def add(
    person: Person, campaign: Campaign, account: Account | None, period: Period, rank: int | None = None
) -> Application:
    """Add a wish at the end of the list, or at `rank` (from 1); adding what is there already changes nothing.

    Raises ValidationError: wishes are not open, the offer is not for this person, the list is full, a place is held.
    """
    where = _open(person, campaign)
    for row in where.wishes:
        if row.period_id == period.pk and row.state == ApplicationState.ASKED:
            return row
    if not open_periods(person, campaign).filter(pk=period.pk).exists():
        raise ValidationError(_("This offer is not open to this pupil."))
    application = seats.ask(person, period, campaign.pk, where.turn, account, longest=campaign.list_length)
    if rank is not None and rank <= len(where.wishes):
        ids = [row.pk for row in where.wishes]
        ids.insert(max(rank, 1) - 1, application.pk)
        seats.put_in_order(person, campaign.pk, where.turn, ids, account)
    return application


@transaction.atomic
def remove(
    person: Person, campaign: Campaign, account: Account | None, application_id: UUID
) -> tuple[Period, int] | None:
    """Take a wish away; those after it move up. Returns its period and rank, to undo; None when it was gone already.

    Raises ValidationError when wishes are not open.
    """
    where = _open(person, campaign)
    for row in where.wishes:
        if row.pk == application_id:
            found = row.period, row.rank or len(where.wishes)
            seats.take_wish_away(row, account)
            return found
    return None


@transaction.atomic
def order(
    person: Person,
    campaign: Campaign,
    account: Account | None,
    ids: Sequence[UUID],
    seen: str | None = None,
) -> None:
    """Put the list in the order of `ids`, which are those of all its wishes.

    `seen` is the `fingerprint` of the list that the reader ordered. Raises seats.StaleList when it is another one by
    now, ValidationError when wishes are not open.
    """
    where = _open(person, campaign)
    now = [row.pk for row in where.wishes]
    if sorted(ids) != sorted(now) or (seen is not None and seen != fingerprint(where.wishes)):
        raise _changed()
    if list(ids) != now:
        seats.put_in_order(person, campaign.pk, where.turn, list(ids), account)


def shift(
    person: Person,
    campaign: Campaign,
    account: Account | None,
    application_id: UUID,
    step: int,
    seen: str | None = None,
) -> None:
    """Move one wish by `step` places: -1 is one up. At an end of the list nothing moves. Raises as `order` does."""
    with transaction.atomic():
        ids = [row.pk for row in _open(person, campaign).wishes]
        if application_id not in ids:
            raise _changed()
        before = ids.index(application_id)
        ids.insert(min(max(before + step, 0), len(ids) - 1), ids.pop(before))
        order(person, campaign, account, ids, seen)


def _open(person: Person, campaign: Campaign) -> Situation:
    """Where the person stands, held and able to wish in `campaign`; else ValidationError says why not."""
    where = situation(Person.objects.select_for_update(no_key=True).get(pk=person.pk))
    if where.campaign is None or where.campaign.pk != campaign.pk:
        raise ValidationError(_("This pupil does not take part in this campaign."))
    if not where.can_wish:
        raise ValidationError(next_steps.why_no_wish(where))
    return where
