"""The forms of figures with dates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.figures.numbers import NumberField
from croisee.foundation.forms import day_field


class ValueForm(forms.Form):
    """A new value, from when, and where it is written."""

    value = NumberField(label=_("Value"), max_digits=14, decimal_places=2, min_value=0)
    valid_from = day_field(_("In force from"))
    valid_until = day_field(
        _("Until"), required=False, help_text=_("Empty: until another value takes its place.")
    )
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("The text, the page or the guide, with its date.")
    )
    to_confirm = forms.BooleanField(label=_("To be confirmed: no official source was found"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("valid_from", timezone.localdate())


class ConfirmForm(forms.Form):
    """Where a figure was found."""

    source = forms.CharField(label=_("Official source"), max_length=300)
