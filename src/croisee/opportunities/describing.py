"""Criteria and offers in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from croisee.foundation.dates import in_words
from croisee.opportunities.kinds import kind_named
from croisee.opportunities.sectors import Sector
from croisee.territory.travel.wording import travels

if TYPE_CHECKING:
    from croisee.opportunities.searching import Criteria


def in_short(criteria: Criteria) -> str:
    """What is searched, in a few words; “everything” when nothing is asked."""
    parts = [_("“%s”") % criteria.text] if criteria.text else []
    if criteria.kind:
        parts.append(str(kind_named(criteria.kind).label))
    if criteria.sector:
        parts.append(str(Sector(criteria.sector).label))
    parts += _where(criteria) if criteria.has_point else []
    if criteria.starts_on:
        parts.append(_("week of %s") % in_words(criteria.starts_on))
    if criteria.accessible:
        parts.append(_("accessible with reduced mobility"))
    if criteria.free_only:
        parts.append(_("free seats only"))
    return ", ".join(parts) or _("everything")


def _where(criteria: Criteria) -> list[str]:
    if not criteria.within_km and criteria.within_minutes is None:
        return [_("near an address")]
    parts = []
    if criteria.within_minutes is not None:
        parts.append(_("within %s") % travels(criteria.mode, criteria.within_minutes))
    if criteria.within_km:
        parts.append(_("within %d km") % criteria.within_km)
    return parts
