"""Units in words: what one pays, how large, since when."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from croisee.premises.kinds import NOT_CLASSIC, Use

if TYPE_CHECKING:
    from croisee.premises.models import Unit

DAYS_A_MONTH = Decimal("30.44")
"""365.25 / 12, for lengths in words."""


def number(value: Decimal | int, decimals: int | None = None) -> str:
    """A number as people write it, without decimals where it has none."""
    whole = value == int(value)
    places = decimals if decimals is not None and not whole else (0 if whole else 1)
    return str(number_format(value, places, use_l10n=True, force_grouping=True))


def euros(value: Decimal) -> str:
    """An amount, with cents only where there are some."""
    return _("%(amount)s €") % {"amount": number(value, 2)}


def square_metres(value: Decimal) -> str:
    """A surface."""
    return _("%(surface)s m²") % {"surface": number(value)}


def monthly(unit: Unit) -> Decimal | None:
    """What one pays a month, charges in it, before tax; None where nobody says the rent."""
    return None if unit.rent is None else unit.rent + (unit.charges or Decimal(0))


def cost(unit: Unit) -> str:
    """What one pays, in a few words; "" where nobody says it."""
    parts = []
    month = monthly(unit)
    if month is not None and unit.charges is None:
        parts.append(_("%(amount)s a month before tax, without charges") % {"amount": euros(month)})
    elif month is not None:
        parts.append(_("%(amount)s a month before tax, with charges") % {"amount": euros(month)})
    if unit.price is not None:
        parts.append(_("for sale at %(amount)s before tax") % {"amount": euros(unit.price)})
    return "; ".join(parts)


def uses(unit: Unit) -> str:
    """What one may do there."""
    return ", ".join(str(Use(use).label) for use in unit.uses)


def floor(level: int | None) -> str:
    """A floor in words; "" where it is not known."""
    if level is None:
        return ""
    if level == 0:
        return _("street level")
    if level < 0:
        return ngettext("basement", "%(n)d levels below the street", -level) % {"n": -level}
    return ngettext("first floor", "floor %(n)d", level) % {"n": level}


def length(days: int) -> str:
    """A length of time as people say it: days up to two months, then months, then years and months."""
    if days < 61:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    months = round(days / DAYS_A_MONTH)
    if months < 24:
        return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}
    years, rest = divmod(months, 12)
    text = ngettext("%(n)d year", "%(n)d years", years) % {"n": years}
    if not rest:
        return text
    more = ngettext("%(n)d month", "%(n)d months", rest) % {"n": rest}
    return pgettext("length", "%(years)s and %(months)s") % {"years": text, "months": more}


def empty_for(unit: Unit, today: dt.date) -> str:
    """How long nobody has occupied a unit; "" while somebody does."""
    return "" if unit.vacant_since is None else length((today - unit.vacant_since).days)


def is_classic(unit: Unit) -> bool:
    """Whether a unit is of the supply that economic development is used to."""
    return unit.kind not in NOT_CLASSIC
