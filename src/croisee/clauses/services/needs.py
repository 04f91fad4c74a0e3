"""Needs of companies: written, changed, filled, closed, opened again."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.clauses.models import HIRED, Commitment, Need, NeedState
from croisee.clauses.notices import people as notices
from croisee.clauses.queries.recipients import facilitateurs
from croisee.clauses.siting import locate
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import perform
from croisee.foundation.notices.services import send

GIVEN = ("title", "job", "description", "people", "starts_on", "months", "weekly_hours", "beginners")


@transaction.atomic
def write_need(
    commitment: Commitment, values: Mapping[str, Any], account: Account, need: Need | None = None
) -> Need:
    """Write a need of a commitment, or change one. `values`: those of `GIVEN`, and `address`.

    A company's new need is told to the facilitateur who follows the operation. Raises ValidationError by field; when
    the need is filled or closed; for a new need that begins in the past.
    """
    is_new = need is None
    row = (
        Need(commitment=commitment)
        if need is None
        else Need.objects.select_for_update(of=("self",)).get(pk=need.pk)
    )
    if not is_new and row.state != NeedState.OPEN:
        raise ValidationError(_("This need is no longer open: open it again to change it."))
    if is_new and values["starts_on"] < timezone.localdate():
        raise ValidationError({"starts_on": _("Write a day from today on.")})
    for name in GIVEN:
        if name in values:
            setattr(row, name, values[name])
    if "address" in values:
        locate(row, values["address"])
    row.full_clean()
    row.save()
    if is_new and not account.has_role(Role.FACILITATEUR):
        _tell(row)
    return row


def _tell(need: Need) -> None:
    follower = need.commitment.clause.lot.contract.operation.facilitateur
    send(
        notices.NEED,
        [follower] if follower is not None else facilitateurs(),
        key=f"need:{need.pk}",
        context={
            "title": need.title,
            "people": need.people,
            "company": need.commitment.organisation.name,
            "path": need.get_absolute_url(),
        },
    )


def move_need(need: Need, transition: str, account: Account) -> None:
    """Fill, close or open again a need. Raises TransitionRefused, KeyError for another transition."""
    perform(need, transition, account)


def fill_when_met(need: Need, account: Account | None) -> bool:
    """Note a need as filled once as many people were hired as it asks for; whether it was."""
    row = Need.objects.select_for_update(of=("self",)).get(pk=need.pk)
    if row.state != NeedState.OPEN or row.assignments.filter(state__in=HIRED).count() < row.people:
        return False
    perform(row, "fill", None)
    return True
