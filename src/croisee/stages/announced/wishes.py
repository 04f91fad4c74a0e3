"""What wishes announce."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import home_cards
from croisee.stages.cards import wishes as cards
from croisee.stages.notices import wishes as notices  # noqa: F401  importing it registers the e-mails
from croisee.stages.services import places


def declare() -> None:
    """Announce cards, links, and what is done with personal data."""
    home_cards.register(Role.FAMILY, cards.internship)
    daily.register("places_to_confirm", _("Reminders to confirm a place"), places.remind_confirmations)
