"""The kinds of imports that apps declare: files, columns, what is right, what to do with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz, process

from croisee.foundation.tables import Column, Fault, Table
from croisee.foundation.tables.columns import header_key

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from croisee.foundation.accounts.models import Account, Organisation
    from croisee.foundation.accounts.roles import Role

    Options = Sequence[tuple[str, StrOrPromise]]

Tables = Mapping[str, Table]


LIKELY_WORD = 80  # rapidfuzz ratio, 0 to 100, from which a meaning is proposed for a word


@dataclass(frozen=True)
class ClosedList:
    """What the cells of a column may say: one of `options(target)`, each a value and what it is called.

    `known` gives what else people write for a value. With `remembered`, what the sender says of other words is kept for
    the next files of the organisation; not for words that are about people.
    """

    options: "Callable[[Target], Options]"
    known: Mapping[str, str] = field(default_factory=dict)
    remembered: bool = True

    def meanings(self, target: "Target") -> dict[str, str]:
        """The value of each text that needs no question, by its key: values, what they are called, what is `known`."""
        found = {header_key(text): value for text, value in self.known.items()}
        for value, label in self.options(target):
            found |= {header_key(value): value, header_key(str(label)): value}
        return found

    def proposed(self, text: str, target: "Target") -> str:
        """The value that a text most looks like; "" when it looks like none."""
        meanings = self.meanings(target)
        near = process.extractOne(
            header_key(text), list(meanings), scorer=fuzz.WRatio, score_cutoff=LIKELY_WORD
        )
        return meanings[near[0]] if near else ""


@dataclass(frozen=True)
class Slot:
    """One of the files of an import: its name in the code, its label on the page, the columns it must have.

    `help_text` says what the file holds. For kinds whose columns the sender maps: `labels` say what each column is;
    `together` names several columns that one column of a file may hold; `closed` and `dates` say what cells are.
    """

    name: str
    label: "StrOrPromise"
    columns: tuple[Column, ...]
    help_text: "StrOrPromise" = ""
    required: bool = True
    labels: "Mapping[str, StrOrPromise]" = field(default_factory=dict)
    together: "Mapping[tuple[str, ...], StrOrPromise]" = field(default_factory=dict)
    closed: Mapping[str, ClosedList] = field(default_factory=dict)
    dates: frozenset[str] = frozenset()

    def label_of(self, column: str) -> str:
        """What a column is, in words; its name when nothing says it."""
        return str(self.labels.get(column, column))


@dataclass(frozen=True)
class Choice:
    """Something that the sender may ask for beside the files: a box to tick."""

    name: str
    label: "StrOrPromise"
    help_text: "StrOrPromise" = ""


@dataclass(frozen=True)
class Target:
    """What an import goes into: `key` as addresses have it, `label` and `url` to say it, `value` for the kind itself.

    `choices` are the names of the choices that were ticked; `answers` what was answered about rows, by their numbers.
    `organisation` is whose the import is: what is learnt of its files is kept for the next. While it is written,
    `advance(done, total)` is told how far it is.
    """

    key: str = ""
    label: "StrOrPromise" = ""
    url: str = ""
    value: Any = None
    choices: frozenset[str] = frozenset()
    answers: Mapping[int, str] = field(default_factory=dict)
    organisation: "Organisation | None" = None
    advance: "Callable[[int, int], None]" = field(default=lambda done, total: None)


class TargetRefused(Exception):  # noqa: N818  reads as the sentence it is
    """The import cannot go there: it is not there, not this account's, or not to be changed any more."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True)
class Outcome:
    """What an import did: where to see it, and in words."""

    url: str
    said: str = ""


@dataclass(frozen=True)
class Question:
    """Something about a row that the sender must say: `options` are answers and what they say; `answer` the one given.

    `asked`: it stops the row until it is answered; else it was settled by itself, and may be said otherwise.
    """

    text: str
    options: tuple[tuple[str, str], ...]
    answer: str = ""
    asked: bool = True


@dataclass(frozen=True)
class PlannedRow:
    """What will become of a row: its number, of whom it is, in a word (`what`, with its tone), and in detail."""

    row: int
    who: str
    what: str
    tone: str = ""
    detail: str = ""
    question: Question | None = None


def _as_named(key: str, account: "Account") -> Target:
    return Target(key)


@dataclass(frozen=True)
class ImportKind:
    """A kind of import.

    `name` is `app.what` and appears in addresses. `roles` are those whose holders may import.
    `target(key, account)` names what the import goes into and authorises it, or raises TargetRefused; it is asked again
    before each check and before writing. `validate(tables, target)` returns what is wrong, each fault built by
    `table.fault(index, column, problem, remedy)`; it has no side effect and is called again after each correction.
    `remarks(tables, target)` says what will happen, of tables without faults. `apply(tables, account, target)` writes,
    inside one transaction that also marks the import as applied, and returns the address of the result, or an Outcome;
    it gets tables without faults. `choices` are boxes that the sender may tick.

    `mapped`: any spreadsheet may be sent, of one slot; the sender says on screen which column is which, and what words
    of closed lists mean; tables then come with cells in the words of `Slot.closed` and dates as 2012-03-25.
    `plan(tables, target)` says what will become of each row, and asks what must be said about it; a row whose question
    waits for an answer is a fault of `validate`. From `long` rows on (0: never), it is applied in the background.
    """

    name: str
    label: "StrOrPromise"
    slots: tuple[Slot, ...]
    validate: "Callable[[Tables, Target], list[Fault]]"
    apply: "Callable[[Tables, Account, Target], str | Outcome]"
    roles: "tuple[Role, ...]"
    target: "Callable[[str, Account], Target]" = field(default=_as_named)
    remarks: "Callable[[Tables, Target], list[str]] | None" = None
    choices: tuple[Choice, ...] = ()
    mapped: bool = False
    plan: "Callable[[Tables, Target], list[PlannedRow]] | None" = None
    long: int = 0

    def slot(self, name: str) -> Slot:
        """The slot called `name`; KeyError when there is none."""
        return {slot.name: slot for slot in self.slots}[name]


_KINDS: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> ImportKind:
    """Declare a kind of import; ValueError when its name is taken by another."""
    if _KINDS.setdefault(kind.name, kind) != kind:
        raise ValueError(f"two kinds of imports are called {kind.name}")
    return kind


def kind_named(name: str) -> ImportKind:
    """The kind of that name; KeyError when no app declares it."""
    return _KINDS[name]
