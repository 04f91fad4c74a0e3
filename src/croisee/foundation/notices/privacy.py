"""Why the ledger of e-mails and preferences are kept, how long, and how they go."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from croisee.foundation.notices.models import Ledger, Preference
from croisee.foundation.registry import PersonalData, Retention

KEPT = timedelta(days=365)

LEDGER_RULE = PersonalData(
    purpose=_("Know which e-mails were sent to whom, and send none twice."),
    retention=Retention(_("One year."), lambda on: Ledger.objects.filter(created_at__date__lt=on - KEPT)),
    concerns=lambda account: Ledger.objects.concerning(account),
    erase=lambda rows: rows.delete()[0],
    export=lambda row: {
        "notice": row.notice,
        "state": row.state,
        "owed_at": row.created_at.isoformat(),
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
    },
)
PREFERENCE_RULE = PersonalData(
    purpose=_("Send people only the e-mails that they want."),
    retention=Retention(_("As long as the account."), lambda _on: Preference.objects.none()),
    concerns=lambda account: Preference.objects.filter(account=account),
    erase=lambda rows: rows.delete()[0],
    export=lambda row: {"notice": row.notice, "frequency": row.frequency},
)
