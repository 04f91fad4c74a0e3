"""What the columns of a table of participants may hold: a closed list of facts, each with its label; a pure rule.

A table that an authority asks for is data (`ReturnTable`, `ReturnColumn`): headers, facts from this list, the words
that the authority wants for each value. Nothing else than these facts ever leaves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_of
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.directory.models import Level, Residence, Sex
from croisee.journeys.completeness import ANSWERS, ASKED, answers_missing, is_due
from croisee.journeys.indicators import (
    CODES,
    ISCED,
    LABELS,
    Answers,
    Participation,
    Period,
    indicators,
    is_long,
)
from croisee.journeys.models import Answer, ExitKind, Labour, Moment, Nationality

if TYPE_CHECKING:
    from croisee.foundation.tables.writing import Cell
    from croisee.journeys.models import Journey

FORMAT = "format"
"""The word under which a column of days keeps how they are written."""
DAY_FORMATS = {"%d/%m/%Y": "30/11/2026", "%Y-%m-%d": "2026-11-30", "%d-%m-%Y": "30-11-2026"}
YES, NO = "yes", "no"
YES_NO = {YES: _("yes"), NO: _("no")}
EVER = Period(dt.date.min, dt.date.max)


@dataclass(frozen=True)
class Line:
    """One participant: the journey with its person and programme at hand, its answers by moment, whom to write to."""

    journey: Journey
    answers: Mapping[str, Answers]
    email: str
    phone: str

    def of(self, moment: str) -> Answers:
        """The answers of a moment; empty ones when nothing was answered."""
        return self.answers.get(moment) or Answers()

    @property
    def participation(self) -> Participation:
        """The journey as the indicators see it."""
        return Participation(
            self.journey.entered_on or dt.date.max,
            self.journey.exited_on,
            self.answers.get(Moment.ENTRY),
            self.answers.get(Moment.EXIT),
            self.answers.get(Moment.SIX_MONTHS),
        )


@dataclass(frozen=True)
class Fact:
    """What a column may hold. `values`: what it may say, when that is a closed list. `moment`: the questionnaire."""

    name: str
    label: str | Promise
    group: str | Promise
    value: Callable[[Line], Any]
    values: Mapping[str, str | Promise] = field_of(default_factory=dict)
    is_day: bool = False
    moment: str = ""


def _of_person(name: str) -> Callable[[Line], Any]:
    return lambda line: getattr(line.journey.person, name, None)


def _of_journey(name: str) -> Callable[[Line], Any]:
    return lambda line: getattr(line.journey, name)


def _of_answers(moment: str, name: str) -> Callable[[Line], Any]:
    return lambda line: _said(getattr(line.of(moment), name))


def _said(value: Any) -> Any:
    """Yes or no as words that a column may say otherwise."""
    if isinstance(value, bool):
        return YES if value else NO
    return value


def _long(line: Line) -> str | None:
    entry = line.of(Moment.ENTRY)
    told: str | None = _said(is_long(entry.labour, entry.unemployed_months, entry.age))
    return told


def _counts(code: str) -> Callable[[Line], str]:
    return lambda line: YES if code in indicators(line.participation, EVER) else NO


VALUES: Mapping[str, Mapping[str, str | Promise]] = {
    "sex": dict(Sex.choices),
    "level": dict(Level.choices),
    "labour": dict(Labour.choices),
    "disability": dict(Answer.choices),
    "nationality": dict(Nationality.choices),
    "housing_exclusion": dict(Answer.choices),
    **dict.fromkeys(("in_training", "searching", "qualified", "improved", "rural"), YES_NO),
}
PERSON, JOURNEY = _("Person"), _("Journey")
MOMENTS = {
    Moment.ENTRY: pgettext_lazy("moment", "At entry"),
    Moment.EXIT: _("On leaving"),
    Moment.SIX_MONTHS: _("Six months after"),
}


def _facts() -> Iterable[Fact]:
    yield Fact("family_name", _("family name"), PERSON, _of_person("family_name"))
    yield Fact("given_name", _("given name"), PERSON, _of_person("given_name"))
    yield Fact("birth_date", _("birth date"), PERSON, _of_person("birth_date"), is_day=True)
    yield Fact("address", _("address"), PERSON, _of_person("address"))
    yield Fact("email", _("e-mail address"), PERSON, lambda line: line.email)
    yield Fact("phone", _("telephone"), PERSON, lambda line: line.phone)
    yield Fact(
        "residence",
        _("lived in a priority neighbourhood at entry"),
        JOURNEY,
        _of_journey("residence"),
        dict(Residence.choices),
    )
    yield Fact("zone_codes", _("neighbourhood at entry"), JOURNEY, _of_journey("zone_codes"))
    yield Fact("key", _("identifier of the journey"), JOURNEY, lambda line: str(line.journey.pk))
    yield Fact("programme", _("programme"), JOURNEY, lambda line: line.journey.programme.name)
    yield Fact(
        "operation",
        _("number of the FSE+ operation"),
        JOURNEY,
        lambda line: line.journey.programme.fse_operation,
    )
    yield Fact("entered_on", _("entered on"), JOURNEY, _of_journey("entered_on"), is_day=True)
    yield Fact("exited_on", _("exit on"), JOURNEY, _of_journey("exited_on"), is_day=True)
    yield Fact("exit_kind", _("kind of exit"), JOURNEY, _of_journey("exit_kind"), dict(ExitKind.choices))
    for moment, group in MOMENTS.items():
        for name in ASKED[moment]:
            yield Fact(
                f"{moment}_{name}",
                ANSWERS[name],
                group,
                _of_answers(moment, name),
                VALUES.get(name, {}),
                is_day=name == "answered_on",
                moment=moment,
            )
    group = MOMENTS[Moment.ENTRY]
    yield Fact(
        "entry_isced",
        _("level of training (groups of the ISCED)"),
        group,
        lambda line: ISCED.get(line.of(Moment.ENTRY).level),
        {"0-2": "0-2", "3-4": "3-4", "5-8": "5-8"},
    )
    yield Fact("entry_long", _("long-term unemployed"), group, _long, YES_NO)
    for code in CODES:
        yield Fact(code, LABELS[code], _("Indicators"), _counts(code), YES_NO)


FIELDS: Mapping[str, Fact] = {fact.name: fact for fact in _facts()}


@dataclass(frozen=True)
class Made:
    """A column of a table that ships with the software."""

    header: str
    field: str = ""
    fixed: str = ""
    words: Mapping[str, str] = field_of(default_factory=dict)


_DAY = {FORMAT: "%d/%m/%Y"}
_OUI = {YES: "Oui", NO: "Non", "declined": "Ne souhaite pas répondre"}
_TRAVAIL = {
    "unemployed": "Demandeur d’emploi",
    "inactive": "Inactif",
    "employed": "En emploi",
    "self_employed": "Travailleur indépendant",
}
_SEXE = {"woman": "Femme", "man": "Homme", "unknown": ""}
_NIVEAU = {"0-2": "CITE 0 à 2", "3-4": "CITE 3 et 4", "5-8": "CITE 5 à 8"}
_PAYS = {"eu": "Union européenne", "third": "Pays tiers", "declined": "Ne souhaite pas répondre"}
MODEL: Sequence[Made] = (
    Made("Numéro de l’opération", "operation"),
    Made("Nom", "family_name"),
    Made("Prénom", "given_name"),
    Made("Date de naissance", "birth_date", words=_DAY),
    Made("Sexe", "entry_sex", words=_SEXE),
    Made("Adresse", "address"),
    Made("Courriel", "email"),
    Made("Téléphone", "phone"),
    Made("Date d’entrée", "entered_on", words=_DAY),
    Made("Âge à l’entrée", "entry_age"),
    Made("Niveau d’études", "entry_isced", words=_NIVEAU),
    Made("Situation à l’entrée", "entry_labour", words=_TRAVAIL),
    Made("Mois de chômage", "entry_unemployed_months"),
    Made("Chômeur de longue durée", "entry_long", words=_OUI),
    Made("En formation à l’entrée", "entry_in_training", words=_OUI),
    Made("Handicap", "entry_disability", words=_OUI),
    Made("Nationalité", "entry_nationality", words=_PAYS),
    Made("Sans domicile ou mal logé", "entry_housing_exclusion", words=_OUI),
    Made("Zone rurale", "entry_rural", words=_OUI),
    Made("Date de sortie", "exited_on", words=_DAY),
    Made("Situation à la sortie", "exit_labour", words=_TRAVAIL),
    Made("En formation à la sortie", "exit_in_training", words=_OUI),
    Made("En recherche d’emploi à la sortie", "exit_searching", words=_OUI),
    Made("Qualification obtenue", "exit_qualified", words=_OUI),
    Made("Date du questionnaire à six mois", "six_months_answered_on", words=_DAY),
    Made("Situation à six mois", "six_months_labour", words=_TRAVAIL),
    Made("Situation améliorée à six mois", "six_months_improved", words=_OUI),
)
"""A table of participants: what annex I of Regulation (EU) 2021/1057 needs. An authority's own form differs."""


@dataclass(frozen=True)
class Written:
    """A column as a table has it: header, fact or fixed text, words for values."""

    header: str
    field: str
    fixed: str
    words: Mapping[str, str]


def cell(column: Written, line: Line) -> Cell:
    """What a column holds for a participant, in the words of the authority."""
    fact = FIELDS.get(column.field)
    if fact is None:
        return column.fixed
    value = fact.value(line)
    if value is None or value == "":
        return ""
    if isinstance(value, dt.date):
        return value.strftime(column.words.get(FORMAT) or "%Y-%m-%d")
    if isinstance(value, int):
        return value
    return column.words.get(str(value), str(value))


def lacking(columns: Iterable[Written], line: Line, today: dt.date) -> list[str]:
    """The headers of the columns that should hold an answer, due by now, and do not."""
    entry = line.answers.get(Moment.ENTRY)
    missing: set[str] = set()
    for moment in Moment:
        if is_due(moment, line.journey.entered_on, line.journey.exited_on, today):
            answers = line.answers.get(moment)
            missing |= {f"{moment}_{name}" for name in answers_missing(moment, answers, entry)}
    if "entry_level" in missing:
        missing.add("entry_isced")
    if line.journey.person is not None:
        needed = ("family_name", "given_name", "birth_date")
        missing |= {name for name in needed if not FIELDS[name].value(line)}
    return [column.header for column in columns if column.field in missing]


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The facts by group, for a drop-down."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for fact in FIELDS.values():
        label = f"{fact.name} – {fact.label}" if fact.name in CODES else str(fact.label)
        groups.setdefault(str(fact.group), []).append((fact.name, label[:1].upper() + label[1:]))
    return list(groups.items())
