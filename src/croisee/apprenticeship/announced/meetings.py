"""What is announced of forums and job datings."""

from django.utils.translation import gettext_lazy as _

from croisee.apprenticeship import privacy_of_meetings
from croisee.apprenticeship.cards import meetings as cards
from croisee.apprenticeship.notices import meetings as notices  # noqa: F401  importing it registers the e-mails
from croisee.apprenticeship.services import bookings
from croisee.foundation import daily


def declare() -> None:
    """Announce cards, what is done each day, and what is done with personal data."""
    cards.declare()
    privacy_of_meetings.declare()
    daily.register("apprenticeship_slots", _("People reminded of an interview"), bookings.remind)
