"""What people fill in about teams and organisations."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from croisee.directory.services.companies import FIRST_ROLE
from croisee.foundation import identifiers
from croisee.foundation.accounts.fields import validate_siret, validate_uai
from croisee.foundation.accounts.roles import Kind, Role


class ColleagueForm(forms.Form):
    """Whom to invite to a team, and as what."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    role = forms.ChoiceField(label=_("Role"))
    administers = forms.BooleanField(
        label=_("Manages the team too"),
        required=False,
        help_text=_("May invite colleagues and end their roles, as you do."),
    )

    def __init__(self, roles: list[Role], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["role"]
        field.choices = [(role.value, role.label) for role in roles]


class NumberForm(forms.Form):
    """The number that tells which organisation it is."""

    number = forms.CharField(
        label=_("SIRET number, or UAI number of a school"),
        max_length=30,
        help_text=_(
            "14 digits for a company, an association or a town hall; 7 digits and a letter for a school."
        ),
    )

    def clean_number(self) -> str:
        """The number in its canonical form."""
        text = "".join(self.cleaned_data["number"].split()).upper()
        if text[-1:].isalpha():
            validate_uai(text)
            return identifiers.uai(text)
        validate_siret(text)
        return identifiers.siret(text)


class OrganisationForm(forms.Form):
    """An organisation and its first person."""

    number = forms.CharField(widget=forms.HiddenInput())
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in FIRST_ROLE])
    name = forms.CharField(label=_("Name"), max_length=200)
    person = forms.CharField(label=_("Name of the first person"), max_length=150, required=False)
    email = forms.EmailField(
        label=_("E-mail address of the first person"),
        help_text=_("This person manages the team and may invite colleagues."),
    )

    def clean(self) -> dict[str, Any]:
        """A UAI number is a school's, and a school has one."""
        data = super().clean() or {}
        is_uai = str(data.get("number", ""))[-1:].isalpha()
        if data.get("kind") and is_uai != (data["kind"] == Kind.SCHOOL):
            raise ValidationError(_("A school goes by its UAI number, any other organisation by its SIRET."))
        return data
