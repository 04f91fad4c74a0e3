"""Accounts and sign-in."""

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.foundation.registry import Card, home_cards, impersonal, personal_data

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


class AccountsConfig(AppConfig):
    """Who signs in, for which organisation, with which role."""

    name = "croisee.foundation.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Announce the personal data, and the administrator's cards."""
        from croisee.foundation.accounts import privacy
        from croisee.foundation.accounts.models import Account, Membership, Organisation
        from croisee.foundation.accounts.roles import Role
        from croisee.foundation.audit.models import Access

        personal_data.register(Account, privacy.account_rule())
        personal_data.register(Membership, privacy.membership_rule())
        personal_data.register(Access, privacy.access_rule())
        impersonal(Organisation)
        home_cards.register(Role.ADMINISTRATOR, members_card)
        home_cards.register(Role.ADMINISTRATOR, journal_card)


def members_card(account: "Account") -> Card:
    """The way to organisations and their members."""
    return Card(
        _("Organisations and members"),
        _("Who acts for whom: invite someone, end a role."),
        reverse("accounts:organisations"),
        order=80,
    )


def journal_card(account: "Account") -> Card:
    """The way to the journal."""
    return Card(
        _("Journal"),
        _("What changed, and who read whose file."),
        reverse("audit:changes"),
        order=90,
    )
