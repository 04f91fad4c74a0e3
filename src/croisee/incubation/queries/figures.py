"""The figures of the incubator: which there are, of what, in which unit; the one in force on a day."""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.figures.book import FigureBook, NoFigure, Unit
from croisee.incubation.models import Figure, Parameter
from croisee.incubation.survival import YEARS, Cohort

__all__ = ["BOOK", "NoFigure", "in_force", "shown_value", "value", "values"]

FIRST_COHORT, EVERY = 2002, 4
"""Insee follows the companies founded in 2002, 2006, 2010… (enquête Sine)."""


def short_names() -> Mapping[str, str]:
    """Figures in a few words, without their unit, which their values carry."""
    return {
        Figure.DE_MINIMIS: _("De minimis aid at most"),
        Figure.DE_MINIMIS_YEARS: _("De minimis aid is summed over"),
        Figure.DEROGATORY_MONTHS: _("Short leases at most, all together"),
        Figure.STAY_MONTHS: _("Usual stay at most"),
        Figure.SURVIVAL: _("Still active, micro-entrepreneurs left out"),
        Figure.SURVIVAL_MICRO: _("Micro-entrepreneurs still active"),
    }


def keys_of(figure: str) -> list[tuple[str, str]]:
    """What a figure may be the value of: (key, words); for survival each cohort of Insee that has come so far."""
    if figure not in (Figure.SURVIVAL, Figure.SURVIVAL_MICRO):
        return [("", "")]
    this_year = timezone.localdate().year
    return [
        (
            Cohort(founded, years).key,
            _("founded in %(year)d, %(n)d years after") % {"year": founded, "n": years},
        )
        for founded in range(FIRST_COHORT, this_year, EVERY)
        for years in YEARS
        if founded + years <= this_year
    ]


UNITS: Mapping[str, Unit] = {
    Figure.DE_MINIMIS: Unit.EUROS,
    Figure.DE_MINIMIS_YEARS: Unit.YEARS,
    Figure.DEROGATORY_MONTHS: Unit.MONTHS,
    Figure.STAY_MONTHS: Unit.MONTHS,
    Figure.SURVIVAL: Unit.PERCENT,
    Figure.SURVIVAL_MICRO: Unit.PERCENT,
}
BOOK = FigureBook(
    model=Parameter,
    figures=Figure,
    units=UNITS,
    keys_of=keys_of,
    names=short_names,
    optional=frozenset({Figure.SURVIVAL, Figure.SURVIVAL_MICRO}),
    shares=frozenset({Figure.SURVIVAL, Figure.SURVIVAL_MICRO}),
    positive=frozenset({Figure.DE_MINIMIS_YEARS, Figure.DEROGATORY_MONTHS, Figure.STAY_MONTHS}),
)
in_force, value, values, shown_value = BOOK.in_force, BOOK.value, BOOK.values, BOOK.shown_value
