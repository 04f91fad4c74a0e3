"""What an incubator shows on the pages that all opportunities share: conditions, rents, where one applies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.foundation.accounts.roles import Role
from croisee.opportunities.kinds import OpportunityKind, Step, register

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.incubation.models import Incubator
    from croisee.opportunities.kinds import Detail
    from croisee.opportunities.models import Opportunity

KIND = "incubator"
STORE = "store"
"""Store rooms are the cheapest, and nobody comes for one alone: their rent is not the one that is announced."""


def _incubator(opportunity: Opportunity) -> Incubator | None:
    try:
        found: Incubator = opportunity.incubator
    except ObjectDoesNotExist:
        return None
    return found


def details(opportunity: Opportunity, account: Account) -> Sequence[Detail]:
    """For whom, how long, from which rent, with which access: nothing about who is there."""
    incubator = _incubator(opportunity)
    if incubator is None:
        return ()
    access = _("yes") if opportunity.accessible else _("not said")
    return [*conditions(incubator), (_("Wheelchair access"), access)]


def conditions(incubator: Incubator) -> list[Detail]:
    """Who may apply, how long one stays, from which rent."""
    years, months = incubator.company_years, incubator.stay_months
    rows: list[Detail] = [
        (
            _("For whom"),
            ngettext(
                "projects, and companies less than %d year old",
                "projects, and companies less than %d years old",
                years,
            )
            % years,
        ),
        (_("One stays"), ngettext("%d month at most", "%d months at most", months) % months),
    ]
    steps = [step for step in incubator.grid.all() if step.kind != STORE]
    first = min(steps, key=lambda step: step.rent, default=None)
    if first is not None:
        rent = number_format(first.rent, 2, use_l10n=True)
        rows.append(
            (
                _("Rent"),
                _("from %(rent)s € a square metre and month, before tax and charges (%(kind)s)")
                % {"rent": rent, "kind": first.get_kind_display()},
            )
        )
    if incubator.phone or incubator.email:
        rows.append((capfirst(_("contact")), " · ".join(filter(None, (incubator.phone, incubator.email)))))
    return rows


def next_step(opportunity: Opportunity, account: Account) -> Step | None:
    """Writing to the incubator."""
    incubator = _incubator(opportunity)
    if incubator is None:
        return None
    return Step(_("Present my project"), reverse("incubation:new_enquiry", args=[incubator.pk]))


def offerer_url(opportunity: Opportunity) -> str:
    """The page of the incubator."""
    incubator = _incubator(opportunity)
    if incubator is None:
        return reverse("incubation:incubators")
    return incubator.get_absolute_url()


INCUBATOR = register(
    OpportunityKind(
        KIND,
        gettext_lazy("place in an incubator"),
        details=details,
        next_step=next_step,
        offerer_url=offerer_url,
        managers=(Role.INCUBATOR_MANAGER,),
        searched=False,
    )
)
