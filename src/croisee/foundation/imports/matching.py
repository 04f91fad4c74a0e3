"""Which heading of a file may be which wanted column, when their names differ."""

from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz, process

from croisee.foundation.tables import Column
from croisee.foundation.tables.columns import header_key

LIKELY = 75  # rapidfuzz ratio, 0 to 100, from which a heading is proposed for a column


def unmatched(columns: Iterable[Column], headings: Sequence[str], mapping: Mapping[str, str]) -> list[Column]:
    """The columns that no heading names, neither by itself nor through `mapping` (column to heading)."""
    present = {header_key(heading) for heading in headings}
    return [
        column
        for column in columns
        if present.isdisjoint(column.keys) and header_key(mapping.get(column.name, "")) not in present
    ]


def unused(columns: Iterable[Column], headings: Sequence[str], mapping: Mapping[str, str]) -> list[str]:
    """The headings that name no column: those to choose from."""
    taken = {key for column in columns for key in column.keys} | {
        header_key(name) for name in mapping.values()
    }
    return [heading for heading in headings if header_key(heading) not in taken]


def guess(columns: Iterable[Column], headings: Sequence[str]) -> dict[str, str]:
    """The heading that looks most like each column, one column each; nothing below the likely."""
    pairs = [
        (score, column.name, heading)
        for column in columns
        for name in (column.name, *column.aliases)
        for heading, score, _ in process.extract(
            name, headings, scorer=fuzz.WRatio, processor=header_key, score_cutoff=LIKELY
        )
    ]
    guessed: dict[str, str] = {}
    for _score, column_name, heading in sorted(pairs, key=lambda pair: -pair[0]):
        if column_name not in guessed and heading not in guessed.values():
            guessed[column_name] = heading
    return guessed
