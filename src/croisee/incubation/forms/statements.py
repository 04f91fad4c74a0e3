"""The form of another line of a statement."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LineForm(forms.Form):
    """A line that is neither rent, nor charges, nor a booking."""

    label = forms.CharField(label=pgettext_lazy("statement of rent", "What for"), max_length=200)
    quantity = forms.DecimalField(label=_("Quantity"), max_digits=9, decimal_places=3, initial=1)
    unit_price = forms.DecimalField(
        label=_("Unit price before tax (€)"),
        help_text=_("Below zero for a rebate."),
        max_digits=9,
        decimal_places=2,
    )
