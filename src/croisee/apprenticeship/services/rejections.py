"""What La bonne alternance, or we, did not take: kept with its field and its reason until it is settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from croisee.apprenticeship.models import Direction, PartnerRejection

if TYPE_CHECKING:
    from croisee.apprenticeship.lba.client import FieldFault
    from croisee.opportunities.models import Opportunity


def trace(
    direction: Direction,
    remote_id: str,
    faults: Iterable[FieldFault],
    payload: Mapping[str, Any],
    offer: Opportunity | None = None,
) -> int:
    """Keep what was not taken, and why; what is met no more is settled. How many faults are new."""
    still, new = [], 0
    for fault in faults:
        row, made = PartnerRejection.objects.update_or_create(
            direction=direction,
            remote_id=remote_id[:100],
            field=fault.field,
            code=fault.code,
            settled_at=None,
            defaults={
                "message": fault.message[:2000],
                "payload": dict(payload),
                "opportunity_id": None if offer is None else offer.pk,
            },
        )
        still.append(row.pk)
        new += made
    now = timezone.now()
    PartnerRejection.objects.filter(
        direction=direction, remote_id=remote_id[:100], settled_at__isnull=True
    ).exclude(pk__in=still).update(settled_at=now, updated_at=now)
    return new


def settle(row: PartnerRejection) -> bool:
    """Mark a refusal as dealt with; False when it was already. Met again, it comes back."""
    now = timezone.now()
    open_one = PartnerRejection.objects.filter(pk=row.pk, settled_at__isnull=True)
    return bool(open_one.update(settled_at=now, updated_at=now))
