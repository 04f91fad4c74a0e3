"""What apprenticeship tells other services of people's ways, of what is open, of contracts that end."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.apprenticeship.expiry import active
from croisee.apprenticeship.models import KIND, Candidacy
from croisee.directory.models import Purpose
from croisee.directory.visibility import NOBODY
from croisee.journeys import deadlines, openings, sources
from croisee.journeys.models import Stage, StepKind
from croisee.journeys.openings import Opening
from croisee.opportunities.models import ApplicationState, Opportunity

if TYPE_CHECKING:
    from django.db.models import Q

    from croisee.foundation.accounts.models import Account

NAME = "apprenticeship"


def declare() -> None:
    """Announce it to journeys."""
    sources.register(
        sources.WaySource(
            name="apprenticeship.contracts",
            label=gettext_lazy("apprenticeships"),
            purpose=Purpose.SHOW_APPRENTICESHIPS,
            milestones=milestones,
            entitled=_nobody,
        )
    )
    openings.register(NAME, gettext_lazy("Apprenticeships"), open_today)
    deadlines.register(NAME, Purpose.SHOW_APPRENTICESHIPS, _words, ends_of_contracts)


def _nobody(_account: Account) -> Q:
    return NOBODY


def milestones(day: dt.date) -> QuerySet[Any, dict[str, Any]]:
    """Apprenticeships that have begun by a day: confirmed, their first day past."""
    rows = Candidacy.objects.filter(
        application__state=ApplicationState.CONFIRMED,
        application__period__starts_on__lte=day,
        application__period__opportunity__kind=KIND,
    )
    return sources.outline(
        rows,
        person="application__person",
        stage=Stage.APPRENTICESHIP,
        starts_on="application__period__starts_on",
        ends_on="application__period__ends_on",
        title="application__period__opportunity__title",
        where="application__period__opportunity__organisation__name",
    )


def open_today(today: dt.date) -> list[Opening]:
    """What one can apply to, in one query."""
    return [_opening(row) for row in active(today).select_related("organisation", "apprenticeship")]


def _opening(row: Any) -> Opening:
    offer: Opportunity = row
    more = row.apprenticeship
    return Opening(
        key=f"apprenticeship:{offer.pk}",
        kind=StepKind.APPRENTICESHIP,
        title=offer.title,
        organisation=offer.organisation.name,
        jobs=tuple(more.jobs),
        level="",
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        weekly_hours=float(more.weekly_hours) if more.weekly_hours else None,
        lon=offer.lon,
        lat=offer.lat,
        url=reverse("opportunities:opportunity", args=[offer.pk]),
        seats=row.seats - row.taken,
        opportunity=offer.pk,
    )


def ends_of_contracts(people: QuerySet[Any, Any], first: dt.date, last: dt.date) -> QuerySet[Any, Any]:
    """Contracts that end, of people who consented that their référents see them."""
    found = Candidacy.objects.filter(
        application__person__in=people,
        application__state=ApplicationState.CONFIRMED,
        application__period__ends_on__range=(first, last),
    )
    return deadlines.rows(
        found,
        person="application__person_id",
        on="application__period__ends_on",
        what="application__period__opportunity__title",
    )


def _words(what: str, _where: str) -> str:
    return str(_("Apprenticeship: %(title)s") % {"title": what})
