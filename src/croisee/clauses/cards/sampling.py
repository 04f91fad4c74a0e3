"""What the home pages say of audits of proofs."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.clauses.queries import sampling as queries
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_counts

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


home_counts.register(
    "clauses_findings", lambda account: queries.to_decide(account, timezone.localdate()), Role.FACILITATEUR
)
home_counts.register("clauses_proofs", queries.to_read, Role.FACILITATEUR)
home_counts.register("clauses_to_answer", queries.to_answer, Role.EMPLOYER)


def to_do(account: "Account") -> Card | None:
    """Findings to decide, else proofs to read."""
    counts = home_counts.of(account)
    if count := counts["clauses_findings"]:
        text = ngettext(
            "%(n)d finding of a colleague waits for your decision.",
            "%(n)d findings of colleagues wait for your decision.",
            count,
        ) % {"n": count}
        return Card(_("Audit: to decide"), text, reverse("clauses:audits"), figure=str(count), order=12)
    unread = counts["clauses_proofs"]
    if not unread:
        return Card(
            _("Audit of proofs"),
            _("Draw a sample of statements to read."),
            reverse("clauses:audits"),
            order=76,
        )
    text = ngettext("%(n)d proof drawn is to be read.", "%(n)d proofs drawn are to be read.", unread) % {
        "n": unread
    }
    return Card(_("Audit of proofs"), text, reverse("clauses:audits"), figure=str(unread), order=40)


def to_answer(account: "Account") -> Card | None:
    """Findings that a company has to answer: its page lists them with their dates."""
    count = home_counts.of(account)["clauses_to_answer"]
    if not count:
        return None
    text = ngettext(
        "An audit asks about a month that you declared.",
        "An audit asks about months that you declared.",
        count,
    )
    return Card(_("Answer an audit"), text, reverse("clauses:company"), figure=str(count), order=4)
