"""Why imported files are kept for a few days, and how they go."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.foundation.imports.models import ImportDraft, ImportFile
from croisee.foundation.imports.services import erase_contents
from croisee.foundation.registry import PersonalData, Retention


def expired(on: date) -> QuerySet[ImportDraft]:
    """Imports whose time is over on that day."""
    return ImportDraft.objects.filter(expires_at__date__lt=on)


def erase_drafts(drafts: QuerySet[Any]) -> int:
    """Imports with their files."""
    return _erase(drafts, ImportFile.objects.filter(draft__in=drafts))


def erase_files(files: QuerySet[Any]) -> int:
    """Files of imports."""
    return _erase(files, files)


def _erase(rows: QuerySet[Any], files: QuerySet[ImportFile]) -> int:
    with transaction.atomic():
        count = rows.count()
        erase_contents(list(files), left_out=True)
        rows.delete()
    return count


DRAFT_RULE = PersonalData(
    purpose=_("Let people correct what they import before it counts."),
    retention=Retention(_("Seven days."), expired),
    concerns=lambda account: ImportDraft.objects.filter(account=account),
    erase=erase_drafts,
    export=lambda draft: {"kind": draft.kind, "created_at": draft.created_at.isoformat()},
)
FILE_RULE = PersonalData(
    purpose=_("Let people correct what they import before it counts."),
    retention=Retention(_("Seven days."), lambda on: ImportFile.objects.filter(draft__in=expired(on))),
    concerns=lambda account: ImportFile.objects.filter(draft__account=account),
    erase=erase_files,
    export=lambda file: {"name": file.name, "sha256": file.sha256},
)
