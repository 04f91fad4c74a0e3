"""How long a function takes."""

import time
from collections.abc import Callable
from typing import Any

TIMES = 3
"""The best of so many runs, for everybody."""


def timed(function: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """The best time of some runs, and the last result."""
    best, result = float("inf"), None
    for _ in range(times):
        begin = time.perf_counter()
        result = function()
        best = min(best, time.perf_counter() - begin)
    return best, result
