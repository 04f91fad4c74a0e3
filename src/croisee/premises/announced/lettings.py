"""What is announced of visits, options, lettings."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation import daily
from croisee.foundation.registry import impersonal
from croisee.premises.cards import lettings as cards
from croisee.premises.models import Letting, Option
from croisee.premises.notices import lettings as notices  # noqa: F401  importing it registers the e-mails
from croisee.premises.services import options


def declare() -> None:
    """Announce cards, what is done each day, and that lettings are of companies."""
    cards.declare()
    impersonal(Option, Letting)
    daily.register("premises_options", _("Options on premises that lapsed"), options.lapse)
