"""What an offer of apprenticeship shows on the pages that all opportunities share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.apprenticeship.expiry import Standing, open_on, stands_now
from croisee.apprenticeship.lba.outgoing import warnings
from croisee.apprenticeship.models import KIND, Contract
from croisee.directory.rome import label_of
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.opportunities.kinds import OpportunityKind, Step, register
from croisee.opportunities.models import Source

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.opportunities.kinds import Detail
    from croisee.opportunities.models import Opportunity

APPLY = (Role.FAMILY, Role.REFERENT)


def details(opportunity: Opportunity, account: Account) -> Sequence[Detail]:
    """Contract, dates, places, diploma, jobs, training centre: all that one needs to apply."""
    offer = opportunity.apprenticeship
    rows: list[Detail] = [
        (_("Contract"), ", ".join(str(Contract(one).label) for one in offer.contracts)),
    ]
    for period in opportunity.periods.all():
        rows.append((_("First day"), in_words(period.starts_on)))
        rows.append((_("Places"), str(period.seats)))
    if offer.months:
        rows.append((_("Length"), ngettext("%d month", "%d months", offer.months) % offer.months))
    optional: list[Detail] = [
        (_("Diploma aimed at"), capfirst(offer.get_diploma_display()) if offer.diploma else ""),
        (_("Jobs"), ", ".join(label_of(code) for code in offer.jobs)),
        (_("Hours a week"), f"{offer.weekly_hours:g} h" if offer.weekly_hours else ""),
        (_("Where the work is done"), capfirst(offer.get_remote_display()) if offer.remote else ""),
        (_("Training centre"), offer.centre_words),
        (_("Qualities wished for"), offer.desired_skills),
        (_("What one learns"), offer.acquired_skills),
        (_("Conditions"), offer.access_conditions),
    ]
    rows += [row for row in optional if row[1]]
    if offer.without_cv:
        rows.append((_("CV"), _("none needed: a few sentences are enough")))
    rows.append((_("Wheelchair access"), _("yes") if opportunity.accessible else _("not said")))
    stood = stands_now(opportunity)
    if stood.standing == Standing.ACTIVE:
        rows.append((_("Shown until"), in_words(stood.until)))
    else:
        rows.append((_("Applications"), _("closed. %(why)s") % {"why": stood.why.label}))
    return rows


def next_step(opportunity: Opportunity, account: Account) -> Step | None:
    """Applying, for who may."""
    if opportunity.source != Source.OWN or not account.has_role(*APPLY):
        return None
    if stands_now(opportunity).standing != Standing.ACTIVE:
        return None
    return Step(_("Apply"), reverse("apprenticeship:apply", args=[opportunity.pk]))


def offerer_url(opportunity: Opportunity) -> str:
    """The offer as its company sees it."""
    return reverse("apprenticeship:offer", args=[opportunity.pk])


APPRENTICESHIP = register(
    OpportunityKind(
        KIND,
        gettext_lazy("offer of apprenticeship"),
        details=details,
        next_step=next_step,
        warnings=warnings,
        offerer_url=offerer_url,
        managers=(Role.PROGRAMME_MANAGER,),
        searched=False,
        open_on=open_on,
        partner=gettext_lazy("La bonne alternance"),
    )
)
