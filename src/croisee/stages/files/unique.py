"""Keys that may appear once: the first row that has one keeps it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from croisee.foundation.tables import Fault, Table


def first_rows(
    table: Table, keys: Sequence[str], field: str, problem: str, remedy: str, faults: list[Fault]
) -> NDArray[np.bool_]:
    """Whether each row is the first with its key (empty keys pass); a fault for each that is not.

    `problem` may quote `%(key)s` (the cell of `field`) and `%(row)d` (the row that has it already).
    """
    first = np.ones(len(keys), bool)
    seen: dict[str, int] = {}
    for index, key in enumerate(keys):
        if not key:
            continue
        earlier = seen.setdefault(key, index)
        if earlier != index:
            first[index] = False
            quoted = {"key": table.columns[field][index], "row": table.rows[earlier]}
            faults.append(table.fault(index, field, problem % quoted, remedy))
    return first
