from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.registry import Card, home_cards, personal_data

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


class NoticesConfig(AppConfig):
    """E-mail notices, preferences and their ledger."""

    name = "croisee.foundation.notices"
    label = "notices"

    def ready(self) -> None:
        """Announce what is done about personal data, and the way to the ledger."""
        from croisee.foundation.accounts.roles import Role
        from croisee.foundation.notices.models import Ledger, Preference
        from croisee.foundation.notices.privacy import LEDGER_RULE, PREFERENCE_RULE

        personal_data.register(Ledger, LEDGER_RULE)
        personal_data.register(Preference, PREFERENCE_RULE)
        home_cards.register(Role.ADMINISTRATOR, ledger_card)


def ledger_card(account: "Account") -> Card:
    """The way to the ledger of e-mails, and how many did not arrive."""
    from croisee.foundation.notices.models import Ledger, State

    lost = Ledger.objects.visible_to(account).filter(state__in=[State.FAILED, State.BOUNCED]).count()
    text = (
        ngettext("%(n)d e-mail was not delivered.", "%(n)d e-mails were not delivered.", lost) % {"n": lost}
        if lost
        else _("Every e-mail owed to someone and what became of it. Texts are not kept.")
    )
    return Card(_("Ledger of e-mails"), text, reverse("notices:ledger"), order=80)
