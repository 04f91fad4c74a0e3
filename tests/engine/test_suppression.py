"""Hidden lines of tables cannot be found by subtraction: an attacker who knows the method's rules tries."""

from highspy import Highs
from hypothesis import given
from hypothesis import strategies as st

from croisee.engine.suppression import FEWEST, hidden_lines, is_small, told_of

counts = st.lists(st.integers(0, 12), min_size=2, max_size=7).filter(lambda line: sum(line) >= FEWEST)


def possible(line_counts: list[int], hidden: frozenset[int], place: int) -> set[int]:
    """Every number of people that the hidden line at `place` may be of, given what is shown and the total.

    A reader knows that an empty line is shown unless every line is hidden.
    """
    left = sum(count for n, count in enumerate(line_counts) if n in hidden)
    least = 0 if len(hidden) == len(line_counts) else 1
    sums = {0}
    for _other in hidden - {place}:
        sums = {before + here for before in sums for here in range(least, left + 1) if before + here <= left}
    return {left - total for total in sums if left - total >= least}


@given(counts)
def test_no_hidden_line_is_found_from_the_total(line_counts: list[int]) -> None:
    hidden = hidden_lines([(count,) for count in line_counts])
    assert all(n in hidden for n, count in enumerate(line_counts) if is_small(count))
    if not any(map(is_small, line_counts)):
        assert not hidden
    for place in hidden:
        seen = possible(line_counts, hidden, place)
        assert line_counts[place] in seen
        if is_small(line_counts[place]):
            assert len(seen) > 1
            assert max(seen) >= FEWEST


@given(counts, st.data())
def test_nor_are_parts_of_lines(line_counts: list[int], data: st.DataObject) -> None:
    lines = [(count, part := data.draw(st.integers(0, count)), count - part) for count in line_counts]
    hidden = hidden_lines(lines)
    assert all(n in hidden for n, line in enumerate(lines) if any(map(is_small, line)))
    if len(hidden) == len(lines):
        return  # nothing is shown; whether the total of a column may be is for the table that has it
    for column in range(3):
        left = sum(lines[n][column] for n in hidden)
        if any(is_small(lines[n][column]) for n in hidden):
            assert left - (len(hidden) - 1 if column == 0 else 0) >= FEWEST
            assert len(hidden) > 1


@given(counts)
def test_a_table_whose_lines_are_shuffled_hides_as_many_people(line_counts: list[int]) -> None:
    forwards = hidden_lines([(count,) for count in line_counts])
    backwards = hidden_lines([(count,) for count in reversed(line_counts)])
    assert sorted(line_counts[n] for n in forwards) == sorted(line_counts[::-1][n] for n in backwards)


def test_examples() -> None:
    assert hidden_lines([(20,), (30,)]) == frozenset()
    assert hidden_lines([(2,), (30,), (9,)]) == {0, 2}
    assert hidden_lines([(3,), (4,), (30,)]) == {0, 1}
    assert hidden_lines([(1,), (1,), (1,), (1,), (1,), (0,)]) == {0, 1, 2, 3, 4, 5}
    assert hidden_lines([(0,), (7,)]) == frozenset()


tables = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), st.integers(0, 8), min_size=1, max_size=16
)


@given(tables)
def test_what_is_told_is_what_linear_programming_says(figures: dict[tuple[str, str], int]) -> None:
    before = dict(figures)
    told = told_of(figures, figures)
    assert figures == before
    for cell in figures:
        attack = Highs()
        attack.silent()
        free = {one: attack.addVariable(lb=0) for one in figures}
        for axis in (0, 1):
            for name in {one[axis] for one in figures}:
                among = [one for one in figures if one[axis] == name]
                attack.addConstr(sum(free[one] for one in among) == sum(figures[one] for one in among))
        attack.maximize(free[cell])
        assert (cell in told) == (attack.getObjectiveValue() < FEWEST - 1e-6)
