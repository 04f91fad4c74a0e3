"""Programmes: created and changed by who manages them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from croisee.directory.services import Stale
from croisee.foundation.accounts.roles import Role
from croisee.journeys.models import Programme
from croisee.journeys.services.returns import default_tables

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from croisee.foundation.accounts.models import Account, Organisation


@transaction.atomic
def save_programme(
    programme: Programme,
    partners: Iterable[Organisation],
    account: Account,
    *,
    seen: dt.datetime | None = None,
) -> Programme:
    """Write a programme, new or changed, with its partners; return it. The FSE+ has its table of participants ready.

    Raises Stale when somebody changed it since `seen`, or ValidationError by field: an organisation that `account` does
    not manage programmes for, a name that is taken.
    """
    if not programme._state.adding:
        row = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
        if seen is not None and abs((row.updated_at - seen).total_seconds()) > 0.001:
            raise Stale
    managed = account.organisations(Role.PROGRAMME_MANAGER)
    if not managed.filter(pk=programme.organisation_id).exists():
        raise ValidationError(
            {"organisation": _("Choose an organisation whose programmes you manage.")}, code="not_managed"
        )
    programme.full_clean()
    programme.save()
    if programme.fse:
        default_tables(programme)
    programme.partners.set([one for one in partners if one.pk != programme.organisation_id])
    return programme
