"""Matching the sectors of the national platform with ours."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from croisee.opportunities.sectors import Sector
from croisee.stages.models import PartnerSector


class SectorsForm(forms.Form):
    """One choice a sector of the platform, named by its identifier."""

    def __init__(self, rows: Iterable[PartnerSector], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in rows:
            self.fields[row.uuid] = forms.ChoiceField(
                label=row.name,
                choices=[("", _("not matched")), *Sector.choices],
                initial=row.sector,
                required=False,
            )
