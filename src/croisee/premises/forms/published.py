"""The form that takes CNIG files."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.premises.cnig_uploads import MOST_BYTES, sorted_out


class CnigForm(forms.Form):
    """One file: a CSV, a spreadsheet, GeoJSON, or a ZIP of several. `files` gives them by slot once it is valid."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "SITE-ECO, TERRAIN-ECO, POLE-ECO or Friches as CSV, spreadsheet or GeoJSON, or a ZIP of several. Which "
            "one it is, its columns tell."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods,.json,.geojson,.zip"}),
    )

    def clean_file(self) -> Any:
        """The files by slot."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("This file is larger than 60 MB: send its files one by one."))
        return sorted_out(str(file.name), file.read())
