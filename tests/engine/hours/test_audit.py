"""The audit names each thing that a plan can be wrong about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from croisee.engine.hours import PROPERTIES, Bound, Lots, Options, People, Plan, audit, plan

LOTS = Lots([300, 200], [0, 1], [3, 3], [100, -1])
PEOPLE = People([[100, 100, 100, 0], [0, 100, 100, 100], [50, 50, 50, 50]])
REASONS = np.array([[0, 2], [1, 0], [0, 0]], np.uint8)
OPTIONS = Options(shortest=2, long=3, least=20)
HONEST = plan(LOTS, PEOPLE, REASONS, options=OPTIONS)


def kinds(found: Plan, reasons: Any = REASONS) -> set[str]:
    return {violation.kind for violation in audit(found, LOTS, PEOPLE, reasons, options=OPTIONS)}


def with_contracts(**arrays: Any) -> Plan:
    return replace(HONEST, contracts=replace(HONEST.contracts, **arrays))


def test_the_honest_plan_is_accepted() -> None:
    assert kinds(HONEST) == set()


def changed(array: Any, at: int, by: int) -> Any:
    again = np.array(array)
    again[at] += by
    return again


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (with_contracts(start=HONEST.contracts.start[:-1]), "shape"),
        (with_contracts(person=HONEST.contracts.person + 9), "shape"),
        (with_contracts(long=HONEST.contracts.long[:-1]), "shape"),
        (with_contracts(first=HONEST.contracts.first + 1, last=HONEST.contracts.last + 1), "shape"),
        (with_contracts(hours=changed(HONEST.contracts.hours, 0, 90)), "people"),
        (with_contracts(hours=changed(HONEST.contracts.hours, 0, 90)), "site"),
        (with_contracts(hours=HONEST.contracts.hours * 3), "owed"),
        (with_contracts(hours=HONEST.contracts.hours * 0), "dates"),
        (with_contracts(broken=~HONEST.contracts.broken), "broken"),
        (with_contracts(long=~HONEST.contracts.long), "long"),
        (replace(HONEST, missing=HONEST.missing + 1), "missing"),
        (replace(HONEST, lacking=HONEST.lacking + 1), "missing"),
        (replace(HONEST, hours_met=HONEST.hours_met + 1), "figures"),
        (replace(HONEST, long=HONEST.long + 1), "figures"),
        (replace(HONEST, bounds=Bound(0, 0, 0)), "bounds"),
        (replace(HONEST, gaps=(0.5, 0.0, 0.0)), "bounds"),
        (replace(HONEST, gap=0.5), "bounds"),
    ],
)
def test_each_fault_is_named(found: Plan, kind: str) -> None:
    assert kind in kinds(found)
    assert kinds(found) <= set(PROPERTIES)


def test_somebody_who_may_not_work_there_is_named() -> None:
    assert kinds(HONEST, np.full_like(REASONS, 3)) == {"eligible"}


def test_a_contract_cut_in_two_is_named() -> None:
    contracts = HONEST.contracts
    k = int(np.argmax(contracts.months))
    cut = with_contracts(
        person=np.insert(contracts.person, k, contracts.person[k]),
        lot=np.insert(contracts.lot, k, contracts.lot[k]),
        first=np.insert(contracts.first, k + 1, contracts.first[k] + 1),
        last=np.insert(contracts.last, k, contracts.first[k]),
        start=np.insert(contracts.start, k + 1, contracts.start[k] + 1),
        broken=np.insert(contracts.broken, k, contracts.broken[k]),
        long=np.insert(contracts.long, k, contracts.long[k]),
    )
    assert "apart" in kinds(cut)
