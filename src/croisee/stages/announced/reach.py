"""What is within reach of each place is computed again each day, since offers come and go."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation import daily
from croisee.territory.reach.services import start_due


def declare() -> None:
    """Announce the daily work."""
    daily.register("reach_started", _("Computations of what is within reach, started"), start_due)
