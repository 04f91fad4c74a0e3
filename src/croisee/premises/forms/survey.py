"""The form of the walk, and that by which a unit is made of what was seen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation.forms import moment
from croisee.premises.kinds import NOT_CLASSIC, UnitKind

OLDEST = dt.timedelta(days=90)
AHEAD = dt.timedelta(hours=24)
EMPTY = (("", gettext_lazy("cannot tell")), ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))


def kinds() -> list[tuple[str, list[tuple[str, Any]]]]:
    """Kinds in two groups, those that are not classic first."""
    classic = [one for one in UnitKind if one not in NOT_CLASSIC]
    return [
        (str(_("Not classic")), [(one.value, one.label) for one in NOT_CLASSIC]),
        (str(_("Classic")), [(one.value, one.label) for one in classic]),
    ]


class SightingForm(forms.Form):
    """What one writes down in the street: as little as possible, nothing about people."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=kinds)
    address = forms.CharField(label=gettext_lazy("Address or landmark"), max_length=300, required=False)
    surface = forms.DecimalField(
        label=gettext_lazy("Surface, roughly (m²)"),
        min_value=1,
        max_digits=9,
        decimal_places=1,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
    )
    empty = forms.ChoiceField(label=gettext_lazy("Does it look empty?"), choices=EMPTY, required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("What one sees of the premises. Write nothing about people."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lon = forms.FloatField(min_value=-180, max_value=180, required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(min_value=-90, max_value=90, required=False, widget=forms.HiddenInput)
    accuracy = forms.FloatField(min_value=0, required=False, widget=forms.HiddenInput)
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_empty(self) -> bool | None:
        """Yes, no, or not known."""
        return {"yes": True, "no": False}.get(self.cleaned_data["empty"])

    def clean_seen_at(self) -> dt.datetime:
        """When it was seen, as the telephone says; now when it says nothing."""
        text = self.cleaned_data["seen_at"]
        now = timezone.now()
        if not text:
            return now
        found = moment(text.replace("Z", "+00:00"))
        if found is None or not now - OLDEST <= found <= now + AHEAD:
            raise ValidationError(_("The clock of the telephone cannot be right: set it, then save again."))
        return found

    def clean(self) -> dict[str, Any]:
        """A place one can find again: a position or an address."""
        values: dict[str, Any] = super().clean() or {}
        if (values.get("lon") is None) != (values.get("lat") is None):
            values["lon"] = values["lat"] = None
        if values.get("lat") is None and not values.get("address"):
            raise ValidationError(_("Take your position, or write an address or a landmark."))
        return values


class KeepForm(forms.Form):
    """What is needed to make a unit of what was seen; the rest is completed on the unit's own page."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=kinds)
    surface = forms.DecimalField(
        label=gettext_lazy("Surface (m²)"), min_value=1, max_digits=9, decimal_places=1
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
