"""What social clauses tell journeys: needs that are open, and what ends for people who let it be shown."""

from django.utils.translation import gettext_lazy as _

from croisee.clauses.queries import for_journeys
from croisee.directory.models import Purpose
from croisee.journeys import deadlines, openings


def declare() -> None:
    """Announce it."""
    openings.register("clauses", _("Social clauses"), for_journeys.open_needs)
    deadlines.register(
        "clauses.eligibility",
        Purpose.SHOW_CLAUSES,
        for_journeys.eligibility_words,
        for_journeys.eligibility_ends,
    )
    deadlines.register(
        "clauses.contracts", Purpose.SHOW_CLAUSES, for_journeys.contract_words, for_journeys.contract_ends
    )
