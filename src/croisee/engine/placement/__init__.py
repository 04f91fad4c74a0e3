"""Who gets which place: deferred acceptance with reserved places, its audit, its reasons, its comparisons.

Arrays in, arrays out; nothing here reads a file, a clock or a database. The method, its sources and its
limits are in `docs/methods/placement.md`.
"""

from croisee.engine.placement.audit import PROPERTIES, Audit, Violation, audit
from croisee.engine.placement.comparison import (
    Gap,
    WhatIf,
    first_come_first_served,
    gap,
    rank_distribution,
    what_if,
)
from croisee.engine.placement.continuation import Continuation, place_continued
from croisee.engine.placement.deferred_acceptance import place
from croisee.engine.placement.explain import Reason, explain
from croisee.engine.placement.journeys import TravelTimes
from croisee.engine.placement.market import Market, Placement, lottery

__all__ = [
    "PROPERTIES",
    "Audit",
    "Continuation",
    "Gap",
    "Market",
    "Placement",
    "Reason",
    "TravelTimes",
    "Violation",
    "WhatIf",
    "audit",
    "explain",
    "first_come_first_served",
    "gap",
    "lottery",
    "place",
    "place_continued",
    "rank_distribution",
    "what_if",
]
