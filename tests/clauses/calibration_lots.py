"""Lots that wait for a clause, for the tests of calibration."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from croisee.clauses.models import Contract, ContractNature, Lot
from croisee.directory.rome import Trade
from tests.clauses_world import ClausesWorld


def study_lot(
    world: ClausesWorld,
    *,
    title: str = "Gros œuvre du gymnase",
    trade: Trade = Trade.MASONRY,
    estimate: int | None = 1_000_000,
    consulted_on: dt.date | None = None,
    nature: ContractNature = ContractNature.WORKS,
    framework: bool = False,
) -> Lot:
    """A contract of the world's buyer with one lot that has no clause yet."""
    contract = Contract.objects.create(
        operation=world.operation,
        title=title,
        nature=nature,
        estimate=None if estimate is None else Decimal(estimate),
        consulted_on=consulted_on,
        framework=framework,
        months=12,
    )
    amount = None if framework or estimate is None else Decimal(estimate)
    return Lot.objects.create(contract=contract, title=title, trade=trade, amount=amount)
