"""Numbers as the reader's language writes them."""

import math

from django.utils.formats import number_format
from django.utils.translation import gettext as _


def count(number: int) -> str:
    """A whole number, its thousands grouped."""
    return str(number_format(number, use_l10n=True, force_grouping=True))


def decimal(number: float, places: int = 1) -> str:
    """A number with decimals; a dash when there is none."""
    return "–" if math.isnan(number) else str(number_format(number, decimal_pos=places, force_grouping=True))


def share(part: int, whole: int) -> str:
    """A percentage with one decimal; a dash when the whole is empty. Never 100 % while one is missing."""
    if not whole:
        return "–"
    percent = round(100 * part / whole, 1)
    if part < whole:
        percent = min(percent, 99.9)
    if part:
        percent = max(percent, 0.1)
    places = 0 if percent in (0, 100) else 1
    return _("%(number)s%%") % {"number": number_format(percent, decimal_pos=places)}
