"""placements.csv: one row for each pupil, with or without a place."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from croisee.foundation.tables import write_csv
from croisee.stages.reasons import reasons
from croisee.stages.round import Outcome

HEADER = ("pupil_id", "offer_id", "week", "rank", "from_wishes", "reserved_seat", "reason")
Row = tuple[str, str, str, int | None, bool, bool, str]


def ranks(outcome: Outcome) -> list[int | None]:
    """Of each place: the rank the pupil wrote for a wish; its number in the continued list for another."""
    own, placement = outcome.own, outcome.placement
    written = placement.rank.astype(np.int64) + 1
    asked = outcome.from_wishes
    written[asked] = outcome.files.wishes.rank[own.wish_start[:-1][asked] + placement.rank[asked]]
    return [rank if pool >= 0 else None for rank, pool in zip(written.tolist(), placement.pool, strict=True)]


def rows(outcome: Outcome) -> Iterator[Row]:
    """The rows of placements.csv, by pupil_id, with reasons in the active language."""
    pupils, offers, placement = outcome.files.pupils, outcome.files.offers, outcome.placement
    yield from zip(
        pupils.ids,
        [offers.ids[pool] if pool >= 0 else "" for pool in placement.pool.tolist()],
        pupils.weeks,
        ranks(outcome),
        outcome.from_wishes.tolist(),
        placement.reserved_seat.astype(bool).tolist(),
        reasons(outcome),
        strict=True,
    )


def write_placements(path: Path, outcome: Outcome) -> None:
    """The file of the placements, in UTF-8 without BOM."""
    write_csv(path, HEADER, rows(outcome), bom=False)
