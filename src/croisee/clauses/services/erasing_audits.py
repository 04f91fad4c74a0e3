"""Taking people out of audits of proofs: hours and states stay, words and files go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from croisee.clauses.models import AuditItem
from croisee.foundation.audit import services as audit

if TYPE_CHECKING:
    from django.db.models import QuerySet


@transaction.atomic
def blank_items(rows: QuerySet[AuditItem]) -> int:
    """Take the words of a finding, its answer and its decision away, and the file; how many items were treated.

    What was counted stays: auditors of public funds ask for it for ten years (Regulation (EU) 2021/1060, article 82).
    """
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    keys = [row.pk for row in found]
    AuditItem.objects.filter(pk__in=keys).update(
        finding="", answer="", decision="", answer_file="", updated_at=timezone.now()
    )
    for row in found:
        remove_file(row)
    audit.redact(AuditItem, keys)
    return len(found)


def remove_file(row: AuditItem) -> None:
    """Take the file of an answer from the disk once the transaction holds."""
    if row.answer_file:
        storage, name = row.answer_file.storage, str(row.answer_file.name)
        transaction.on_commit(lambda: storage.delete(name))
