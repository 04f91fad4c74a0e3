"""The fields of a person and of their work profile, for the forms of every service that writes them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.directory.forms import HOME_SUGGESTS
from croisee.directory.forms.jobs import JobsField
from croisee.directory.models import Capacity, Level, Mode, Person, Sex
from croisee.directory.services.profiles import PROFILE_FIELDS
from croisee.foundation.dates import age_in_years
from croisee.foundation.forms import day_field

YOUNGEST, OLDEST = 14, 80


def home_field(help_text: Any) -> forms.CharField:
    """A home address, suggested as it is written; `help_text` says what a service does with it."""
    return forms.CharField(
        label=gettext_lazy("Home address"),
        max_length=300,
        required=False,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off", **HOME_SUGGESTS}),
    )


class PersonFields(forms.Form):
    """Abstract: who somebody is, and what is known to begin with. Each service adds `address`, with what it is for."""

    given_name = forms.CharField(label=gettext_lazy("First name"), max_length=100)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=100)
    birth_date = day_field(gettext_lazy("Born on"))
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), choices=Sex, initial=Sex.UNKNOWN)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=30, required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level of training"), choices=Level, initial=Level.UNKNOWN)
    jobs = JobsField(
        label=gettext_lazy("Jobs looked for (ROME codes)"),
        help_text=gettext_lazy(
            "Write a code, as F1606, or a trade, as painting. Several: with a comma between them."
        ),
    )

    def clean_birth_date(self) -> dt.date:
        """An age at which one is followed, and works."""
        born: dt.date = self.cleaned_data["birth_date"]
        if not YOUNGEST <= age_in_years(born, timezone.localdate()) <= OLDEST:
            raise ValidationError(_("This date makes an age that cannot be: check the year."))
        return born


class WorkFields(PersonFields):
    """Abstract: the same with the whole work profile."""

    available_from = day_field(gettext_lazy("Available from"), required=False)
    available_until = day_field(gettext_lazy("Available until"), required=False)
    weekly_hours = forms.DecimalField(
        label=gettext_lazy("Hours a week, at most"),
        min_value=1,
        max_value=48,
        max_digits=4,
        decimal_places=1,
        initial=35,
    )
    mode = forms.ChoiceField(label=gettext_lazy("Travels"), choices=Mode, initial=Mode.TRANSIT)
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes to work, at most"), min_value=1, max_value=180, initial=60
    )


def known_of(person: Person) -> dict[str, Any]:
    """What is known of a person, by the names of these fields."""
    own = next((one for one in person.contacts.all() if one.capacity == Capacity.SELF), None)
    profile = getattr(person, "profile", None)
    names = ("given_name", "family_name", "birth_date", "address")
    return {
        "email": own.email if own else "",
        "phone": own.phone if own else "",
        **{name: getattr(person, name) for name in names},
        **({name: getattr(profile, name) for name in PROFILE_FIELDS} if profile else {}),
    }
