"""Why references of documents are kept, how long, and how people are taken out of them."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from croisee.foundation.documents.models import IssuedDocument
from croisee.foundation.registry import PersonalData, Retention

KEPT = timedelta(days=5 * 365)

RULE = PersonalData(
    purpose=_("Let anyone check that a document is genuine."),
    retention=Retention(
        _("Five years after its issue."),
        lambda on: IssuedDocument.objects.filter(issued_at__date__lt=on - KEPT),
    ),
    concerns=lambda account: IssuedDocument.objects.filter(account=account),
    erase=lambda rows: rows.update(account=None),
    export=lambda row: {
        "reference": row.reference,
        "kind": row.kind,
        "issued_at": row.issued_at.isoformat(),
        "shown": row.shown,
    },
)
