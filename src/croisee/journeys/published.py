"""Structures and services that go out in the data·inclusion schema: who brings some, and their validation.

Upper floors (the incubator, say) register what they offer; nothing leaves that the package's own models refuse. No
personal data goes in: a structure and a service are reached by their own telephone and address, never by a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from data_inclusion.schema.v1 import Service, Structure
from django.utils.translation import gettext as _
from pydantic import ValidationError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

SOURCE = "croisee"
FORBIDDEN = frozenset({"contact_nom_prenom"})
"""Columns of the schema that name a person: never sent."""
CODES = frozenset({"siret", "code_postal", "code_insee", "zone_eligibilite"})
"""Columns that hold official codes."""
_MODELS: Mapping[str, Any] = {"structure": Structure, "service": Service}


@dataclass(frozen=True)
class Entry:
    """A structure or a service to publish. `values` are those of the schema; `url` is where a fault in it is mended."""

    kind: Literal["structure", "service"]
    values: Mapping[str, Any]
    name: str
    url: str = ""


@dataclass(frozen=True)
class Fault:
    """Why an entry does not leave: which column, what is wrong with it, what to do."""

    entry: Entry
    column: str
    problem: str
    remedy: str


@dataclass(frozen=True)
class Advice:
    """What would make an entry that leaves more useful."""

    entry: Entry
    text: str


@dataclass
class Publication:
    """What leaves, as JSON takes it; what does not and why; what could be better."""

    structures: list[dict[str, Any]] = field(default_factory=list)
    services: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    advice: list[Advice] = field(default_factory=list)


Maker = Callable[[], Iterable[Entry]]
_makers: dict[str, Maker] = {}


def register(name: str, maker: Maker) -> None:
    """Publish what `maker()` gives, in a number of queries that does not grow with it; once more replaces the first."""
    _makers[name] = maker


def identifier(key: object) -> str:
    """The identifier of a row of ours in the schema: `croisee--<key>`."""
    return f"{SOURCE}--{key}"


def publication() -> Publication:
    """Everything that services bring, validated; in the order of identifiers."""
    return validated(entry for name in sorted(_makers) for entry in _makers[name]())


def validated(entries: Iterable[Entry]) -> Publication:
    """Validate entries with the package's models. A service whose structure does not leave does not leave either."""
    from croisee.journeys.advice import advice_on

    found = Publication()
    everything = sorted(entries, key=lambda entry: (entry.kind != "structure", str(entry.values.get("id"))))
    known: set[str] = set()
    for entry in everything:
        values = {name: value for name, value in entry.values.items() if value not in (None, "", [], ())}
        faults = _faults(entry, values, known)
        if faults:
            found.faults += faults
            continue
        model = _MODELS[entry.kind].model_validate(values)
        known.add(values["id"])
        rows = found.structures if entry.kind == "structure" else found.services
        rows.append(_plain(model))
        found.advice += [Advice(entry, text) for text in advice_on(model, values)]
    return found


def _faults(entry: Entry, values: Mapping[str, Any], known: set[str]) -> list[Fault]:
    """What the package, and the rules between entries, say against an entry."""
    faults = [
        Fault(
            entry,
            name,
            _("this column names a person"),
            _("Take it out: only the service’s own contact goes."),
        )
        for name in sorted(FORBIDDEN & values.keys())
    ]
    if values.get("id") in known:
        faults.append(Fault(entry, "id", _("another entry has this identifier"), _("Publish it once.")))
    if entry.kind == "service" and values.get("structure_id") not in known:
        faults.append(
            Fault(
                entry,
                "structure_id",
                _("the structure that offers it does not leave"),
                _("Mend the structure first: what it lacks is in this list."),
            )
        )
    try:
        _MODELS[entry.kind].model_validate(values)
    except ValidationError as refusal:
        # A value that may have several forms is refused once for each: one sentence a column is enough.
        by_column = {_column(error): error for error in reversed(refusal.errors())}
        faults += [_fault(entry, column, error) for column, error in sorted(by_column.items())]
    return faults


def _column(error: ErrorDetails) -> str:
    return str(error["loc"][0]) if error["loc"] else ""


def _fault(entry: Entry, column: str, error: ErrorDetails) -> Fault:
    kind, context = error["type"], error.get("ctx", {})
    if column == "courriel":
        return Fault(entry, column, _("this is no e-mail address"), _("Write it whole: name@domain."))
    if column in CODES and kind != "missing":
        problem = _("“%(value)s” has not the form of this code") % {"value": str(error["input"])[:60]}
        return Fault(entry, column, problem, _("Write the official code: INSEE, postal or SIRET."))
    if kind == "missing":
        return Fault(entry, column, _("it is missing"), _("Fill it in."))
    if kind in ("string_too_short", "too_short"):
        least = context.get("min_length", 1)
        return Fault(entry, column, _("it is too short"), _("Write %(n)s or more.") % {"n": least})
    if kind in ("string_too_long", "too_long"):
        most = context.get("max_length", "")
        return Fault(entry, column, _("it is too long"), _("Write %(n)s at most.") % {"n": most})
    if kind in ("enum", "literal_error"):
        problem = _("“%(value)s” is no value of the schema") % {"value": str(error["input"])[:60]}
        return Fault(entry, column, problem, _("Choose again among the values offered."))
    if kind.startswith("url"):
        return Fault(
            entry,
            column,
            _("this is no address of a web page"),
            _("Write it whole, with https:// at its start."),
        )
    # What the package says itself, in French, of its own rules.
    said = str(context.get("error") or context.get("reason") or error["msg"])
    return Fault(entry, column, said, _("Correct it as the schema asks."))


def _plain(model: Any) -> dict[str, Any]:
    """A validated row as JSON takes it: without what is not known, sets in one order."""
    row: dict[str, Any] = model.model_dump(mode="json", exclude_none=True)
    sets = {name for name, value in model if isinstance(value, set)}
    return {name: sorted(value) if name in sets else value for name, value in row.items()}
