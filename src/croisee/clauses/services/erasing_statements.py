"""Taking people out of declared hours: the hours stay, what tells who somebody is goes when nothing needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from croisee.clauses.models import LOCKED, Statement
from croisee.foundation.audit import services as audit
from croisee.foundation.dates import add_months

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

MONTHS_KEPT = 120
"""Proofs of hours that public funds paid for are shown to auditors for ten years."""


def kept_since(day: dt.date) -> dt.date:
    """The first month whose proofs are still kept on a day."""
    return add_months(day, -MONTHS_KEPT).replace(day=1)


@transaction.atomic
def blank_statements(rows: QuerySet[Statement], *, today: dt.date | None = None) -> int:
    """Take notes away, and proofs with their files; how many statements were treated. Hours and states stay.

    The proof of validated hours stays for ten years (GDPR, article 17(3)(b); Regulation (EU) 2021/1060, article 82):
    auditors ask for it. A file that another statement still needs stays for that one.
    """
    since = kept_since(today or timezone.localdate())
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    now = timezone.now()
    bare = [row for row in found if row.state not in LOCKED or row.month < since]
    old = [row.pk for row in found if row.month < since]
    keys = [row.pk for row in found]
    Statement.objects.filter(pk__in=keys).update(note="", updated_at=now)
    Statement.objects.filter(pk__in=old).update(why_rejected="", accepted_because="")
    Statement.objects.filter(pk__in=[row.pk for row in bare]).update(proof="", proof_digest="")
    for row in bare:
        remove_file(row)
    audit.redact(Statement, keys)
    return len(found)


def remove_file(row: Statement) -> None:
    """Take the file of a proof from the disk once the transaction holds, unless another statement has the same."""
    name = str(row.proof.name or "")
    if name and not Statement.objects.filter(proof=name).exclude(pk=row.pk).exists():
        storage = row.proof.storage
        transaction.on_commit(lambda: storage.delete(name))
