"""What premises to let show on the pages that all opportunities share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.opportunities.kinds import OpportunityKind, Step, register
from croisee.premises import wording
from croisee.premises.models import OFFERED, Unit
from croisee.premises.services.offering import KIND

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.opportunities.kinds import Detail
    from croisee.opportunities.models import Opportunity


def _unit_of(opportunity: Opportunity) -> Unit | None:
    """The unit; none for an opportunity that another one followed."""
    return Unit.objects.filter(opportunity=opportunity).first()


def details(opportunity: Opportunity, account: Account) -> Sequence[Detail]:
    """Kind, surface, what one pays, uses, dates, the building."""
    unit = _unit_of(opportunity)
    if unit is None:
        return [
            (pgettext("premises", "State"), _("taken off: these premises are offered anew, or no longer"))
        ]
    rows: list[Detail] = [
        (_("Kind"), capfirst(unit.get_kind_display())),
        (_("Surface"), wording.square_metres(unit.surface)),
        (_("What one pays"), capfirst(wording.cost(unit)) or _("to be asked")),
        (_("What one may do there"), wording.uses(unit)),
        (_("Available from"), in_words(unit.available_from) if unit.available_from else ""),
        (_("Available until"), in_words(unit.available_until) if unit.available_until else ""),
        (_("Floor"), wording.floor(unit.floor)),
        (_("Wheelchair access"), _("yes") if opportunity.accessible else _("not said")),
    ]
    return [row for row in rows if row[1]]


def next_step(opportunity: Opportunity, account: Account) -> Step | None:
    """The page of the premises, with photos and plan."""
    unit = _unit_of(opportunity)
    if unit is None or unit.state not in OFFERED:
        return None
    return Step(_("See the premises"), unit.get_absolute_url())


def offerer_url(opportunity: Opportunity) -> str:
    """The unit as its owner sees it."""
    unit = _unit_of(opportunity)
    return unit.get_absolute_url() if unit is not None else reverse("premises:units")


def open_on(day: dt.date) -> Q:
    """Those whose unit is offered and published, and not only until before that day."""
    shown = Q(unit__published=True, unit__state__in=[str(state) for state in OFFERED])
    return shown & (Q(unit__available_until__isnull=True) | Q(unit__available_until__gte=day))


PREMISES = register(
    OpportunityKind(
        KIND,
        pgettext_lazy("opportunity", "premises to let"),
        details=details,
        next_step=next_step,
        offerer_url=offerer_url,
        warnings=lambda opportunity: (
            () if opportunity.lon is not None else (gettext_lazy("These premises have no point on the map."),)
        ),
        managers=(Role.DEVELOPER,),
        searched=False,
        open_on=open_on,
    )
)
