"""What is typed and ticked on the pages of wishes and places."""

from django import forms
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from croisee.opportunities.forms import travel_times
from croisee.opportunities.searching import DISTANCES_KM
from croisee.opportunities.sectors import Sector
from croisee.territory.travel.modes import Mode

EVERYTHING = ("", _("Everything"))


class BrowseForm(forms.Form):
    """How the offers of one's week are narrowed; its fields are those of `Criteria.of`."""

    text = forms.CharField(label=_("Search"), required=False, max_length=200, widget=forms.TextInput)
    sector = forms.ChoiceField(label=_("Sector"), required=False, choices=[EVERYTHING, *Sector.choices])
    within_minutes = forms.ChoiceField(
        label=_("Travel time"), required=False, choices=lambda: [EVERYTHING, *travel_times()]
    )
    by = forms.ChoiceField(label=_("How"), required=False, choices=Mode)
    within_km = forms.ChoiceField(
        label=_("Distance"),
        required=False,
        choices=[EVERYTHING, *((str(km), lazystr(f"{km} km")) for km in DISTANCES_KM)],
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("soonest reached or most fitting first")),
            ("distance", _("nearest first")),
            ("date", _("the newest first")),
        ],
    )
    accessible = forms.BooleanField(label=_("Accessible with reduced mobility"), required=False)


class GiveBackForm(forms.Form):
    """The second confirmation before a place is given back."""

    sure = forms.BooleanField(
        label=_("I understand that this place goes to somebody else and cannot be had again."),
        error_messages={"required": _("Tick this box if the place is really to be given back.")},
    )
