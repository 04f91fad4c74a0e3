"""Who sees what, what is drawn, what is hidden: the rules without a database, against independent oracles."""

import datetime as dt
import itertools
from collections import Counter

import pytest
from highspy import Highs, HighsModelStatus
from hypothesis import example, given, settings
from hypothesis import strategies as st

from croisee.journeys.crossing import Viewer, consents_alone, masked, may_see
from croisee.journeys.flow_cuts import bands, hidden_of
from croisee.journeys.flow_layout import BAND, HEAD, HEIGHT, WIDTH, layout
from croisee.journeys.way_layout import way_picture

STAGES = ("internship", "apprenticeship", "journey", "training", "clause_job", "job", "company")
paths = st.lists(st.sampled_from(STAGES), min_size=1, max_size=7, unique=True).map(tuple)
ways = st.dictionaries(paths, st.integers(0, 3000), max_size=25)


@pytest.mark.parametrize(
    ("oneself", "in_charge", "own", "consent", "seen"),
    [
        (oneself, in_charge, own, consent, oneself or own or (in_charge and consent))
        for oneself, in_charge, own, consent in itertools.product((True, False), repeat=4)
    ],
)
def test_who_sees_a_stage(oneself: bool, in_charge: bool, own: bool, consent: bool, seen: bool) -> None:
    viewer = Viewer(is_oneself=oneself, in_charge=in_charge)
    consents = {"show_internships"} if consent else {"show_clauses"}
    assert may_see(viewer, of_own_service=own, purpose="show_internships", consents=consents) is seen


def test_one_decides_alone_at_fifteen() -> None:
    born = dt.date(2010, 3, 5)
    assert not consents_alone(born, dt.date(2025, 3, 4))
    assert consents_alone(born, dt.date(2025, 3, 5))
    assert masked("Daouda", "jallow") == "D… J…"


@settings(max_examples=50)
@given(ways)
def test_widths_of_the_flow_add_up(taken: dict[tuple[str, ...], int]) -> None:
    """Against counts made here in another way: bands hold all who were there, ribbons all who went on."""
    flow = layout(taken, STAGES)
    assert flow == layout(dict(reversed(taken.items())), STAGES)
    assert flow.people == sum(taken.values())
    there = Counter(
        (place, stage)
        for path, count in taken.items()
        for _one in range(count > 0)
        for place, stage in enumerate(path)
    )
    assert {(band.column, band.stage) for band in flow.bands} == set(there)
    for band in flow.bands:
        here = sum(
            count
            for path, count in taken.items()
            if len(path) > band.column and path[band.column] == band.stage
        )
        assert band.people == here
        out = [one for one in flow.ribbons if (one.column, one.origin) == (band.column, band.stage)]
        came = [one for one in flow.ribbons if (one.column + 1, one.target) == (band.column, band.stage)]
        assert sum(one.people for one in out) == band.going <= band.people
        assert sum(one.people for one in came) == (band.people if band.column else 0)
        assert sum(one.height for one in out) <= band.height + 0.05 * (1 + len(out))
        for one in out:
            assert band.y - 0.05 <= one.left_top <= band.y + band.height + 0.05
            assert one.left == pytest.approx(band.x + BAND, abs=0.02)
        assert band.y + 0.01 >= HEAD
        assert band.y + band.height <= HEIGHT + 0.5
        assert 0 <= band.x <= WIDTH - BAND + 0.01
        assert band.height >= 0
    by_column = itertools.groupby(flow.bands, key=lambda band: band.column)
    for _column, found in by_column:
        for above, below in itertools.pairwise(found):
            assert above.y + above.height <= below.y + 0.05


def test_a_flow_refuses_what_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="fewer than nobody"):
        layout({("job",): -1}, STAGES)
    with pytest.raises(ValueError, match="unknown stages"):
        layout({("holiday",): 1}, STAGES)


tables = st.integers(1, 4).flatmap(
    lambda parts: st.lists(
        st.lists(st.one_of(st.integers(0, 12), st.integers(0, 400)), min_size=parts, max_size=parts),
        min_size=1,
        max_size=6,
    )
)


@settings(max_examples=40)
@given(tables)
@example([[0, 0, 0, 5], [0, 0, 1, 1], [0, 1, 5, 5]])
def test_no_figure_tells_of_few_people(rows: list[list[int]]) -> None:
    """An attacker who knows every figure shown, every total shown: which others are hidden and which empty is not said.

    By linear programming: each hidden figure of few people may be of five or more.
    """
    table = {
        f"p{part}": {f"w{way}": row[part] for way, row in enumerate(rows)} for part in range(len(rows[0]))
    }
    everyone = {f"w{way}": sum(row) for way, row in enumerate(rows)}
    whole = hidden_of({"all": everyone})
    if whole.parts:
        return
    above = whole.ways["all"]
    found = hidden_of(table, above)
    cells = [(part, way) for part in sorted(table) for way in sorted(everyone)]
    hidden = {
        (part, way)
        for part, way in cells
        if part in found.parts or way in found.ways[part] or not table[part][way]
    }
    assert all(table[part][way] >= 5 for part, way in cells if (part, way) not in hidden)
    known = [[cell for cell in cells if cell[1] == way] for way in everyone if way not in above]
    known += [[cell for cell in cells if cell[1] in above]]
    known += [[cell for cell in cells if cell[0] == part] for part in table if part not in found.parts]
    for cell in sorted(hidden):
        if 0 < table[cell[0]][cell[1]] < 5:
            most = at_most(cell, table, hidden, [one for one in known if one])
            assert most >= 5 - 1e-6, (cell, table, found)


def at_most(
    aim: tuple[str, str],
    table: dict[str, dict[str, int]],
    hidden: set[tuple[str, str]],
    known: list[list[tuple[str, str]]],
) -> float:
    """How many people a hidden figure may be of, for who knows the sums of these groups of figures."""
    attack = Highs()
    attack.silent()
    figures = {}
    for part, way in {cell for group in known for cell in group} | {aim}:
        value = table[part][way]
        least, most = (0, 10_000) if (part, way) in hidden else (value, value)
        figures[part, way] = attack.addVariable(lb=least, ub=most)
    for group in known:
        attack.addConstr(sum(figures[cell] for cell in group) == sum(table[part][way] for part, way in group))
    attack.maximize(figures[aim])
    assert attack.getModelStatus() == HighsModelStatus.kOptimal
    return float(attack.getObjectiveValue())


def test_bands_have_fixed_limits() -> None:
    assert bands({2019, 2021, 2024}, 3) == {"2019–2021": (2019, 2021), "2022–2024": (2022, 2024)}


days = st.dates(dt.date(2005, 1, 1), dt.date(2026, 12, 31))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(STAGES), days, st.none() | days), max_size=12))
def test_a_way_is_drawn_within_its_years(drawn: list[tuple[str, dt.date, dt.date | None]]) -> None:
    stages = [(stage, first, None if last is None else max(first, last)) for stage, first, last in drawn]
    today = dt.date(2026, 6, 1)
    picture = way_picture(stages, dt.date(2000, 5, 1), today, {stage: stage for stage in STAGES})
    assert [bar.place for bar in picture.bars] == list(range(len(stages)))
    for bar, (stage, _first, _last) in zip(picture.bars, stages, strict=True):
        assert bar.stage == stage
        assert picture.left <= bar.x
        assert bar.x + bar.width <= picture.width
        assert 0 < bar.y < picture.height
    assert {lane.stage for lane in picture.lanes} == {stage for stage, _first, _last in stages}
    assert [tick.age for tick in picture.ticks] == [tick.year - 2000 for tick in picture.ticks]
