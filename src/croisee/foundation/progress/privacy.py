"""Why rows of background work are kept, how long, and how they go."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from croisee.foundation.progress.models import Progress
from croisee.foundation.registry import PersonalData, Retention

KEPT = timedelta(days=90)

RULE = PersonalData(
    purpose=_("Let people follow the long tasks that they start."),
    retention=Retention(
        _("Ninety days after its end."), lambda on: Progress.objects.filter(finished_at__date__lt=on - KEPT)
    ),
    concerns=lambda account: Progress.objects.filter(account=account),
    erase=lambda rows: rows.delete()[0],
    export=lambda row: {"title": row.title, "state": row.state, "created_at": row.created_at.isoformat()},
)
