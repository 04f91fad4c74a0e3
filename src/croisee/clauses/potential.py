"""What local inclusive suppliers could take of a purchase: reserve it, reserve a lot, a clause, or a criterion.

The rule is that of « Le marché de l’inclusion »: how many suppliers there are, and how much they would depend on the
contract (its amount ÷ their mean turnover). Its figures are parameters. Pure.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from django.utils.translation import gettext as _


class Advice(StrEnum):
    """What is advised."""

    RESERVE = "reserve"
    RESERVE_LOT = "reserve_lot"
    CLAUSE = "clause"
    CRITERION = "criterion"


@dataclass(frozen=True)
class Limits:
    """More suppliers than these, and a dependency (in per cent) below that one."""

    reserve: Decimal
    reserve_lot: Decimal
    clause: Decimal
    dependency: Decimal


@dataclass(frozen=True)
class Potential:
    """How many suppliers, how dependent on the contract they would be, and the advice.

    `dependency` is in per cent; None when no turnover, or no budget, is known.
    """

    suppliers: int
    dependency: Decimal | None
    advice: Advice

    @property
    def words(self) -> str:
        """The advice, as it is said to a buyer."""
        return {
            Advice.RESERVE: _(
                "Enough suppliers, who would not depend on this contract: the whole of it may be reserved "
                "(L2113-12 to L2113-14)."
            ),
            Advice.RESERVE_LOT: _(
                "Enough suppliers for one lot: reserve a lot, and set a clause in the others."
            ),
            Advice.CLAUSE: _("A few suppliers: a clause, whose hours companies may do with them."),
            Advice.CRITERION: _(
                "Hardly a supplier near: a clause by direct hire or an award criterion; ask around first (sourcing)."
            ),
        }[self.advice]


def potential(
    suppliers: int, mean_turnover: Decimal | None, budget: Decimal | None, limits: Limits
) -> Potential:
    """What so many suppliers of that mean yearly turnover could take of a purchase of `budget` euros.

    Without a known dependency nothing is reserved whole: who depends on one buyer alone is at risk.
    """
    dependency = None
    if mean_turnover and budget is not None:
        dependency = (100 * budget / mean_turnover).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if suppliers > limits.reserve and dependency is not None and dependency < limits.dependency:
        advice = Advice.RESERVE
    elif suppliers > limits.reserve_lot:
        advice = Advice.RESERVE_LOT
    elif suppliers > limits.clause:
        advice = Advice.CLAUSE
    else:
        advice = Advice.CRITERION
    return Potential(suppliers, dependency, advice)
