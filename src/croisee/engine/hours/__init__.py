"""Who does which social-clause hours when: contracts by an integer programme, bounds, reasons, forecast, audit.

Arrays in, arrays out; nothing here reads a file or a database. The method, its sources and its limits are in
`docs/methods/hours.md`.
"""

from croisee.engine.hours.audit import PROPERTIES, Violation, audit
from croisee.engine.hours.contracts import Bound, Contracts, Lack, Plan
from croisee.engine.hours.forecast import Forecast, forecast
from croisee.engine.hours.planning import plan
from croisee.engine.hours.problem import Lots, Options, People, Why
from croisee.engine.hours.spreadsheet import greedy

__all__ = [
    "PROPERTIES",
    "Bound",
    "Contracts",
    "Forecast",
    "Lack",
    "Lots",
    "Options",
    "People",
    "Plan",
    "Violation",
    "Why",
    "audit",
    "forecast",
    "greedy",
    "plan",
]
