"""Criteria of the committee: added, changed, no longer used; those that marks were given by are kept as they were."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.services import Stale
from croisee.incubation.models import Criterion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from croisee.incubation.models import Incubator

FIELDS = ("label", "help", "weight", "order")
JUDGED_BY = ("label", "weight")
"""What a mark stands for: to change it makes another criterion, once marks were given."""


@transaction.atomic
def add(incubator: Incubator, values: Mapping[str, Any]) -> Criterion:
    """A new criterion. `values`: `FIELDS`. Raises ValidationError by field."""
    return _filled(Criterion(incubator=incubator), values)


def _filled(row: Criterion, values: Mapping[str, Any]) -> Criterion:
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.full_clean()
    row.save()
    return row


def _locked(criterion: Criterion) -> Criterion:
    row = Criterion.objects.select_for_update(of=("self",)).select_related("incubator").get(pk=criterion.pk)
    if row.ended_on is not None:
        raise ValidationError(_("This criterion is no longer used: add another one."), code="ended")
    return row


@transaction.atomic
def change(criterion: Criterion, values: Mapping[str, Any], *, seen: dt.datetime | None = None) -> Criterion:
    """Change a criterion. With marks, the old one is kept as it was and another takes its place.

    Raises Stale, ValidationError by field, or when it is no longer used.
    """
    row = _locked(criterion)
    if seen is not None and abs((row.updated_at - seen).total_seconds()) > 0.001:
        raise Stale
    becomes_another = any(name in values and values[name] != getattr(row, name) for name in JUDGED_BY)
    if not becomes_another or not row.scores.exists():
        return _filled(row, values)
    row.ended_on = timezone.localdate()
    row.save()
    kept = {name: getattr(row, name) for name in FIELDS}
    return _filled(Criterion(incubator=row.incubator), kept | dict(values))


@transaction.atomic
def end(criterion: Criterion) -> None:
    """Use a criterion no longer: deleted when no mark was given by it, kept otherwise."""
    row = _locked(criterion)
    if row.scores.exists():
        row.ended_on = timezone.localdate()
        row.save()
    else:
        row.delete()
