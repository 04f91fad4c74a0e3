"""The forms of participants and of their eligibility."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.clauses.models import Criterion, Eligibility, Participant
from croisee.clauses.services.participants import last_change
from croisee.directory.forms import HOME_SUGGESTS
from croisee.directory.forms.jobs import JobsField
from croisee.directory.models import Capacity, Level, Mode, Sex
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.dates import age_in_years
from croisee.foundation.documents.uploads import ACCEPTED, checked
from croisee.foundation.forms import day_field

if TYPE_CHECKING:
    from django.http import QueryDict

YOUNGEST, OLDEST = 14, 80


class ParticipantForm(forms.Form):
    """A person, and what helps to find work. `same` says which known person it is, or that it is nobody known."""

    same = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    given_name = forms.CharField(label=gettext_lazy("First name"), max_length=100)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=100)
    birth_date = day_field(gettext_lazy("Born on"))
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), choices=Sex, initial=Sex.UNKNOWN)
    address = forms.CharField(
        label=gettext_lazy("Home address"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "It gives the travel time to work. Whether it is in a priority neighbourhood is answered once and kept: it "
            "is counted, it never ranks nor leaves out anybody."
        ),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=30, required=False)
    jobs = JobsField(
        label=gettext_lazy("Jobs looked for (ROME codes)"),
        help_text=gettext_lazy(
            "Write a code, as F1606, or a trade, as painting. Several: with a comma between them."
        ),
    )
    level = forms.ChoiceField(label=gettext_lazy("Level of training"), choices=Level, initial=Level.UNKNOWN)
    looking = forms.BooleanField(label=gettext_lazy("Looks for work"), required=False, initial=True)
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
    prescriber = forms.ModelChoiceField(
        label=gettext_lazy("Sent by"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("nobody, or not said"),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The person may read it. Nothing about health."),
    )

    def __init__(self, data: QueryDict | None = None, participant: Participant | None = None) -> None:
        super().__init__(data)
        self.fields["prescriber"].queryset = Organisation.objects.filter(  # type: ignore[attr-defined]
            kind__in=(Kind.ASSOCIATION, Kind.OTHER)
        ).order_by("name")
        self.fields["address"].widget.attrs.update(HOME_SUGGESTS)
        if participant is not None:
            self.initial = self._of(participant)

    def _of(self, participant: Participant) -> dict[str, Any]:
        person, profile = participant.person, participant.person.profile
        own = person.contacts.filter(capacity=Capacity.SELF).first()
        kept = (
            "sex",
            "jobs",
            "level",
            "available_from",
            "available_until",
            "weekly_hours",
            "mode",
            "minutes",
        )
        return {
            "seen": last_change(participant).isoformat(),
            "given_name": person.given_name,
            "family_name": person.family_name,
            "birth_date": person.birth_date,
            "address": person.address,
            "email": own.email if own else "",
            "phone": own.phone if own else "",
            "looking": participant.looking,
            "prescriber": participant.prescriber_id,
            "note": participant.note,
            **{name: getattr(profile, name) for name in kept},
        }

    def clean_birth_date(self) -> dt.date:
        """An age at which one works."""
        born: dt.date = self.cleaned_data["birth_date"]
        if not YOUNGEST <= age_in_years(born, timezone.localdate()) <= OLDEST:
            raise ValidationError(_("This date makes an age that cannot be: check the year."))
        return born

    def seen_at(self) -> dt.datetime | None:
        """When the row was last changed as the page was drawn."""
        try:
            return dt.datetime.fromisoformat(self.cleaned_data.get("seen", ""))
        except ValueError:
            return None


class EligibilityForm(forms.Form):
    """A criterion and its proof."""

    criterion = forms.ChoiceField(label=gettext_lazy("Criterion"), choices=Criterion)
    proof_name = forms.CharField(
        label=gettext_lazy("Proof"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("What was seen: the kind of document, who gave it."),
    )
    proof_on = day_field(gettext_lazy("Date of the proof"), required=False)
    proof = forms.FileField(
        label=gettext_lazy("File of the proof"),
        required=False,
        help_text=gettext_lazy(
            "PDF, JPEG or PNG, 5 MB at most. Only facilitateurs and the person can open it."
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=1000, required=False)

    def __init__(
        self, data: QueryDict | None = None, files: Any = None, eligibility: Eligibility | None = None
    ) -> None:
        super().__init__(data, files)
        if eligibility is not None:
            names = ("criterion", "proof_name", "proof_on", "note")
            self.initial = {name: getattr(eligibility, name) for name in names}

    def clean_proof(self) -> Any:
        """What its bytes say that it is, and small enough."""
        return checked(self.cleaned_data.get("proof"))


class VerifyForm(forms.Form):
    """From when hours count."""

    counts_from = day_field(
        gettext_lazy("Hours count from"),
        required=False,
        help_text=gettext_lazy(
            "For somebody who works already. Empty: from today, then from the first contract."
        ),
    )


class WhyForm(forms.Form):
    """A reason."""

    why = forms.CharField(label=gettext_lazy("Why"), max_length=300)


class ProlongForm(WhyForm):
    """A later end, and why."""

    ends_on = day_field(gettext_lazy("Hours count until"))
    field_order = ("ends_on", "why")
