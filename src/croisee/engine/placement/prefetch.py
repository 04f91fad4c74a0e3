"""A hint to the processor: this element will be needed soon.

Deferred acceptance jumps about in tables larger than any cache. What it touches next is known a few pupils
ahead, so asking for it early hides most of the wait; results do not depend on it.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped, unused-ignore]  # llvmlite has no types
from numba.core import cgutils, types
from numba.extending import intrinsic

_READ, _KEEP_IN_ALL_CACHES, _DATA = 0, 3, 1


def _prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array_type, index_type = signature.args
        values = context.make_array(array_type)(context, builder, arguments[0])
        offset = context.cast(builder, arguments[1], index_type, types.intp)
        pointer: Any = cgutils.get_item_pointer
        element = pointer(context, builder, array_type, values, [offset], wraparound=False)
        address = builder.bitcast(element, cgutils.voidptr_t)
        number = ir.IntType(32)
        function = builder.module.declare_intrinsic(
            "llvm.prefetch",
            [address.type],
            ir.FunctionType(ir.VoidType(), [address.type, number, number, number]),
        )
        builder.call(function, [address, *(number(value) for value in (_READ, _KEEP_IN_ALL_CACHES, _DATA))])
        return context.get_dummy_value()

    return types.void(array, index), generate


prefetch: Any = intrinsic(_prefetch)
"""`prefetch(array, index)` of a contiguous array of one dimension; an index out of range does no harm."""
