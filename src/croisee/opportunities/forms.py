"""What people fill in about opportunities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from croisee.foundation.dates import in_words
from croisee.opportunities.kinds import kinds
from croisee.opportunities.models import Ground, Report, SavedSearch
from croisee.opportunities.searching import DISTANCES_KM, LONGEST_TEXT, MINUTES, SORTS
from croisee.opportunities.sectors import Sector
from croisee.opportunities.services.moderation import LONGEST_REASON
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.wording import duration

LONGEST_ADDRESS = 200
ORDERS = {
    "relevance": _("closest to the words"),
    "minutes": _("soonest reached first"),
    "distance": _("nearest first"),
    "date": _("latest first"),
}


def travel_times() -> list[tuple[int, str]]:
    """The travel times that one may keep to, with their words."""
    return [(minutes, _("at most %s") % duration(minutes)) for minutes in MINUTES]


class SearchForm(forms.Form):
    """What one searches. It is only drawn: what comes back is read by `Criteria.of`, which refuses nothing."""

    text = forms.CharField(label=_("What are you looking for?"), max_length=LONGEST_TEXT, required=False)
    address = forms.CharField(
        label=_("Near which address?"),
        max_length=LONGEST_ADDRESS,
        required=False,
        widget=forms.TextInput(
            attrs={
                "data-suggest": reverse_lazy("territory:suggestions"),
                "data-found": _("addresses suggested"),
                "autocomplete": "street-address",
            }
        ),
    )
    kind = forms.ChoiceField(label=_("What it is"), required=False)
    within_minutes = forms.ChoiceField(label=_("Travel time"), required=False)
    by = forms.ChoiceField(label=_("How"), required=False, choices=Mode)
    within_km = forms.ChoiceField(label=_("Distance"), required=False)
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    starts_on = forms.ChoiceField(label=_("Week"), required=False)
    sort = forms.ChoiceField(label=_("Order"), required=False)
    free_only = forms.BooleanField(label=_("free seats only"), required=False)
    accessible = forms.BooleanField(label=_("accessible with reduced mobility"), required=False)

    def __init__(self, *args: Any, weeks: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["id"] = f"search-{name}"
        if len(kinds()) > 1:
            usual = ", ".join(str(kind.label) for kind in kinds() if kind.searched)
            self._offer("kind", usual, [(kind.name, kind.label) for kind in kinds() if not kind.searched])
        else:
            del self.fields["kind"]
        sectors = sorted(Sector.choices, key=lambda choice: str(choice[1]))
        self._offer("within_minutes", _("any travel time"), travel_times())
        self._offer("within_km", _("any distance"), [(km, f"{km} km") for km in DISTANCES_KM])
        self._offer(
            "sector", _("every sector"), [(value, str(label).capitalize()) for value, label in sectors]
        )
        self._offer("starts_on", _("any week"), [(day.isoformat(), in_words(day)) for day in weeks])
        self._offer("sort", _("as fits best"), [(name, ORDERS[name]) for name in SORTS])

    def _offer(self, name: str, nothing: Any, choices: Sequence[tuple[Any, Any]]) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [("", nothing), *choices]


class ReportForm(forms.ModelForm):
    """What is wrong with an offer. Its reasons are named here: those of the model would begin with an empty one."""

    ground = forms.ChoiceField(label=_("Reason"), choices=Ground, widget=forms.RadioSelect)

    class Meta:
        model = Report
        fields = ["ground", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"text": _("What you saw. Name nobody whom it does not concern.")}


class SavedSearchForm(forms.ModelForm):
    """The name of a saved search, and whether one is written to."""

    class Meta:
        model = SavedSearch
        fields = ["name", "alerts"]


class ReasonForm(forms.Form):
    """Why an offer is not accepted, or is paused."""

    reason = forms.CharField(
        label=_("Why"),
        help_text=_("The employer reads it: say what to change."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
