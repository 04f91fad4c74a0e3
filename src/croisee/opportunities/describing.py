"""Criteria and offers in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from croisee.foundation.dates import in_words
from croisee.opportunities.sectors import Sector

if TYPE_CHECKING:
    from croisee.opportunities.searching import Criteria


def far(metres: float) -> str:
    """A distance in words: “650 m”, “2.4 km”."""
    if metres < 1000:
        return _("%d m") % (50 * round(metres / 50))
    return _("%s km") % number_format(metres / 1000, decimal_pos=1)


def in_short(criteria: Criteria) -> str:
    """What is searched, in a few words; “everything” when nothing is asked."""
    parts = [_("“%s”") % criteria.text] if criteria.text else []
    if criteria.sector:
        parts.append(str(Sector(criteria.sector).label))
    if criteria.within_km and criteria.has_point:
        parts.append(_("within %d km") % criteria.within_km)
    elif criteria.has_point:
        parts.append(_("near an address"))
    if criteria.starts_on:
        parts.append(_("week of %s") % in_words(criteria.starts_on))
    if criteria.accessible:
        parts.append(_("accessible with reduced mobility"))
    if criteria.free_only:
        parts.append(_("free seats only"))
    return ", ".join(parts) or _("everything")
