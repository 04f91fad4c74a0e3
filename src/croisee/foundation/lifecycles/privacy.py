"""Why the log of changes of state is kept, and how people are taken out of it."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation.lifecycles.models import StateChange
from croisee.foundation.registry import PersonalData, Retention

RULE = PersonalData(
    purpose=_("Prove who decided what, and when."),
    retention=Retention(
        _("As long as what it is about; without a name once the account is erased."),
        lambda _on: StateChange.objects.none(),
    ),
    concerns=lambda account: StateChange.objects.filter(account=account),
    erase=lambda rows: rows.update(account=None),
    export=lambda row: {
        "at": row.at.isoformat(),
        "about": f"{row.lifecycle} {row.object_id}",
        "change": f"{row.origin} → {row.target}",
    },
)
