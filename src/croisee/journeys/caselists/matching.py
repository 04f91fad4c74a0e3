"""Who the rows of a caseload are: somebody new, somebody known, or somebody whom the sender must recognise."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from croisee.directory.candidates import Candidate, candidates, within
from croisee.directory.doubles import SAME
from croisee.directory.models import Capacity, Contact, Person
from croisee.foundation.imports.kinds import Question, Target
from croisee.foundation.tables import Fault, Table
from croisee.journeys.caselists.rows import Row, read_rows
from croisee.journeys.models import FOLLOWED, LIVING, Following, Journey, JourneyState

if TYPE_CHECKING:
    from uuid import UUID

    from croisee.directory.doubles import Identity, Score
    from croisee.journeys.caselists.goal import Goal

NEW = "new"
PROPOSED = 3
"""How many people a question proposes at most."""
TAKEN = 75
"""From which score somebody whose journey has the very dates of a row is the person of it: taken in before."""


@dataclass
class Match:
    """Who a row is. `person`: somebody known; `first`: the earlier row of the same person; neither: somebody new.

    `journey` is the one of the row, when it is in the programme already. `question` is what may be said otherwise.
    """

    row: Row
    person: Person | None = None
    first: Match | None = None
    journey: Journey | None = None
    question: Question | None = None

    @property
    def waits(self) -> bool:
        """Whether only the sender can say who it is."""
        return self.question is not None and self.question.asked and not self.question.answer

    @property
    def root(self) -> Match:
        """The first row of this person."""
        return self.first.root if self.first is not None else self


@dataclass
class Analysis:
    """A whole table: who its rows are, and everything wrong. `seen`: the people whom the sender may see."""

    table: Table
    matches: list[Match] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    seen: set[UUID] = field(default_factory=set)


def analyse(table: Table, target: Target) -> Analysis:
    """Read a table and find out who is known already; once for one table and goal, in a fixed number of queries."""
    goal: Goal = target.value
    # Kept under the table that it holds on to: no other takes its place in memory meanwhile.
    kept = goal.kept.get(id(table))
    if kept is None:
        kept = goal.kept[id(table)] = _analyse(table, target)
    return kept


def _analyse(table: Table, target: Target) -> Analysis:
    rows, faults = read_rows(table, target.value)
    found = Analysis(table, faults=faults)
    identities = [row.identity for row in rows]
    known, inside = candidates(identities), within(identities)
    people = _people({one.person for likely in known for one in likely}, target.value)
    found.seen = set(
        Person.objects.visible_to(target.value.account)
        .filter(pk__in=list(people))
        .values_list("pk", flat=True)
    )
    for row, likely, earlier in zip(rows, known, inside, strict=True):
        options = _options(row, likely, people, [(found.matches[place], how) for place, how in earlier])
        found.matches.append(_match(row, options, target, found.seen))
    _place_journeys(found)
    return found


@dataclass(frozen=True)
class _Option:
    """Somebody whom a row may be: known, or an earlier row."""

    key: str
    score: Score
    identity: Identity
    person: Person | None = None
    earlier: Match | None = None
    taken: bool = False
    """This very journey is in the programme already: the row was taken in before."""


def _people(keys: set[UUID], goal: Goal) -> dict[UUID, Person]:
    """Those people with their profile, own contact and journeys in the programme."""
    current = Following.objects.filter(ended_on=None)
    followed: Any = Prefetch("followings", current, to_attr="current")
    journeys = Journey.objects.filter(programme=goal.programme).prefetch_related(followed)
    own = Contact.objects.filter(capacity=Capacity.SELF)
    wanted: list[Any] = [
        Prefetch("contacts", own, to_attr="own"),
        Prefetch("journeys", journeys, to_attr="here"),
    ]
    found = Person.objects.filter(pk__in=keys).select_related("profile").prefetch_related(*wanted)
    return {person.pk: person for person in found}


def _options(
    row: Row, likely: list[Candidate], people: dict[UUID, Person], earlier: list[tuple[Match, Score]]
) -> list[_Option]:
    """Whom a row may be, the likeliest first; earlier rows that are somebody proposed already are not told twice."""
    found = []
    for one in likely:
        person = people[one.person]
        taken = any(_is_of(journey, row) for journey in person.here)  # type: ignore[attr-defined]  # prefetched
        found.append(_Option(str(person.pk), one.score, one.identity, person, taken=taken))
    keys = {option.key for option in found}
    for match, how in earlier:
        root = match.root
        if root.person is None or str(root.person.pk) not in keys:
            found.append(_Option(f"row{root.row.number}", how, match.row.identity, root.person, root))
    return sorted(found, key=lambda option: -option.score.value)


def _match(row: Row, options: list[_Option], target: Target, seen: set[UUID]) -> Match:
    """Who a row is: as answered, else by itself when it is clear."""
    match = Match(row)
    if not options:
        return match
    chosen = _settled(options)
    said = target.answers.get(row.number, "")
    texts = {option.key: _text(option, seen) for option in options[:PROPOSED]}
    answers = (*texts.items(), (NEW, _("Somebody else, who is not known yet")))
    answer = said if said in dict(answers) else ""
    by_key = {option.key: option for option in options}
    if answer:
        chosen = by_key.get(answer)
    default = chosen.key if chosen is not None else ""
    match.question = Question(
        _("Is it the same person as one of these?"), answers, answer or default, asked=not default
    )
    if chosen is not None:
        match.person, match.first = chosen.person, chosen.earlier
    return match


def _settled(options: list[_Option]) -> _Option | None:
    """Who a row is without asking: the only one who is surely the same, or whose journey was taken in before."""
    sure = [option for option in options if option.score.value >= SAME]
    if len(sure) == 1:
        return sure[0]
    taken = [option for option in sure or options if option.taken and option.score.value >= TAKEN]
    return taken[0] if len(taken) == 1 else None


def _text(option: _Option, seen: set[UUID]) -> str:
    """Who may be the person of a row, and why: masked for who may not see them."""
    why = ", ".join(str(reason.label) for reason in option.score.reasons)
    identity = option.identity
    if option.earlier is not None:
        said = {"row": option.earlier.row.number, "name": str(option.earlier.row), "why": why}
        return _("The person of row %(row)d, %(name)s (%(why)s)") % said
    if option.person is not None and option.person.pk in seen:
        said = {
            "name": str(option.person),
            "born": date_format(identity.birth_date, "SHORT_DATE_FORMAT"),
            "why": why,
        }
        return _("%(name)s, born on %(born)s (%(why)s)") % said
    said = {
        "initials": f"{identity.given_name[:1]}. {identity.family_name[:1]}.",
        "year": identity.birth_date.year,
        "why": why,
    }
    return _("%(initials)s, born in %(year)d, followed by another service (%(why)s)") % said


def _is_of(journey: Journey, row: Row) -> bool:
    """Whether a journey has the very dates of a row."""
    said = row.journey
    if "entered_on" in said:
        return bool(journey.entered_on == said["entered_on"])
    return "asked_on" in said and bool(journey.asked_on == said["asked_on"])


def _place_journeys(found: Analysis) -> None:
    """Find the journey of each row of somebody known; rows whose journeys cannot both be are faults."""
    by_person: dict[object, list[Match]] = defaultdict(list)
    for match in found.matches:
        if match.waits:
            found.faults.append(_to_be_said(found.table, match))
            continue
        root = match.root
        key: object = root.person.pk if root.person is not None else id(root)
        match.person = root.person
        if (fault := _clash(found.table, match, by_person[key])) is not None:
            found.faults.append(fault)
            continue
        by_person[key].append(match)
    for matches in by_person.values():
        for match in matches:
            if match.person is not None:
                match.journey = _journey_of(match, [one.journey for one in matches])
                if match.journey is None and (fault := _behind(found.table, match)) is not None:
                    found.faults.append(fault)


def _to_be_said(table: Table, match: Match) -> Fault:
    names = "; ".join(text for key, text in match.question.options if key != NEW) if match.question else ""
    problem = _("this may be somebody known already: %(names)s.") % {"names": names}
    return table.fault(
        match.row.index, None, problem, _("Say who it is, on the page “Who is known already”.")
    )


def _clash(table: Table, match: Match, others: list[Match]) -> Fault | None:
    """A row of the same person whose journey cannot be beside this one: the same, or at the same time."""
    begins, ends = match.row.period
    for other in others:
        first, last = other.row.period
        both_living = {match.row.state, other.row.state} <= set(LIVING)
        if both_living or (begins < last and first < ends) or (begins, ends) == (first, last):
            numbers = {"first": other.row.number, "second": match.row.number}
            problem = _("rows %(first)d and %(second)d are the same person, at the same time.") % numbers
            return table.fault(
                match.row.index,
                None,
                problem,
                _("Take one of the two out, or correct the dates of the journeys."),
            )
    return None


def _journey_of(match: Match, taken: list[Journey | None]) -> Journey | None:
    """The journey of a row among those of its person in the programme: of the same dates, else the one that lives."""
    there: list[Journey] = [one for one in match.person.here if one not in taken]  # type: ignore[union-attr]
    row = match.row
    if of_dates := [journey for journey in there if _is_of(journey, row)]:
        return of_dates[0]
    if row.state in LIVING:
        return next((journey for journey in there if journey.state in LIVING), None)
    dated = "entered_on" in row.journey or "asked_on" in row.journey
    return None if dated else next((journey for journey in there if journey.state == row.state), None)


def _behind(table: Table, match: Match) -> Fault | None:
    """A journey of the past of somebody who is in the programme now: it cannot be added behind the present one."""
    living = [one for one in match.person.here if one.state in LIVING]  # type: ignore[union-attr]
    if not living:
        return None
    if match.row.state == JourneyState.ENDED and living[0].state in (*FOLLOWED, JourneyState.PROPOSED):
        problem = _(
            "this person is in the programme now; a journey of the past cannot be added behind the present one."
        )
        return table.fault(match.row.index, None, problem, _("Take the row out."))
    return None
