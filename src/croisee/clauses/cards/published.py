"""What home pages say of published contracts."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from croisee.clauses.models import PublishedContract
from croisee.clauses.models.published import READERS
from croisee.clauses.queries.published import should_carry
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_counts

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


home_counts.register(
    "clauses_published", lambda account: PublishedContract.objects.visible_to(account), *READERS
)
home_counts.register(
    "clauses_should_carry",
    lambda account: should_carry(PublishedContract.objects.visible_to(account).of_our_buyers()),
    *READERS,
)


def published(account: "Account") -> Card | None:
    """How many contracts of our buyers should carry a clause and declare none; how to load them, while none is here."""
    counts, title = home_counts.of(account), _("Published contracts")
    if not counts["clauses_published"]:
        if not account.has_role(Role.FACILITATEUR):
            return None
        text = _("Load the DECP of your buyers: which contracts should carry a clause?")
        return Card(title, text, reverse("clauses:published"), order=75)
    n = counts["clauses_should_carry"]
    if not n:
        text = _("Share of contracts with a social consideration, by buyer and year.")
        return Card(title, text, reverse("clauses:published_shares"), order=75)
    text = _(
        "published contracts of our buyers above the European threshold declare no social consideration."
    )
    figure = number_format(n, use_l10n=True, force_grouping=True)
    return Card(title, text, reverse("clauses:published_without"), figure=figure, order=75)
