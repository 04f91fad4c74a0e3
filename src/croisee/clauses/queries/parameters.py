"""The figures of social clauses: which there are, of what, in which unit; the one in force on a day."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from croisee.clauses.models import ContractNature, ContractType, Criterion, Figure, Parameter, Programme
from croisee.directory.rome import Trade
from croisee.foundation.figures.book import FigureBook, NoFigure, Unit

__all__ = ["BOOK", "NoFigure", "in_force", "shown_value", "value", "values"]


def short_names() -> Mapping[str, str]:
    """Figures in a few words, without their unit, which their values carry."""
    return {
        Figure.THRESHOLD: _("European threshold"),
        Figure.OBLIGATION: _("Social condition due above the threshold"),
        Figure.LABOUR_SHARE: _("Share of labour"),
        Figure.HOURLY_COST: _("Cost of an hour"),
        Figure.INSERTION_RATE: _("Rate of insertion"),
        Figure.PROOF_MONTHS: _("Age of a proof at most"),
        Figure.ELIGIBLE_MONTHS: _("Eligible from the first contract for"),
        Figure.MONTHLY_HOURS: _("Hours a month at most"),
        Figure.HOURS_A_DAY: _("Hours in a day"),
        Figure.SHARE_TARGET: _("Share of hours of a programme"),
        Figure.POTENTIAL_SUPPLIERS: _("Inclusive suppliers, more than"),
        Figure.POTENTIAL_DEPENDENCY: _("Dependency, below"),
        Figure.POTENTIAL_DISTANCE: _("Suppliers are local within"),
    }


def keys_of(figure: str) -> list[tuple[str, str]]:
    """What a figure may be the value of: (key, words), in order; one empty key for a figure that is of nothing else."""
    rates = [("low", _("from")), ("usual", _("as a rule")), ("high", _("to"))]
    advice = [("reserved", _("the whole contract")), ("lot", _("one lot")), ("execution", _("a clause"))]
    durations = [(kind.value, str(kind.label)) for kind in ContractType]
    keys: dict[str, list[tuple[str, str]]] = {
        Figure.THRESHOLD: [(one.value, str(one.label)) for one in ContractNature],
        Figure.LABOUR_SHARE: [(one.value, str(one.label)) for one in Trade],
        Figure.INSERTION_RATE: [(key, str(words)) for key, words in rates],
        Figure.PROOF_MONTHS: [(one.value, str(one.label)) for one in Criterion],
        Figure.ELIGIBLE_MONTHS: durations,
        Figure.SHARE_TARGET: [(one.value, str(one.label)) for one in Programme if one != Programme.ORDINARY],
        Figure.POTENTIAL_SUPPLIERS: [(key, str(words)) for key, words in advice],
        Figure.POTENTIAL_DEPENDENCY: [("reserved", str(_("the whole contract")))],
    }
    return keys.get(figure, [("", "")])


UNITS: Mapping[str, Unit] = {
    Figure.THRESHOLD: Unit.EUROS,
    Figure.HOURLY_COST: Unit.EUROS,
    Figure.LABOUR_SHARE: Unit.PERCENT,
    Figure.INSERTION_RATE: Unit.PERCENT,
    Figure.SHARE_TARGET: Unit.PERCENT,
    Figure.POTENTIAL_DEPENDENCY: Unit.PERCENT,
    Figure.HOURS_TOLERANCE: Unit.PERCENT,
    Figure.PROOF_MONTHS: Unit.MONTHS,
    Figure.ELIGIBLE_MONTHS: Unit.MONTHS,
    Figure.MONTHLY_HOURS: Unit.HOURS,
    Figure.HOURS_A_DAY: Unit.HOURS,
    Figure.POTENTIAL_DISTANCE: Unit.KILOMETRES,
    Figure.OBLIGATION: Unit.YES_NO,
}
BOOK = FigureBook(
    model=Parameter,
    figures=Figure,
    units=UNITS,
    keys_of=keys_of,
    names=short_names,
    optional=frozenset({Figure.PROOF_MONTHS}),
    shares=frozenset({Figure.LABOUR_SHARE, Figure.INSERTION_RATE, Figure.SHARE_TARGET}),
    positive=frozenset({Figure.HOURLY_COST, Figure.HOURS_A_DAY, Figure.MONTHLY_HOURS}),
)
in_force, value, values, shown_value = BOOK.in_force, BOOK.value, BOOK.values, BOOK.shown_value
