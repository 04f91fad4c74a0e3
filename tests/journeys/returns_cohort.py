"""Journeys written to the database from what the pure rules take, so that the two can be compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from hypothesis import strategies as st

from croisee.directory.models import Level, Person, Sex
from croisee.journeys.completeness import Given
from croisee.journeys.indicators import Answers, Participation
from croisee.journeys.models import (
    Answer,
    ExitKind,
    Journey,
    Labour,
    Moment,
    Nationality,
    Programme,
    Proof,
    ProofKind,
    ProofState,
    Situation,
)

START = dt.date(2024, 1, 1)


@dataclass
class Made:
    """A participation, the proofs brought, and whose it is (nobody's by default)."""

    one: Participation
    proofs: Sequence[Given] = ()
    person: Person | None = None
    journey: Journey | None = field(default=None, compare=False)


def write(programme: Programme, made: Sequence[Made]) -> None:
    """Write journeys, situations and proofs, in a number of statements that does not grow with them."""
    born = dt.date(1990, 1, 1)
    people = [item.person or Person(given_name="P", family_name="N", birth_date=born) for item in made]
    Person.objects.bulk_create([one for one in people if one._state.adding])
    rows = [
        Journey(programme=programme, person=person, asked_on=item.one.entered_on)
        for item, person in zip(made, people, strict=True)
    ]
    Journey.objects.bulk_create(rows)
    for row, item in zip(rows, made, strict=True):
        row.state, row.entered_on, item.journey = "under_way", item.one.entered_on, row
    Journey.objects.bulk_update(rows, ["state", "entered_on"])
    ended = [row for row, item in zip(rows, made, strict=True) if item.one.exited_on]
    for row, item in zip(rows, made, strict=True):
        if item.one.exited_on:
            row.state, row.exited_on, row.exit_kind = "ended", item.one.exited_on, ExitKind.OTHER
    if ended:
        Journey.objects.bulk_update(ended, ["state", "exited_on", "exit_kind"])
    Situation.objects.bulk_create(
        Situation(journey=item.journey, moment=moment, **asdict(answers))
        for item in made
        for moment, answers in (
            (Moment.ENTRY, item.one.entry),
            (Moment.EXIT, item.one.leaving),
            (Moment.SIX_MONTHS, item.one.later),
        )
        if answers is not None
    )
    proofs = [
        (
            Proof(
                journey=item.journey,
                kind=given.kind,
                moment=given.moment,
                name="Pièce",
                valid_until=given.valid_until,
            ),
            given.state,
        )
        for item in made
        for given in item.proofs
    ]
    Proof.objects.bulk_create(proof for proof, _state in proofs)
    for state in (ProofState.ACCEPTED, ProofState.REFUSED):
        keys = [proof.pk for proof, wanted in proofs if wanted == state]
        Proof.objects.filter(pk__in=keys).update(state=state)


def near(first: dt.date, last: dt.date) -> st.SearchStrategy[dt.date]:
    """A day between two, those included."""
    return st.dates(first, last)


@st.composite
def answers(draw: st.DrawFn, about: dt.date) -> Answers:
    """Any answers, given around a day."""
    yes_no = st.sampled_from([None, True, False])
    labour = draw(st.sampled_from(["", *Labour.values]))
    months = draw(st.sampled_from([None, 0, 6, 7, 12, 13, 40])) if labour == Labour.UNEMPLOYED else None
    answered = draw(st.sampled_from([None, -40, -1, 0, 1, 27, 28, 29, 60]))
    return Answers(
        answered_on=None if answered is None else about + dt.timedelta(days=answered),
        age=draw(st.sampled_from([None, 16, 17, 18, 24, 25, 29, 30, 54, 55, 70])),
        level=draw(st.sampled_from(["", *Level.values])),
        labour=labour,
        unemployed_months=months,
        in_training=draw(yes_no),
        searching=draw(yes_no),
        qualified=draw(yes_no),
        improved=draw(yes_no),
        disability=draw(st.sampled_from(["", *Answer.values])),
        nationality=draw(st.sampled_from(["", *Nationality.values])),
        housing_exclusion=draw(st.sampled_from(["", *Answer.values])),
        rural=draw(yes_no),
        sex=draw(st.sampled_from([Sex.WOMAN, Sex.MAN, Sex.UNKNOWN])),
        repeated=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def participations(draw: st.DrawFn) -> Participation:
    """Any journey of 2024 and 2025."""
    entered = START + dt.timedelta(days=draw(st.integers(0, 500)))
    length = draw(st.sampled_from([None, 0, 1, 90, 181, 182, 183, 184, 300]))
    exited = None if length is None else entered + dt.timedelta(days=length)
    maybe = st.sampled_from([True, True, False])
    return Participation(
        entered,
        exited,
        draw(answers(entered)) if draw(maybe) else None,
        draw(answers(exited)) if exited and draw(maybe) else None,
        draw(answers(exited + dt.timedelta(days=182))) if exited and draw(maybe) else None,
    )


@st.composite
def files(draw: st.DrawFn) -> Made:
    """Any journey with any proofs of two kinds."""
    one = draw(participations())
    given = st.builds(
        Given,
        st.sampled_from([ProofKind.IDENTITY, ProofKind.PAYSLIP]),
        st.sampled_from(Moment.values),
        st.sampled_from(ProofState.values),
        st.one_of(st.none(), near(START, START + dt.timedelta(days=900))),
    )
    return Made(one, draw(st.lists(given, max_size=4)))
