"""The form by which the sender of any spreadsheet says what is in it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.foundation.imports.kinds import Slot
from croisee.foundation.imports.mapping import Understanding, Word
from croisee.foundation.tables.columns import header_key
from croisee.foundation.tables.spoken_dates import Order
from croisee.foundation.tables.values import shown

EMPTY = "-"
"""The answer by which a word means nothing: the cell is taken for an empty one."""
MOST_COLUMNS = 200


class MappingForm(forms.Form):
    """For each column of the file, which of ours it is; then what its dates and words mean, once that is known."""

    header_row = forms.IntegerField(
        label=gettext_lazy("Row of the headings"),
        min_value=1,
        max_value=1000,
        help_text=gettext_lazy("As the spreadsheet numbers them. Titles above it are left aside."),
    )

    def __init__(self, understanding: Understanding, kept_row: int | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept_row = kept_row
        self.understanding = understanding
        self.headings = understanding.sheet.headings[:MOST_COLUMNS]
        self.fields["header_row"].initial = understanding.sheet.header_row
        self._add_columns()
        if understanding.dates_are_open or understanding.dates:
            self._add_dates()
        self.words: list[Word] = []
        crowded = understanding.crowded()
        for word in understanding.unknown_words():
            if word.column not in crowded:
                self._add_word(word)

    def _add_columns(self) -> None:
        slot = self.understanding.slot
        choices = [("", _("left aside")), *_fields(slot)]
        chosen = _chosen(slot, self.understanding.mapping)
        for place, heading in enumerate(self.headings):
            samples = " · ".join(shown(text, 30) for text in self.understanding.samples(heading))
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=shown(heading, 80),
                required=False,
                choices=choices,
                initial=chosen.get(heading, ""),
                # Cells are what somebody wrote: they reach the page as text.
                help_text=format_html("{}", samples or _("no cell is filled")),
            )

    def _add_dates(self) -> None:
        options = [
            (Order.DAY, _("3 April 2020 (the day first)")),
            (Order.MONTH, _("4 March 2020 (the month first)")),
        ]
        self.fields["dates"] = forms.ChoiceField(
            label=_("In this file, 03/04/2020 is"),
            choices=options,
            initial=self.understanding.order,
            widget=forms.RadioSelect,
        )

    def _add_word(self, word: Word) -> None:
        slot = self.understanding.slot
        options = [("", _("choose what it means")), (EMPTY, _("nothing: leave the cell empty"))]
        options += [
            (value, str(label))
            for value, label in slot.closed[word.column].options(self.understanding.target)
        ]
        known = self.understanding.words.get(word.column, {}).get(header_key(word.text))
        said = {"word": shown(word.text, 60), "column": slot.label_of(word.column)}
        self.fields[word.name] = forms.ChoiceField(
            label=_("“%(word)s” in “%(column)s”") % said,
            help_text=ngettext("%(n)d row", "%(n)d rows", word.rows) % {"n": word.rows},
            required=False,
            choices=options,
            initial=word.proposed if known is None else known or EMPTY,
        )
        self.words.append(word)

    def clean(self) -> dict[str, Any]:
        """Refuse a field of ours said of two columns; what is missing is said once the rest is kept."""
        cleaned: dict[str, Any] = super().clean() or {}
        taken: dict[str, str] = {}
        for place, heading in enumerate(self.headings):
            for name in _names(cleaned.get(f"column-{place}", "")):
                if name in taken:
                    label = self.understanding.slot.label_of(name)
                    text = _("“%(field)s” is chosen for “%(first)s” already: choose it once.")
                    said = {"field": label, "first": shown(taken[name], 60)}
                    self.add_error(f"column-{place}", ValidationError(text, params=said))
                taken.setdefault(name, heading)
        return cleaned

    @property
    def mapping(self) -> dict[str, str]:
        """What was said: column to heading."""
        chosen = {
            heading: self.cleaned_data.get(f"column-{place}", "")
            for place, heading in enumerate(self.headings)
        }
        return {name: heading for heading, field in chosen.items() for name in _names(field)}

    @property
    def said_words(self) -> dict[str, dict[str, str]]:
        """What was said of words: column, word as compared, value."""
        said: dict[str, dict[str, str]] = {}
        for word in self.words:
            if answer := self.cleaned_data.get(word.name, ""):
                value = "" if answer == EMPTY else answer
                said.setdefault(word.column, {})[header_key(word.text)] = value
        return said

    @property
    def header(self) -> int | None:
        """The row of the headings as it is to be kept: None while it is the one found by itself."""
        row: int = self.cleaned_data["header_row"]
        return self.kept_row if row == self.understanding.sheet.header_row else row

    @property
    def columns(self) -> list[forms.BoundField]:
        """The questions about columns."""
        return [self[name] for name in self.fields if name.startswith("column-")]

    @property
    def about_words(self) -> list[forms.BoundField]:
        """The questions about words."""
        return [self[word.name] for word in self.words]

    @property
    def about_dates(self) -> forms.BoundField | None:
        """The question about dates, when there is one."""
        return self["dates"] if "dates" in self.fields else None


def _fields(slot: Slot) -> Iterable[tuple[str, str]]:
    """What a column of the file may be: ours, then those that hold several of ours."""
    for column in slot.columns:
        label = slot.label_of(column.name)
        yield column.name, _("%(field)s (needed)") % {"field": label} if column.required else label
    for names, told in slot.together.items():
        yield "+".join(names), str(told)


def _names(field: str) -> list[str]:
    return field.split("+") if field else []


def _chosen(slot: Slot, mapping: Any) -> dict[str, str]:
    """Which field each heading is, as the drop-downs say it."""
    held: dict[str, list[str]] = {}
    for column in slot.columns:
        if column.name in mapping:
            held.setdefault(mapping[column.name], []).append(column.name)
    together = {frozenset(names): "+".join(names) for names in slot.together}
    return {heading: together.get(frozenset(names), names[0]) for heading, names in held.items()}
