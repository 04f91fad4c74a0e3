"""Writing the inclusive suppliers of a table: those known by their SIRET are brought up to date, others are added."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from croisee.clauses.models import InclusiveSupplier

WRITTEN = ("name", "kind", "trades", "turnover", "address", "lon", "lat", "website", "source")
BATCH = 500


def store(suppliers: Sequence[InclusiveSupplier]) -> tuple[int, int]:
    """Add or bring up to date suppliers (not saved), by their SIRET, all or none; how many are new, how many known."""
    with transaction.atomic():
        sirets = [one.siret for one in suppliers]
        known = set(InclusiveSupplier.objects.filter(siret__in=sirets).values_list("siret", flat=True))
        now = timezone.now()
        for one in suppliers:
            one.updated_at = now
        InclusiveSupplier.objects.bulk_create(
            suppliers,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["siret"],
            update_fields=[*WRITTEN, "updated_at"],
        )
    return len(suppliers) - len(known), len(known)
