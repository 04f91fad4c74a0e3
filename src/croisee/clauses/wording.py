"""What companies read of hours and of their statements, in the active language."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.clauses.models import Statement, StatementState
from croisee.foundation.dates import in_words

FINE_BELOW = 10
"""Days are said to the half below this many, else whole."""


def days_text(days: Decimal) -> str:
    """“2.5 days”, “119 days”."""
    half = (days * 2).quantize(Decimal(1), ROUND_HALF_UP) / 2
    shown = half if half < FINE_BELOW else days.quantize(Decimal(1), ROUND_HALF_UP)
    places = 0 if shown == shown.to_integral_value() else 1
    said = number_format(shown, places, use_l10n=True, force_grouping=True)
    return ngettext("%(days)s day", "%(days)s days", 1 if shown <= 1 else 2) % {"days": said}


def state_text(statement: Statement) -> str:
    """Where a statement stands, with dates, by whom and why: “rejected on 3 March 2026 by …: no proof”."""
    about = {
        "sent": _day(statement.sent_at),
        "decided": _day(statement.decided_at),
        "who": str(statement.decided_by) if statement.decided_by else _("the facilitateur"),
        "why": statement.why_rejected,
    }
    said = {
        StatementState.DRAFT: _("draft, not sent yet"),
        StatementState.SENT: _("sent on %(sent)s, waits for a check"),
        StatementState.CHECKED: _("checked, waits to be validated"),
        StatementState.VALIDATED: _("validated on %(decided)s by %(who)s"),
        StatementState.REJECTED: _("rejected on %(decided)s by %(who)s: %(why)s"),
        StatementState.CORRECTED: _("replaced by a correction"),
    }
    return said[StatementState(statement.state)] % about


def _day(moment: dt.datetime | None) -> str:
    return in_words(localdate(moment)) if moment else "–"


TONES = {
    StatementState.DRAFT: "warn",
    StatementState.SENT: "info",
    StatementState.CHECKED: "info",
    StatementState.VALIDATED: "ok",
    StatementState.REJECTED: "bad",
    StatementState.CORRECTED: "",
}
"""The tone of the badge of each state."""
