"""What is exchanged with La bonne alternance, and how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, F, Q, QuerySet

from croisee.apprenticeship.models import Direction, PartnerJob, PartnerRejection

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


def rejections(account: Account) -> QuerySet[PartnerRejection]:
    """What was not taken, unsettled first."""
    rows = PartnerRejection.objects.visible_to(account).select_related("opportunity")
    return rows.order_by(F("settled_at").desc(nulls_first=True), "-created_at")


def counts(account: Account) -> dict[str, int]:
    """How many offers stand there and here, how many refusals are open."""
    standing = PartnerJob.objects.visible_to(account).filter(gone_at__isnull=True)
    found = standing.aggregate(
        published=Count("pk", filter=Q(direction=Direction.OUT)),
        read=Count("pk", filter=Q(direction=Direction.IN)),
    )
    open_ones = PartnerRejection.objects.visible_to(account).filter(settled_at__isnull=True)
    return {**found, "refused": open_ones.count()}
