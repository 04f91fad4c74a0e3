"""What is announced of one journey: objectives, steps, exchanges, appointments, exit."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import home_cards
from croisee.journeys.cards import following as cards
from croisee.journeys.notices import following as notices  # noqa: F401  importing it registers the e-mails
from croisee.journeys.services.following import appointments, printing  # noqa: F401  printing registers its document


def declare() -> None:
    """Announce cards, e-mails, the document and what is done each day."""
    home_cards.register(Role.FAMILY, cards.my_journey)
    for role in cards.TEAM:
        home_cards.register(role, cards.appointments)
        home_cards.register(role, cards.corrections)
    daily.register("journeys_appointments", _("Appointments of tomorrow recalled"), appointments.remind_due)
