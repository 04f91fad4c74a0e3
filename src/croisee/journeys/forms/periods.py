"""The forms that choose which days are counted, and of which programme."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from croisee.foundation.forms import day_field
from croisee.journeys.indicators import Period

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

    from croisee.journeys.models import Programme


class PeriodForm(forms.Form):
    """The days that are counted, both included."""

    first = day_field(gettext_lazy("From"))
    last = day_field(gettext_lazy("To"))

    def clean(self) -> dict[str, Any] | None:
        """In order."""
        values = super().clean() or {}
        if values.get("first") and values.get("last") and values["last"] < values["first"]:
            raise ValidationError({"last": _("The period cannot end before it begins.")})
        return values

    def period(self) -> Period:
        """What was chosen, once it is valid."""
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])


def this_year() -> Period:
    """The year so far, whole."""
    year = timezone.localdate().year
    return Period(dt.date(year, 1, 1), dt.date(year, 12, 31))


class YearForm(forms.Form):
    """One programme, one year: fixed cuts, so that no difference of two tables tells of anybody."""

    programme = forms.ChoiceField(label=gettext_lazy("Programme"), required=False)
    year = forms.ChoiceField(label=pgettext_lazy("calendar", "Year"), required=False)

    def __init__(self, data: QueryDict, programmes: QuerySet[Programme], years: list[int]) -> None:
        self.programmes = {str(one.pk): one for one in programmes}
        self.years = years
        asked = {
            "programme": data.get("programme") or next(iter(self.programmes), ""),
            "year": data.get("year") or str(next(iter(years), "")),
        }
        super().__init__(asked | {name: data[name] for name in ("first", "last") if data.get(name)})
        fields: dict[str, Any] = self.fields
        fields["programme"].choices = [(key, one.name) for key, one in self.programmes.items()]
        fields["year"].choices = [(str(year), str(year)) for year in years]

    def programme_chosen(self) -> Programme | None:
        """The programme asked for, if one may read it; the first one otherwise."""
        key = self.data.get("programme", "")
        return self.programmes.get(key) or next(iter(self.programmes.values()), None)

    def period(self) -> Period:
        """The year asked for, or the newest."""
        asked = self.data.get("year", "")
        year = int(asked) if asked in map(str, self.years) else self.years[0]
        return Period(dt.date(year, 1, 1), dt.date(year, 12, 31))


class AnyPeriodForm(YearForm):
    """The same for who follows people: a year, or any days."""

    first = day_field(gettext_lazy("or from"), required=False)
    last = day_field(gettext_lazy("to"), required=False)

    def period(self) -> Period:
        """The days asked for when there are two in order, else the year."""
        if self.is_valid():
            first, last = self.cleaned_data["first"], self.cleaned_data["last"]
            if first and last and first <= last:
                return Period(first, last)
        return super().period()
