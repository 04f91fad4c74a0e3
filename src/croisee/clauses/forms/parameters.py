"""The forms of figures with dates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.clauses.forms.calibration import RefusableForm
from croisee.clauses.forms.numbers import NumberField


def _day(label: Any, *, required: bool, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class ValueForm(RefusableForm):
    """A new value, from when, and where it is written."""

    value = NumberField(label=_("Value"), max_digits=14, decimal_places=2, min_value=0)
    valid_from = _day(_("In force from"), required=True)
    valid_until = _day(_("Until"), required=False, help_text=_("Empty: until another value takes its place."))
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("The text, the page or the guide, with its date.")
    )
    to_confirm = forms.BooleanField(label=_("To be confirmed: no official source was found"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("valid_from", timezone.localdate())


class ConfirmForm(RefusableForm):
    """Where a figure was found."""

    source = forms.CharField(label=_("Official source"), max_length=300)
