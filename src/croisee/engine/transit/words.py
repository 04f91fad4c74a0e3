"""Words of four small numbers, and rows of such words, compared in one instruction of most processors."""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped, unused-ignore]  # llvmlite has no types
from numba.core import types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

QUARTERS, BITS = 4, 16
BYTES = QUARTERS * BITS // 8
LONG = ir.IntType(64)
array_type: Any = make_array


def _quarters(words: int) -> Any:
    return ir.VectorType(ir.IntType(BITS), words * QUARTERS)


def _latest(_typing: Any, one: Any, other: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, words: Any) -> Any:
        first, second = (builder.bitcast(word, _quarters(1)) for word in words)
        greater = builder.select(builder.icmp_unsigned(">", first, second), first, second)
        return builder.bitcast(greater, ir.IntType(QUARTERS * BITS))

    return types.uint64(types.uint64, types.uint64), generate


def _rows(context: Any, builder: Any, signature: Any, arguments: Any) -> tuple[Any, Any, Any, int]:
    """Where a row lies, what is in it, what is in a row of other words, and how many words that is."""
    words = signature.args[4].literal_value
    places = []
    for array, index in ((0, 1), (2, 3)):
        start = array_type(signature.args[array])(context, builder, arguments[array]).data
        position = context.cast(builder, arguments[index], signature.args[index], types.int64)
        place = builder.gep(start, [builder.mul(position, ir.Constant(LONG, words))])
        places.append(builder.bitcast(place, _quarters(words).as_pointer()))
    held, others = (builder.load(place, align=BYTES) for place in places)
    return places[0], held, others, words


def _signature(answer: Any, *arguments: Any) -> Any:
    rows = (arguments[0], arguments[2])
    if any(row.dtype != types.uint64 or row.ndim != 2 or row.layout != "C" for row in rows):
        return None
    return answer(*arguments) if isinstance(arguments[4], types.IntegerLiteral) else None


def _raise_to(_typing: Any, held: Any, row: Any, others: Any, other: Any, words: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place, mine, theirs, _words = _rows(context, builder, signature, arguments)
        greater = builder.select(builder.icmp_unsigned(">", mine, theirs), mine, theirs)
        builder.store(greater, place, align=BYTES)
        return context.get_dummy_value()

    return _signature(types.void, held, row, others, other, words), generate


def _is_passed(_typing: Any, held: Any, row: Any, others: Any, other: Any, words: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _place, mine, theirs, size = _rows(context, builder, signature, arguments)
        flags = ir.IntType(size * QUARTERS)
        passed = builder.bitcast(builder.icmp_unsigned(">", theirs, mine), flags)
        return builder.icmp_unsigned("!=", passed, ir.Constant(flags, 0))

    return _signature(types.boolean, held, row, others, other, words), generate


latest: Any = intrinsic(_latest)
"""`latest(one, other)`: the greater of each quarter of two words of 64 bits."""

raise_to: Any = intrinsic(prefer_literal=True)(_raise_to)
"""`raise_to(held, row, others, other, words)`: each quarter of a row of `held` becomes the greater of itself and of
that in a row of `others`. Both are contiguous arrays of so many words a row, a number that the caller's code holds."""

is_passed: Any = intrinsic(prefer_literal=True)(_is_passed)
"""`is_passed(held, row, others, other, words)`: whether a quarter in that row of `others` is the greater one."""
