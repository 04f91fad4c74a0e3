"""Hidden lines of reports cannot be found by subtraction from tables that hold each other."""

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from croisee.clauses.queries.reports.counting import BEFORE, NOW, Counted, Figures
from croisee.clauses.queries.reports.scope import Scope
from croisee.clauses.queries.reports.tables import ReportBuilder
from croisee.engine.suppression import FEWEST, is_small

people = st.integers(0, 9)


@given(st.lists(people, min_size=1, max_size=4), people, people, st.booleans())
def test_neighbourhoods_give_back_no_hidden_line_of_the_table_above(
    zones: list[int], outside: int, uncertain: int, twins: bool
) -> None:
    """The attacker adds up what is shown of each table and of the table inside it, with the total of the report."""
    zones = zones * 2 if twins else zones
    yes, total = sum(zones), sum(zones) + outside + uncertain
    residence = {"yes": yes, "no": outside, "uncertain": uncertain}
    inside = {("yes", f"QN{n}"): count for n, count in enumerate(zones) if count}
    counted = Counted(
        {
            ("total", NOW): {(): figures(total)} if total else {},
            ("residence", NOW): {(key,): figures(count) for key, count in residence.items() if count},
            ("neighbourhood", NOW): {key: figures(count) for key, count in inside.items()}
            | ({("no", ""): figures(outside)} if outside else {}),
        },
        {},
        {},
    )
    builder = ReportBuilder(Scope(dt.date(2026, 1, 1), dt.date(2026, 12, 1)), counted)
    above, below = (builder.hidden(name, NOW) for name in ("residence", "neighbourhood"))
    assert builder.hidden("residence", BEFORE) == frozenset()
    shown_below = {key: count for key, count in inside.items() if key not in below}
    if ("yes",) in above:
        assert not shown_below
    elif below:
        left = yes - sum(shown_below.values())
        assert left - (len(below) - 1) >= FEWEST or not shown_below
    if is_small(total):
        assert above == {(key,) for key, count in residence.items() if count}
    elif above:
        left = total - sum(count for key, count in residence.items() if (key,) not in above)
        assert left - (len(above) - 1) >= FEWEST or len(above) == sum(map(bool, residence.values()))


def figures(count: int) -> Figures:
    """So many people, with a contract of ten hours each."""
    return Figures(count, count, Decimal(10 * count))
