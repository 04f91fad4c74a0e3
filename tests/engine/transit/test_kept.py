"""The machine code of the pass over events is found again by the next process, whatever was compiled before it."""

from __future__ import annotations

import pytest

from croisee.engine.transit.scan import TOGETHER, scan_of


@pytest.mark.parametrize("group", [1, TOGETHER])
def test_the_pass_knows_nothing_but_numbers_from_around_it(group: int) -> None:
    """Numba keys what it keeps by such values: a compiled function among them has another key in each process."""
    closure = scan_of(group).py_func.__closure__  # type: ignore[attr-defined]  # Numba's own name
    assert [type(cell.cell_contents) for cell in closure] == [int]
