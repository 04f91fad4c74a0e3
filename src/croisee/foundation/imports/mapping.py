"""Any spreadsheet: which of its columns is which of ours, what comes first in its dates, what its words mean."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from croisee.foundation.imports.kinds import Slot, Target
from croisee.foundation.imports.matching import guess
from croisee.foundation.imports.models import ImportFile, ImportMapping
from croisee.foundation.tables import Column, Fault, FaultyInput, Sheet, Table
from croisee.foundation.tables.columns import header_key
from croisee.foundation.tables.spoken_dates import Order, is_open, iso_date, order_of

SAMPLES = 4
MOST_WORDS = 40
"""More different words than any closed list has: the column is another one."""
REMEMBERED = 20
"""How many tables of an organisation are looked at for what words mean."""
FAULTS = ("à corriger", "to correct")
"""The column that we add to files of rows left out: never one of theirs."""


@dataclass(frozen=True)
class Word:
    """A word of a closed list that means nothing yet, how many rows have it, and what it may mean."""

    column: str
    text: str
    rows: int
    proposed: str

    @property
    def name(self) -> str:
        """Its name in forms: the same while the words of the file are."""
        return f"word-{self.column}-{_digest(header_key(self.text))[:12]}"


@dataclass
class Understanding:
    """A sheet under a mapping: what is missing, what is to be said."""

    sheet: Sheet
    slot: Slot
    mapping: Mapping[str, str]
    target: Target
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: str = ""

    def samples(self, heading: str) -> list[str]:
        """A few different cells under a heading."""
        texts = (text for text in self.sheet.texts(heading) if text)
        return list(dict.fromkeys(texts))[:SAMPLES]

    @property
    def missing(self) -> list[Column]:
        """Required columns that no heading is."""
        return [column for column in self.slot.columns if column.required and column.name not in self.mapping]

    def _date_texts(self) -> list[str]:
        mapped = [self.mapping[name] for name in self.slot.dates if name in self.mapping]
        return [text for heading in mapped for text in self.sheet.texts(heading)]

    @property
    def order(self) -> Order:
        """What comes first in dates: as said, else as they tell, else the day."""
        if self.dates:
            return Order(self.dates)
        return order_of(self._date_texts()) or Order.DAY

    @property
    def dates_are_open(self) -> bool:
        """Whether the dates do not tell by themselves what comes first."""
        texts = self._date_texts()
        return is_open(texts) and order_of(texts) is None

    def unknown_words(self) -> list[Word]:
        """The words of closed lists that mean nothing by themselves, by column, the most frequent first."""
        found = []
        for name, closed in self.slot.closed.items():
            if name not in self.mapping:
                continue
            meanings = closed.meanings(self.target)
            counts = Counter(text for text in self.sheet.texts(self.mapping[name]) if header_key(text))
            shown: dict[str, tuple[str, int]] = {}
            for text, rows in counts.most_common():
                if (key := header_key(text)) not in meanings:
                    shown[key] = (shown.get(key, (text, 0))[0], shown.get(key, (text, 0))[1] + rows)
            found += [
                Word(name, text, rows, closed.proposed(text, self.target)) for text, rows in shown.values()
            ]
        return found

    def crowded(self) -> list[str]:
        """The columns that hold too many such words to be the closed list that they are said to be."""
        counts = Counter(word.column for word in self.unknown_words())
        return [name for name, count in counts.items() if count > MOST_WORDS]

    def unsaid(self) -> list[Word]:
        """The words that nothing was said of yet, crowded columns left aside."""
        crowded = self.crowded()
        return [
            word
            for word in self.unknown_words()
            if word.column not in crowded and header_key(word.text) not in self.words.get(word.column, {})
        ]

    def table(self) -> Table:
        """The wanted columns, dates and words in our own; what cannot be understood stays as it is written.

        Raises FaultyInput when a required column is not said.
        """
        if self.missing:
            raise FaultyInput([self._not_said(column) for column in self.missing])
        return self.understood(self.sheet.table(self.slot.columns, self.mapping))

    def understood(self, table: Table) -> Table:
        """`table` with dates and words in our own, and nothing where a dash stands for nothing; changed in place."""
        for name, cells in table.columns.items():
            table.columns[name] = ["" if text and not header_key(text) else text for text in cells]
        order = self.order
        for name in self.slot.dates & table.columns.keys():
            table.columns[name] = [text and iso_date(text, order) for text in table.columns[name]]
        for name, closed in self.slot.closed.items():
            said = self.words.get(name, {})
            meanings = {**closed.meanings(self.target), **said}
            labels = {value: str(label) for value, label in closed.options(self.target)}
            cells = table.columns[name]
            known = {text: meanings.get(header_key(text)) for text in set(cells)}
            table.columns[name] = [
                text if (value := known[text]) is None else labels.get(value, "") for text in cells
            ]
        return table

    def _not_said(self, column: Column) -> Fault:
        label = self.slot.label_of(column.name)
        problem = _("no column of the file is said to be “%(name)s”.") % {"name": label}
        return Fault(self.sheet.file, self.sheet.header_row, label, problem, _("Say which one it is."))


def fingerprint(headings: Iterable[str]) -> str:
    """What tells one set of headings from another, whatever their order."""
    return _digest("\n".join(sorted(header_key(heading) for heading in headings)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def proposed(slot: Slot, headings: list[str]) -> dict[str, str]:
    """Which heading is which column, as far as their names tell: column to heading."""
    free = [heading for heading in headings if header_key(heading) not in map(header_key, FAULTS)]
    found: dict[str, str] = {}
    shared = [key for together in slot.together for key in _keys_of_all(slot, together)]
    for heading in free:
        named = [column.name for column in slot.columns if header_key(heading) in column.keys]
        if named and header_key(heading) not in shared and named[0] not in found:
            found[named[0]] = heading
    for together in slot.together:
        keys = _keys_of_all(slot, together)
        if not any(name in found for name in together):
            whole = [one for one in free if header_key(one) in keys]
            found |= dict.fromkeys(together, whole[0]) if whole else {}
    left = [column for column in slot.columns if column.name not in found]
    return found | guess(_named(slot, left), [one for one in free if one not in found.values()])


def _keys_of_all(slot: Slot, names: Iterable[str]) -> set[str]:
    """The keys that several columns share: one column of a file holds them all."""
    return set.intersection(*({*column.keys} for column in slot.columns if column.name in set(names)))


def _named(slot: Slot, columns: Iterable[Column]) -> list[Column]:
    """The columns with what they are called here among their names."""
    return [
        Column(column.name, (*column.aliases, slot.label_of(column.name)), required=column.required)
        for column in columns
    ]


def propose(file: ImportFile, sheet: Sheet, target: Target) -> None:
    """Understand a new file as the last one of the organisation with these headings; else by its headings' names.

    What words meant in its other tables is proposed too. The file is not saved.
    """
    known: list[ImportMapping] = []
    if target.organisation is not None:
        rows = ImportMapping.objects.filter(
            organisation=target.organisation, kind=file.draft.kind, slot=file.slot
        )
        known = list(rows[:REMEMBERED])
    mark = fingerprint(sheet.headings)
    same = next((row for row in known if row.fingerprint == mark), None)
    by_key = {header_key(heading): heading for heading in sheet.headings}
    file.words = {}
    for row in reversed(known):
        for column, words in row.words.items():
            file.words.setdefault(column, {}).update(words)
    if same is not None:
        named = {name: by_key.get(header_key(heading)) for name, heading in same.columns.items()}
        file.mapping = {name: heading for name, heading in named.items() if heading}
        file.dates = same.dates
    else:
        file.mapping = proposed(file.declared, sheet.headings)


def remember(file: ImportFile, understanding: Understanding) -> None:
    """Keep how a file was understood, for the next of its organisation: headings, and words of lists, never people."""
    slot, target = understanding.slot, understanding.target
    if target.organisation is None:
        return
    words: dict[str, dict[str, str]] = {}
    for word in understanding.unknown_words():
        said = file.words.get(word.column, {})
        key = header_key(word.text)
        if slot.closed[word.column].remembered and key in said:
            words.setdefault(word.column, {})[key] = said[key]
    ImportMapping.objects.update_or_create(
        organisation=target.organisation,
        kind=file.draft.kind,
        slot=file.slot,
        fingerprint=fingerprint(understanding.sheet.headings),
        defaults={"columns": file.mapping, "words": words, "dates": understanding.dates},
    )
