"""The form of a person who is followed: who it is, and what they can do and look for at work."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.directory.forms import HOME_SUGGESTS
from croisee.directory.forms.jobs import JobsField
from croisee.directory.models import Capacity, Level, Mode, Person, Sex
from croisee.foundation.dates import age_in_years
from croisee.foundation.forms import day_field
from croisee.journeys.forms.following import Seen
from croisee.journeys.services.following.person import last_change

if TYPE_CHECKING:
    from django.http import QueryDict

YOUNGEST, OLDEST = 14, 80
PROFILE = ("sex", "level", "jobs", "available_from", "available_until", "weekly_hours", "mode", "minutes")


class PersonForm(Seen):
    """The file of the person."""

    given_name = forms.CharField(label=gettext_lazy("First name"), max_length=100)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=100)
    birth_date = day_field(gettext_lazy("Born on"))
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), choices=Sex, initial=Sex.UNKNOWN)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=30, required=False)
    address = forms.CharField(
        label=gettext_lazy("Home address"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "It gives travel times. What was noted at the entry about the neighbourhood stays."
        ),
    )
    level = forms.ChoiceField(label=gettext_lazy("Level of training"), choices=Level, initial=Level.UNKNOWN)
    jobs = JobsField(
        label=gettext_lazy("Jobs looked for (ROME codes)"),
        help_text=gettext_lazy(
            "Write a code, as F1606, or a trade, as painting. Several: with a comma between them."
        ),
    )
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

    def __init__(self, data: QueryDict | None = None, *, person: Person) -> None:
        super().__init__(data, initial=self._of(person))
        self.fields["address"].widget.attrs.update(HOME_SUGGESTS)

    def _of(self, person: Person) -> dict[str, Any]:
        own = next((one for one in person.contacts.all() if one.capacity == Capacity.SELF), None)
        profile = getattr(person, "profile", None)
        names = ("given_name", "family_name", "birth_date", "address")
        return {
            "seen": last_change(person).isoformat(),
            "email": own.email if own else "",
            "phone": own.phone if own else "",
            **{name: getattr(person, name) for name in names},
            **({name: getattr(profile, name) for name in PROFILE} if profile else {}),
        }

    def clean_birth_date(self) -> dt.date:
        """An age at which one is followed."""
        born: dt.date = self.cleaned_data["birth_date"]
        if not YOUNGEST <= age_in_years(born, timezone.localdate()) <= OLDEST:
            raise ValidationError(_("This date makes an age that cannot be: check the year."))
        return born
