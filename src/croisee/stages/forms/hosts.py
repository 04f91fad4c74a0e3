"""The forms of an employer who comes for the first time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from croisee.foundation import identifiers
from croisee.foundation.accounts.fields import validate_siret


class BeginForm(forms.Form):
    """Who offers: an e-mail address and an establishment."""

    email = forms.EmailField(
        label=_("Your e-mail address at work"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    siret = forms.CharField(
        label=_("SIRET number of your establishment"),
        help_text=_("14 digits, on every invoice and payslip. We fill in the rest from it."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_email(self) -> str:
        """The address as accounts keep it."""
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_siret(self) -> str:
        """The number without its spaces."""
        validate_siret(self.cleaned_data["siret"])
        return identifiers.siret(self.cleaned_data["siret"])


class ArriveForm(forms.Form):
    """What is still to be said by who arrives by a link: the host's name when nobody knows it."""

    organisation = forms.CharField(label=_("Name of your organisation"), max_length=200)
    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, known_name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known_name:
            del self.fields["organisation"]
