"""What is missing of the returns of many people, in one statement; and of one person, for a page.

It says of many what `journeys/completeness.py` says of one: a test compares the two.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    DateField,
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    prefetch_related_objects,
)
from django.utils import timezone

from croisee.directory.models import Level, Sex
from croisee.foundation.dates import add_months
from croisee.journeys.completeness import ASKED, Asked, File, Given, Score, score
from croisee.journeys.indicators import LATER_MONTHS, WORKING, Answers
from croisee.journeys.models import (
    ENTERED,
    Journey,
    Labour,
    Moment,
    Proof,
    ProofRequirement,
    ProofState,
    Situation,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from croisee.foundation.accounts.models import Account

MONTHS_LOOKED_AT = 12
"""Months after an exit during which what is missing is still asked for."""
BROUGHT = (ProofState.ACCEPTED, ProofState.TO_CHECK)
LATER_ON = f"(%(expressions)s + interval '{LATER_MONTHS} months')::date"


def later_on() -> Func:
    """The day six months after the exit of a journey, in SQL."""
    return Func(F("exited_on"), template=LATER_ON, output_field=DateField())


def missing_proofs(today: dt.date | None = None) -> QuerySet[Journey]:
    """Journeys that lack a proof asked for at a moment that has come: none accepted or to be checked that held then.

    Of any programme, whether the FSE+ pays or not; with `later_on`, the day six months after the exit.
    """
    day = today or timezone.localdate()
    rows = Journey.objects.filter(state__in=ENTERED, person__isnull=False).annotate(later_on=later_on())
    reached = {Moment.ENTRY: "entered_on", Moment.EXIT: "exited_on", Moment.SIX_MONTHS: "later_on"}
    lacking = Q()
    for moment, on in reached.items():
        lacking |= Q(_lacks(moment, on), **{f"{on}__lte": day})
    return rows.filter(lacking)


def _lacks(moment: str, on: str) -> Exists:
    """Whether a journey lacks a proof that its programme asks for at a moment, reached on the day of column `on`."""
    brought = Proof.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=OuterRef(OuterRef(on))),
        journey=OuterRef(OuterRef("pk")),
        kind=OuterRef("kind"),
        moment=moment,
        state__in=BROUGHT,
    )
    asked = ProofRequirement.objects.filter(programme=OuterRef("programme"), moment=moment)
    return Exists(asked.filter(~Exists(brought)))


@dataclass(frozen=True)
class Standing:
    """A journey that lacks something: whose it is, who follows it, what is there and what is not.

    `answers` and `proofs` name what is missing as `moment:name`, `waiting` the proofs to be checked.
    """

    journey: UUID
    person: str
    programme: UUID
    programme_name: str
    referent: UUID | None
    referent_name: str
    wanted: int
    there: int
    answers: tuple[str, ...]
    proofs: tuple[str, ...]
    waiting: tuple[str, ...]

    @property
    def percent(self) -> int:
        """What is there, in whole per cent."""
        return 100 * self.there // self.wanted if self.wanted else 100

    @property
    def what(self) -> str:
        """What sort of thing is missing."""
        if self.answers and self.proofs:
            return "both"
        if self.answers:
            return "answers"
        return "proofs" if self.proofs else "check"


def standings(account: Account, today: dt.date, *, everything: bool = False) -> list[Standing]:
    """The journeys that one may write in and that lack something due, in the order of référents and names.

    Those ended for more than a year are left out, unless `everything` is asked for. One query.
    """
    rows = Journey.objects.followed_by(account).filter(state__in=ENTERED, person__isnull=False)
    if not everything:
        since = add_months(today, -MONTHS_LOOKED_AT)
        rows = rows.filter(Q(exited_on__isnull=True) | Q(exited_on__gte=since))
    return _standings(rows, today)


def _standings(rows: QuerySet[Journey], today: dt.date, *, complete: bool = False) -> list[Standing]:
    try:
        columns = ("pk", "programme", "person", "entered_on", "exited_on")
        inner, given = rows.order_by().values_list(*columns).query.sql_with_params()
    except EmptyResultSet:
        return []
    numbers = iter(range(len(given)))
    named = re.sub("%s", lambda _found: f"%(seen_{next(numbers)})s", inner)
    parameters = {f"seen_{place}": value for place, value in enumerate(given)}
    parameters |= {"today": today, "complete": complete, "working": list(map(str, WORKING))}
    with connection.cursor() as cursor:
        cursor.execute(_SQL.replace("{seen}", named), parameters)
        return [_standing(row) for row in cursor.fetchall()]


def _standing(row: tuple[Any, ...]) -> Standing:
    *said, answers, proofs, waiting = row
    return Standing(*said, *(tuple(part or ()) for part in (answers, proofs, waiting)))


_ALIAS = {Moment.ENTRY: "e", Moment.EXIT: "x", Moment.SIX_MONTHS: "s"}
_REACHED = {
    Moment.ENTRY: "seen.entered_on",
    Moment.EXIT: "seen.exited_on",
    Moment.SIX_MONTHS: "seen.later_on",
}
_TEXTS = {"sex", "level", "labour", "disability", "nationality", "housing_exclusion"}
_NOT_SAID = {"sex": str(Sex.UNKNOWN), "level": str(Level.UNKNOWN)}


def _is_asked(name: str, alias: str) -> str:
    """Whether a question is for this person, in SQL."""
    labour = f"COALESCE({alias}.labour, '')"
    if name == "unemployed_months":
        return f"{labour} = '{Labour.UNEMPLOYED}'"
    if name == "searching":
        return f"NOT ({labour} = ANY(%(working)s) OR {labour} = '{Labour.UNEMPLOYED}')"
    return "COALESCE(e.labour, '') = ANY(%(working)s)" if name == "improved" else "TRUE"


def _is_missing(name: str, alias: str) -> str:
    column = f"{alias}.{name}"
    if name not in _TEXTS:
        return f"{column} IS NULL"
    return f"COALESCE({column}, '') IN ('', '{_NOT_SAID.get(name, '')}')"


def _each(form: str) -> str:
    """`form` for each question of each moment, with its conditions."""
    return ", ".join(
        form.format(
            key=f"{moment}:{name}",
            due=f"seen.fse AND {_REACHED[moment]} <= %(today)s AND {_is_asked(name, _ALIAS[moment])}",
            gone=_is_missing(name, _ALIAS[moment]),
        )
        for moment in Moment
        for name in ASKED[moment]
    )


_DAY = f"""CASE r.moment WHEN '{Moment.ENTRY}' THEN seen.entered_on WHEN '{Moment.EXIT}' THEN seen.exited_on
    ELSE seen.later_on END"""
_SQL = f"""
WITH seen AS MATERIALIZED (
    SELECT j.id, j.programme_id, j.person_id, j.entered_on, j.exited_on, p.fse, p.name AS programme,
        (j.exited_on + interval '{LATER_MONTHS} months')::date AS later_on
    FROM ({{seen}}) AS j(id, programme_id, person_id, entered_on, exited_on)
    JOIN journeys_programme p ON p.id = j.programme_id
), answers AS (
    SELECT seen.id,
        num_nonnulls({_each("CASE WHEN {due} THEN 1 END")}) AS wanted,
        array_remove(ARRAY[{_each("CASE WHEN {due} AND {gone} THEN '{key}' END")}], NULL) AS gone
    FROM seen
    LEFT JOIN journeys_situation e ON e.journey_id = seen.id AND e.moment = '{Moment.ENTRY}'
    LEFT JOIN journeys_situation x ON x.journey_id = seen.id AND x.moment = '{Moment.EXIT}'
    LEFT JOIN journeys_situation s ON s.journey_id = seen.id AND s.moment = '{Moment.SIX_MONTHS}'
), proofs AS (
    SELECT seen.id, r.moment || ':' || r.kind AS key,
        max(CASE b.state WHEN '{ProofState.ACCEPTED}' THEN 2 WHEN '{ProofState.TO_CHECK}' THEN 1 ELSE 0 END) AS standing
    FROM seen
    JOIN journeys_proofrequirement r ON r.programme_id = seen.programme_id AND {_DAY} <= %(today)s
    LEFT JOIN journeys_proof b ON b.journey_id = seen.id AND b.kind = r.kind AND b.moment = r.moment
        AND (b.valid_until IS NULL OR b.valid_until >= {_DAY})
    GROUP BY seen.id, r.moment, r.kind
), pieces AS (
    SELECT id, count(*) AS wanted, count(*) FILTER (WHERE standing = 2) AS there,
        array_agg(key ORDER BY key) FILTER (WHERE standing = 0) AS gone,
        array_agg(key ORDER BY key) FILTER (WHERE standing = 1) AS waiting
    FROM proofs GROUP BY id
)
SELECT seen.id, COALESCE(person.family_name || ' ' || person.given_name, ''), seen.programme_id, seen.programme,
    f.referent_id, COALESCE(NULLIF(account.name, ''), account.email, ''),
    answers.wanted + COALESCE(pieces.wanted, 0),
    answers.wanted - cardinality(answers.gone) + COALESCE(pieces.there, 0),
    answers.gone, pieces.gone, pieces.waiting
FROM seen
JOIN answers ON answers.id = seen.id
LEFT JOIN pieces ON pieces.id = seen.id
LEFT JOIN directory_person person ON person.id = seen.person_id
LEFT JOIN LATERAL (
    SELECT referent_id FROM journeys_following
    WHERE journey_id = seen.id AND started_on <= %(today)s
    ORDER BY started_on DESC, created_at DESC LIMIT 1
) f ON TRUE
LEFT JOIN accounts_account account ON account.id = f.referent_id
WHERE %(complete)s OR cardinality(answers.gone) > 0 OR COALESCE(pieces.there, 0) < COALESCE(pieces.wanted, 0)
ORDER BY 6, 2, seen.id
"""  # noqa: S608  only our own constants


ANSWERED = tuple(Answers.__dataclass_fields__)


def answers_of(row: Situation) -> Answers:
    """A questionnaire as the pure rules take it."""
    return Answers(**{name: getattr(row, name) for name in ANSWERED})


def file_of(journey: Journey) -> File:
    """What is known of one journey: three queries, none when its situations and proofs were fetched before."""
    asked = ProofRequirement.objects.filter(programme=journey.programme_id).order_by("moment", "kind")
    return _file(journey, asked)


def _file(journey: Journey, asked: Iterable[ProofRequirement]) -> File:
    return File(
        journey.entered_on,
        journey.exited_on,
        {row.moment: answers_of(row) for row in journey.situations.all()},
        [Asked(row.kind, row.moment) for row in asked],
        [Given(row.kind, row.moment, row.state, row.valid_until) for row in journey.proofs.all()],
        journey.programme.fse,
    )


def with_file(journey: Journey) -> Journey:
    """The journey with its situations and proofs at hand, and who wrote or checked them: two queries."""
    prefetch_related_objects(
        [journey],
        Prefetch("situations", Situation.objects.select_related("answered_by")),
        Prefetch(
            "proofs", Proof.objects.select_related("checked_by").order_by("moment", "kind", "-created_at")
        ),
    )
    return journey


def score_of(journey: Journey, today: dt.date) -> Score:
    """How complete one journey is on a day."""
    return score(file_of(journey), today)


def one_standing(journey: Journey, account: Account, today: dt.date) -> Standing | None:
    """How complete one journey is, in one query; None for who may not write in it."""
    rows = Journey.objects.followed_by(account).filter(pk=journey.pk, state__in=ENTERED)
    return next(iter(_standings(rows, today, complete=True)), None)
