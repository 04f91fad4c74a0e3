"""Whether contracts must carry a social execution condition: one of them in words, or all of them in one condition."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import DateField, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from croisee.clauses.models import Clause, ClauseKind, ContractNature, Figure, Lot, LotState, Parameter
from croisee.clauses.obligation import Answer, Bought, BuyerKind, Obligation, Threshold, obligation

if TYPE_CHECKING:
    from decimal import Decimal

    from croisee.clauses.models import Contract

ASKED = {
    ContractNature.WORKS: (Bought.WORKS, BuyerKind.LOCAL),
    ContractNature.SUPPLIES_SERVICES: (Bought.SUPPLIES_SERVICES, BuyerKind.LOCAL),
    ContractNature.STATE_SUPPLIES_SERVICES: (Bought.SUPPLIES_SERVICES, BuyerKind.STATE),
}
NO_CONDITION = (ClauseKind.CRITERION,)
"""Kinds that are no execution condition: an award criterion alone does not meet L2112-2-1."""


@dataclass(frozen=True)
class Rules:
    """The figures that the answer rests on: from when the article is in force, and every threshold with its dates."""

    in_force_from: dt.date | None
    thresholds: tuple[Threshold, ...]

    def answer(
        self,
        bought: Bought | None,
        estimate: Decimal | None,
        consulted_on: dt.date | None,
        buyer: BuyerKind | None,
    ) -> Obligation:
        """What the law asks."""
        return obligation(
            bought,
            estimate,
            consulted_on,
            buyer,
            in_force_from=self.in_force_from,
            thresholds=self.thresholds,
        )

    def of_contract(self, contract: Contract, today: dt.date) -> Obligation:
        """What the law asks of a contract; as if its consultation were launched today while no day is known."""
        bought, buyer = ASKED[ContractNature(contract.nature)]
        day = contract.consulted_on or today
        found = self.answer(bought, contract.estimate, day, buyer)
        if contract.consulted_on is None and found.answer != Answer.UNKNOWN:
            said = _("The day of the consultation is not known: this is the answer of today.")
            return replace(found, words=f"{found.words} {said}")
        return found


def rules() -> Rules:
    """The rules as the figures say them, in one query."""
    rows = Parameter.objects.filter(figure__in=(Figure.OBLIGATION, Figure.THRESHOLD)).order_by("valid_from")
    start: dt.date | None = None
    thresholds = []
    for row in rows:
        if row.figure == Figure.THRESHOLD:
            thresholds.append(Threshold(row.key, row.value, row.valid_from, row.valid_until, row.source))
        elif row.value == 1 and start is None:
            start = row.valid_from
    return Rules(start, tuple(thresholds))


def obliged(lots: QuerySet[Lot], known: Rules, today: dt.date) -> QuerySet[Lot]:
    """Those whose contract must carry a condition; a consultation without a day counts as launched today."""
    if known.in_force_from is None:
        return lots.none()
    day = Coalesce("contract__consulted_on", Value(today), output_field=DateField())
    above = Q(pk__in=[])
    for one in known.thresholds:
        reached = Q(contract__nature=one.key, contract__estimate__gte=one.value, day__gte=one.valid_from)
        above |= reached if one.valid_until is None else reached & Q(day__lte=one.valid_until)
    return lots.alias(day=day).filter(above, day__gte=known.in_force_from)


def without_condition(lots: QuerySet[Lot]) -> QuerySet[Lot]:
    """Lots that go on with neither a condition nor an exception."""
    met = Clause.objects.exclude(kind__in=NO_CONDITION).values("lot")
    return lots.exclude(state=LotState.ABANDONED).exclude(pk__in=met)
