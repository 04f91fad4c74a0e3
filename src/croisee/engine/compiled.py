"""One decorator for the loops that are compiled."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile with Numba on first use, without holding Python's lock while running.

    The machine code is kept on disk for the next process; where no folder can be written, each process
    compiles anew.
    """
    try:
        return cast(F, njit(function, cache=True, nogil=True))
    except RuntimeError:  # Numba found nowhere to keep its cache
        return cast(F, njit(function, nogil=True))
