"""The forms of economic sites: the site, its outline."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.forms import RecordForm
from croisee.foundation.identifiers import InvalidIdentifier, commune
from croisee.premises.models import Site

LONGEST = 20
MANAGERS = tuple(
    (value[:LONGEST], label)
    for value, label in (
        ("epci", _("the metropolis (EPCI)")),
        ("commune", _("the commune")),
        ("société d'économie mixte", _("a mixed company (SEM, SPL)")),
        ("chambre de commerce et industrie", _("the chamber of commerce and industry")),
        ("Etat", _("the State")),
        ("privé", _("a private developer")),
        ("autre", pgettext_lazy("developer of a site", "another")),
        ("sans objet", pgettext_lazy("developer of a site", "nobody: does not apply")),
        ("inconnu", pgettext_lazy("developer of a site", "not known")),
    )
)
"""Who develops a site (CNIG Sites économiques, site_moa_type), as the first twenty characters of the value."""


class SiteForm(RecordForm[Site]):
    """An economic site."""

    manager_kind = forms.ChoiceField(label=_("developed by"), choices=MANAGERS)

    class Meta:
        model = Site
        fields = (
            "name",
            "zone",
            "vocation",
            "state",
            "commune_code",
            "commune_name",
            "gross",
            "useful",
            "manager_kind",
            "manager_name",
            "identified_on",
            "consulted_on",
            "updated_on",
        )
        help_texts = {
            "zone": _(
                "The law asks for an inventory of it, and for its vacancy (code de l’urbanisme, L318-8-1)."
            ),
            "commune_name": _("Found by its code where the commune is loaded."),
            "consulted_on": _("First day of the thirty days in which owners and occupants are consulted."),
            "updated_on": _("At least every six years (code de l’urbanisme, L318-8-2)."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["commune_name"].required = False

    def clean_commune_code(self) -> str:
        """The code, checked."""
        try:
            return commune(self.cleaned_data["commune_code"])
        except InvalidIdentifier as error:
            raise ValidationError(str(error)) from error


class OutlineForm(forms.Form):
    """The file of an outline."""

    file = forms.FileField(
        label=_("Outline (GeoJSON)"),
        help_text=_("One polygon or several, in longitude and latitude (WGS 84), 2 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json"}),
    )
