"""What people fill in about campaigns."""

from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from croisee.stages.forms.rounds import two_years
from croisee.stages.models import Campaign
from croisee.stages.services.campaigns import DATES, NAMES, RULES, open_fields, version_of


class CampaignForm(forms.ModelForm):
    """A campaign; what can no longer change is shown, not asked."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Campaign
        fields = [*NAMES, *DATES, *RULES]
        widgets = {
            **{
                name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
                for name in DATES
            },
            "reserved_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "school_year": _("Written 2026-2027."),
            "list_length": _("How many internships a family may rank, 10 at most."),
            "reserved_share": _(
                "Proposed to employers for each offer: for pupils of priority neighbourhoods and schools."
            ),
            "reserved_until": _("From the next day on, reserved seats that are left are open to everyone."),
            "limit_km": _("As the crow flies. Leave it empty to go by the journey alone."),
            "limit_minutes": _(
                "By public transport, from door to door to be there at 8:45: by the timetable where one is loaded, "
                "else estimated from the distance. No journey of more than two hours is looked for in a timetable."
            ),
            "seed": _(
                "A number drawn in public before anyone sees a result. It decides between equals, and is published."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.created_at:
            self.initial["version"] = version_of(self.instance)
            for name in set(self.fields) - open_fields(self.instance) - {"version"}:
                del self.fields[name]

    def clean_school_year(self) -> str:
        """Two years that follow each other."""
        return two_years(self.cleaned_data["school_year"])

    def clean(self) -> dict[str, Any]:
        """Dates one after the other, with the sentence beside the one that comes too early."""
        values = super().clean() or {}
        moments = [(name, values.get(name) or getattr(self.instance, name)) for name in DATES]
        for (_before, earlier), (name, later) in pairwise(moments):
            if earlier and later and later < earlier:
                too_early = ValidationError(_("This date comes before the one above."))
                self.add_error(name if name in self.fields else None, too_early)
        return values

    @property
    def names(self) -> list[forms.BoundField]:
        """The fields that name the campaign."""
        return self._those(NAMES)

    @property
    def dates(self) -> list[forms.BoundField]:
        """The fields of the calendar."""
        return self._those(DATES)

    @property
    def rules(self) -> list[forms.BoundField]:
        """The fields of the rules."""
        return self._those(RULES)

    def _those(self, names: tuple[str, ...]) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    def values(self) -> dict[str, Any]:
        """What was filled in, by field of the model."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
