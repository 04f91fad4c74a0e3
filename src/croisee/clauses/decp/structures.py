"""Where each format keeps a field: inside objects, in flat columns, alone in place of a list, as JSON inside text."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from croisee.clauses.decp.values import SAYS_NOTHING, Unreadable

DEEPEST = 12
"""Lists and objects inside each other; real files have holders in three lists."""


def unpacked(value: object) -> object:
    """`value`, or what it holds where it is JSON in text (the files of éclaireur write `"[{…}]"`)."""
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def inside(record: Mapping[str, Any], outer: str, *inner: str) -> object:
    """A field of an object of the record, or of flat columns (`acheteur.id`, `acheteur_id`).

    Raises Unreadable where the object is neither an object nor text.
    """
    held = unpacked(record.get(outer))
    if isinstance(held, list) and len(held) == 1:
        held = held[0]
    if isinstance(held, dict):
        found = first(held, *inner)
        if found is not None:
            return found
    flat = first(record, *(f"{outer}{joint}{name}" for name in inner for joint in ("_", ".")))
    if flat is None and held is not None and not isinstance(held, str | dict):
        raise Unreadable(held)
    return flat if flat is not None else held if isinstance(held, str) else None


def first(record: Mapping[str, Any], *names: str) -> object:
    """The first of these fields that is there and not null."""
    for name in names:
        value = record.get(name)
        if value is not None:
            return value
    return None


def listed(value: object, wrapper: str) -> Iterator[Mapping[str, Any] | str]:
    """The objects and texts of a list of objects `{wrapper: object}`, however it is nested or alone.

    Raises Unreadable for a number or a boolean in their place, and beyond `DEEPEST` levels.
    """
    waiting: list[tuple[object, int]] = [(unpacked(value), 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            raise Unreadable(one)
        if isinstance(one, list):
            waiting.extend((inner, depth + 1) for inner in reversed(one))
        elif isinstance(one, dict):
            if wrapper in one:
                waiting.append((unpacked(one[wrapper]), depth + 1))
            elif one:
                yield one
        elif isinstance(one, str):
            if one.strip().lower() not in SAYS_NOTHING:
                yield one
        elif one is not None:
            raise Unreadable(one)
