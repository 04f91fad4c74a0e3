"""Four small numbers in one word, compared in one instruction of most processors."""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped, unused-ignore]  # llvmlite has no types
from numba.core import types
from numba.extending import intrinsic

QUARTERS, BITS = 4, 16


def _latest(_typing: Any, one: Any, other: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, words: Any) -> Any:
        vector = ir.VectorType(ir.IntType(BITS), QUARTERS)
        first, second = (builder.bitcast(word, vector) for word in words)
        greater = builder.select(builder.icmp_unsigned(">", first, second), first, second)
        return builder.bitcast(greater, ir.IntType(QUARTERS * BITS))

    return types.uint64(types.uint64, types.uint64), generate


latest: Any = intrinsic(_latest)
"""`latest(one, other)`: the greater of each quarter of two words of 64 bits."""
