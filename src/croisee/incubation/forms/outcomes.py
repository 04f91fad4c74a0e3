"""The forms of the dashboard, of survival, of files of SIRENE."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from croisee.foundation.forms import day_field
from croisee.incubation.indicators import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files import File
    from django.http import QueryDict

    from croisee.incubation.models import Incubator

MOST_BYTES = 2 * 1024**3
OLDEST = dt.date(1990, 1, 1)


def _of_a_size_to_read(file: File) -> None:
    if (file.size or 0) > MOST_BYTES:
        raise ValidationError(
            _("This file is larger than 2 GB: give it to the command “incubation survival” instead.")
        )


class PeriodForm(forms.Form):
    """Which incubator, from which day to which: from 1 January to today without an answer, or without two in order."""

    incubator = forms.ChoiceField(label=pgettext_lazy("premises", "Incubator"), required=False)
    first = day_field(_("From"), required=False)
    last = day_field(pgettext_lazy("period", "To"), required=False)

    def __init__(self, data: QueryDict, incubators: Sequence[Incubator], today: dt.date) -> None:
        self.incubators, self.today = list(incubators), today
        year = today.replace(month=1, day=1)
        asked = {"first": year.isoformat(), "last": today.isoformat(), "incubator": ""}
        super().__init__(asked | {name: data[name] for name in asked if data.get(name)})
        fields: dict[str, Any] = self.fields
        if len(self.incubators) < 2:
            del fields["incubator"]
            return
        fields["incubator"].choices = [("", _("all of mine")), *((str(one.pk), one) for one in incubators)]

    def clean(self) -> dict[str, Any]:
        """The two days in order."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("A period ends after it begins."))
        if first and first < OLDEST:
            self.add_error("first", _("Choose a day from 1990 on."))
        if first and last and last > self.today + dt.timedelta(days=3660):
            self.add_error("last", _("Choose a nearer day."))
        return cleaned

    def span(self) -> Span:
        """The period asked for, or the year until today when it cannot be."""
        if self.is_valid() and self.cleaned_data["first"] and self.cleaned_data["last"]:
            return Span(self.cleaned_data["first"], self.cleaned_data["last"])
        return Span(self.today.replace(month=1, day=1), self.today)

    def chosen(self) -> list[Incubator]:
        """The incubator asked for, or all of them."""
        asked = self.data.get("incubator", "")
        return [one for one in self.incubators if str(one.pk) == asked] or self.incubators


class YearForm(forms.Form):
    """One whole year that has ended: fixed cuts, so that no difference of two tables tells of anybody."""

    year = forms.ChoiceField(label=pgettext_lazy("calendar", "Year"), required=False)

    def __init__(self, data: QueryDict, years: Sequence[int]) -> None:
        self.years = list(years)
        newest = str(self.years[0]) if self.years else ""
        asked = data.get("year", "")
        super().__init__({"year": asked if asked in [str(year) for year in years] else newest})
        fields: dict[str, Any] = self.fields
        fields["year"].choices = [(str(year), str(year)) for year in years]

    def span(self) -> Span:
        """The year asked for, or the newest."""
        year = int(self.data["year"])
        return Span(dt.date(year, 1, 1), dt.date(year, 12, 31))


class SireneForm(forms.Form):
    """A file of the histories of legal units, as Insee publishes it."""

    file = forms.FileField(
        label=_("File StockUniteLegaleHistorique"),
        help_text=_(
            "The CSV file as Insee publishes it, in its zip, compressed with gzip, or plain. Only the companies "
            "that are followed here are kept."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,.gz,.csv"}),
        validators=[_of_a_size_to_read],
    )


class DeclareForm(forms.Form):
    """Whether a company was still active so many years after it was founded."""

    years = forms.TypedChoiceField(label=pgettext_lazy("survival", "When"), coerce=int)
    active = forms.TypedChoiceField(
        label=_("The company was then"),
        choices=[("1", _("active")), ("0", pgettext_lazy("company", "no longer active"))],
        coerce=lambda text: text == "1",
        widget=forms.RadioSelect,
    )

    def __init__(self, data: QueryDict | None, years: Sequence[int]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["years"].choices = [
            (one, ngettext("%(n)d year after", "%(n)d years after", one) % {"n": one}) for one in years
        ]
