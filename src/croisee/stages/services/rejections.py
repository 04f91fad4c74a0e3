"""The trace of each offer that was not taken, by them or by us, until it is settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from croisee.stages.models import Direction, Rejection

MOST_FIELDS_KEPT = 50


def reject(direction: Direction, remote_id: str, code: str, message: str, row: Mapping[str, Any]) -> bool:
    """Trace that an offer was not taken, and why; the same open refusal is one line. True when it is new."""
    kept = dict(list(row.items())[:MOST_FIELDS_KEPT])
    _row, new = Rejection.objects.update_or_create(
        direction=direction,
        remote_id=remote_id[:100],
        code=code[:60],
        settled_at=None,
        defaults={"message": message[:2000], "payload": kept},
    )
    return new


def settle_solved(direction: Direction, remote_id: str, still: set[str]) -> None:
    """Settle the open refusals of an offer that are met no more."""
    Rejection.objects.filter(direction=direction, remote_id=remote_id, settled_at__isnull=True).exclude(
        code__in=still
    ).update(settled_at=timezone.now(), updated_at=timezone.now())


def settle(rejection: Rejection) -> bool:
    """Mark a refusal as dealt with; False when it was already. Met again, it comes back."""
    return bool(
        Rejection.objects.filter(pk=rejection.pk, settled_at__isnull=True).update(
            settled_at=timezone.now(), updated_at=timezone.now()
        )
    )
