"""The offers that are counted among what is within reach."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from croisee.engine.transit.timetable import Floats
from croisee.opportunities.kinds import open_on
from croisee.opportunities.models import Opportunity, OpportunityState, Period
from croisee.territory.reach.things import Thing, columns_of, things


def openings(_epci: str) -> tuple[Floats, Floats]:
    """The offers that anyone may find and that have a seat free in a period to come; one counts once.

    Those of other territories count too, for whom they are within reach.
    """
    free = Period.objects.filter(
        opportunity=OuterRef("pk"), starts_on__gte=timezone.localdate(), taken__lt=F("seats")
    )
    offers = Opportunity.objects.filter(
        open_on(), Exists(free), state=OpportunityState.PUBLISHED, listed=True
    )
    return columns_of(offers, "lon", "lat")


def _counted(n: int) -> str:
    text = ngettext("%(n)s offer with a seat free", "%(n)s offers with a seat free", n)
    return text % {"n": number_format(n, force_grouping=True)}


def declare() -> None:
    """Announce them to the territory."""
    things.register(Thing("openings", _("Offers"), _counted, openings, order=10))
