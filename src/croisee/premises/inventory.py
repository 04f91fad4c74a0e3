"""What the law asks of the inventory of a zone d'activité économique. Pure.

Code de l'urbanisme, L318-8-2: the inventory is made after the owners and occupants were consulted for thirty days, and
is brought up to date at least every six years.
"""

import datetime as dt

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from croisee.foundation.dates import add_months

MONTHS_BETWEEN = 72
CONSULTATION_DAYS = 30
WARNED_MONTHS = 12
"""How long before its term an inventory is said to be due: what it takes to make one."""


class Standing(TextChoices):
    """Where the inventory of a site stands."""

    NOT_ASKED = "not_asked", _("not asked of this site")
    UP_TO_DATE = "up_to_date", _("up to date")
    CONSULTING = "consulting", _("consultation under way")
    DUE = "due", _("to be brought up to date within the year")
    LATE = "late", _("more than six years old")


def due_on(updated_on: dt.date) -> dt.date:
    """The last day on which an inventory may be brought up to date."""
    return add_months(updated_on, MONTHS_BETWEEN)


def consultation_ends(consulted_on: dt.date) -> dt.date:
    """The last of the thirty days of a consultation, its first day counted."""
    return consulted_on + dt.timedelta(days=CONSULTATION_DAYS - 1)


def standing(*, zone: bool, updated_on: dt.date, consulted_on: dt.date | None, today: dt.date) -> Standing:
    """Where the inventory of a site stands on a day; only of a zone d'activité économique is one asked."""
    if not zone:
        return Standing.NOT_ASKED
    if consulted_on is not None and consulted_on <= today <= consultation_ends(consulted_on):
        return Standing.CONSULTING
    if today > due_on(updated_on):
        return Standing.LATE
    return Standing.DUE if today > add_months(due_on(updated_on), -WARNED_MONTHS) else Standing.UP_TO_DATE


def too_early(updated_on: dt.date, consulted_on: dt.date | None) -> bool:
    """Whether an inventory would be dated inside its own consultation."""
    return consulted_on is not None and consulted_on <= updated_on <= consultation_ends(consulted_on)
