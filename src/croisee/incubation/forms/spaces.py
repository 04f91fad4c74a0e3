"""The forms of an incubator, of a space, and of the rent grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse_lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.forms import RecordForm
from croisee.incubation.models import GridStep, Incubator, Space, SpaceKind

if TYPE_CHECKING:
    from django.http import QueryDict

    from croisee.incubation.services.spaces import Cell

LET = (SpaceKind.OFFICE, SpaceKind.WORKSHOP, SpaceKind.DESK, SpaceKind.STORE)
"""Kinds of spaces that have a rent."""
MOST_YEARS = 10


class IncubatorForm(RecordForm[Incubator]):
    """An incubator, as everyone sees it."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("run by"))
    address = forms.CharField(
        label=gettext_lazy("address"),
        help_text=gettext_lazy("Number, street, postcode and town."),
        max_length=300,
        widget=forms.TextInput(
            attrs={
                "data-suggest": reverse_lazy("territory:suggestions"),
                "data-found": gettext_lazy("addresses suggested"),
            }
        ),
    )

    class Meta:
        model = Incubator
        fields = (
            "organisation",
            "name",
            "description",
            "email",
            "phone",
            "opened_on",
            "company_years",
            "stay_months",
            "public_domain",
        )
        widgets = {"description": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "public_domain": gettext_lazy(
                "No lease is possible there: agreements are occupations of the public domain (CGPPP, L2122-1)."
            )
        }

    field_order = (
        "organisation",
        "name",
        "address",
        "description",
        "email",
        "phone",
        "opened_on",
        "company_years",
        "stay_months",
        "public_domain",
    )

    def __init__(self, *args: Any, organisations: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["organisation"]
        if not self.instance._state.adding:
            del self.fields["organisation"]
            self.initial["address"] = written(self.instance)
        elif isinstance(choice, forms.ModelChoiceField):
            choice.queryset = organisations
            choice.empty_label = None


def written(incubator: Incubator) -> str:
    """The address of an incubator on one line."""
    town = f"{incubator.postcode} {incubator.city}".strip()
    if not town or town in incubator.address:
        return incubator.address
    return f"{incubator.address}, {town}"


class SpaceForm(RecordForm[Space]):
    """A space: what it is, and what an hour costs when it is booked by hours."""

    class Meta:
        model = Space
        fields = (
            "kind",
            "name",
            "floor",
            "surface",
            "seats",
            "accessible",
            "equipment",
            "bookable",
            "hourly_price",
            "daily_price",
            "outside_price",
        )
        help_texts = {
            "floor": gettext_lazy("0 is the ground floor."),
            "bookable": gettext_lazy(
                "Nobody has it for oneself: those who are hosted, followed or advise here book it."
            ),
            "daily_price": gettext_lazy(
                "What a company hosted here pays for a day at most; 0 for no ceiling."
            ),
            "outside_price": gettext_lazy("Leave it empty where others may not book."),
        }


class GridForm(forms.Form):
    """The rent grid: for each kind of space and year of the stay, the rent and what such premises cost outside."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, incubator: Incubator, seen: str) -> None:
        super().__init__(data, initial={"seen": seen})
        self.years = list(range(1, min(MOST_YEARS, -(-incubator.stay_months // 12)) + 1))
        known = {(one.kind, one.year): one for one in GridStep.objects.filter(incubator=incubator)}
        self.years += sorted({year for _kind, year in known} - set(self.years))
        for kind, year in self._keys():
            step = known.get((kind, year))
            words = {"kind": capfirst(SpaceKind(kind).label), "year": year}
            labels = {
                "rent": _("Rent of the kind “%(kind)s” in year %(year)d, €/m²/month") % words,
                "market": _("Market rent of the kind “%(kind)s” in year %(year)d, €/m²/month") % words,
            }
            for what, label in labels.items():
                self.fields[f"{what}-{kind}-{year}"] = forms.DecimalField(
                    label=label,
                    required=False,
                    min_value=0,
                    max_digits=7,
                    decimal_places=2,
                    initial=getattr(step, what) if step else None,
                    widget=forms.NumberInput(attrs={"step": "0.01", "min": "0", "inputmode": "decimal"}),
                )

    def _keys(self) -> Iterator[tuple[str, int]]:
        for kind in LET:
            for year in self.years:
                yield kind.value, year

    def rows(self) -> Iterator[tuple[str, Sequence[tuple[Any, Any]]]]:
        """Each kind in words, with the fields of rent and market of each year."""
        for kind in LET:
            fields = [
                (self[f"rent-{kind.value}-{year}"], self[f"market-{kind.value}-{year}"])
                for year in self.years
            ]
            yield capfirst(str(kind.label)), fields

    def clean(self) -> dict[str, Any]:
        """A step has both figures, or none."""
        values = super().clean() or {}
        for kind, year in self._keys():
            rent, market = values.get(f"rent-{kind}-{year}"), values.get(f"market-{kind}-{year}")
            if (rent is None) != (market is None):
                lacking = "market" if market is None else "rent"
                name = f"{lacking}-{kind}-{year}"
                if name not in self.errors:
                    self.add_error(name, _("Give both figures, or neither."))
        return values

    def cells(self) -> dict[tuple[str, int], Cell]:
        """What was written, by kind and year."""
        found: dict[tuple[str, int], Cell] = {}
        for kind, year in self._keys():
            rent: Decimal | None = self.cleaned_data[f"rent-{kind}-{year}"]
            market: Decimal | None = self.cleaned_data[f"market-{kind}-{year}"]
            found[kind, year] = None if rent is None or market is None else (rent, market)
        return found
