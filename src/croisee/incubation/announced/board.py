"""What is announced of the board of mutual help."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation import daily
from croisee.incubation import privacy_of_advice
from croisee.incubation.cards import board as cards
from croisee.incubation.notices import board as notices  # noqa: F401  importing it registers the e-mails
from croisee.incubation.services import board


def declare() -> None:
    """Announce cards, what is done each day, and what is done with personal data."""
    cards.declare()
    privacy_of_advice.declare_board()
    daily.register("incubation_board", _("Notices of the board past their day"), board.expire)
    daily.register("incubation_board_digest", _("People told what is new on the board"), board.digest)
