"""Counts of fewer than five pupils are not for those who do not run the campaign.

In a small group a figure tells of someone: four protected pupils of whom four have a place says it of each. So a count
of one to four is not shown, nor what would give it back by subtraction: all pupils but one to four, the other group
of a pair, the one line that is missing from a total. Campaign managers see each pupil anyway.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from croisee.stages import wording

FEWEST = 5


def is_small(count: int) -> bool:
    """Whether `count` is of one to four pupils; nobody is no one's secret."""
    return 0 < count < FEWEST


def is_hidden(part: int, whole: int) -> bool:
    """Whether `part` pupils of `whole` say something of fewer than five."""
    return is_small(whole) or is_small(part) or is_small(whole - part)


def shown(part: int, whole: int) -> str:
    """`part` as it may be shown: a figure, “fewer than 5” (or 10), or “more than” all but five."""
    if not is_hidden(part, whole):
        return wording.number(part)
    if FEWEST <= whole < 2 * FEWEST:  # told apart, the two ends would say which
        return _("fewer than %s") % wording.number(2 * FEWEST)
    if whole >= FEWEST and is_small(whole - part):
        return _("more than %s") % wording.number(whole - FEWEST)
    return _("fewer than %s") % wording.number(FEWEST)


def merged(lines: Iterable[tuple[str, int]], others: str) -> list[tuple[str, int]]:
    """Lines of a table that adds up, those of fewer than five made one with the next smallest, called `others`.

    The lines are of distinct pupils. Empty lines stay; nothing is left when all pupils together are fewer than five.
    """
    kept = list(lines)
    if not any(is_small(count) for _label, count in kept):
        return kept
    by_size = sorted((line for line in kept if line[1]), key=lambda line: line[1])
    total, gone = 0, set()
    for label, count in by_size:
        if not is_small(count) and total >= FEWEST:
            break
        total += count
        gone.add(label)
    left = [line for line in kept if line[0] not in gone]
    return left if total < FEWEST else [*left, (others, total)]


def shareable(certificate: Mapping[str, Any]) -> dict[str, Any]:
    """The certificate for those who do not run the campaign: without its counts when one is of fewer than five."""
    counts = certificate["counts"]
    pupils, protected = counts["pupils"], counts["protected"]
    parts = [
        (protected, pupils),
        (counts["placed_protected"], protected),
        (counts["placed"] - counts["placed_protected"], pupils - protected),
        (counts["on_reserved_seats"], protected),
        *(
            (counts[name], pupils)
            for name in ("placed", "placed_on_own_wishes_alone", "from_wishes", "beyond_wishes", "first_wish")
        ),
    ]
    if not any(is_hidden(part, whole) for part, whole in parts):
        return dict(certificate)
    return {**certificate, "counts": {}}
