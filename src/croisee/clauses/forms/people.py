"""The forms of participants and of their eligibility."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from croisee.clauses.models import Criterion, Eligibility, Participant
from croisee.clauses.services.participants import last_change
from croisee.directory.forms.person import WorkFields, home_field, known_of
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.documents.uploads import ACCEPTED, checked
from croisee.foundation.forms import day_field, moment

if TYPE_CHECKING:
    from django.http import QueryDict


class ParticipantForm(WorkFields):
    """A person, and what helps to find work. `same` says which known person it is, or that it is nobody known."""

    same = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    address = home_field(
        gettext_lazy(
            "It gives the travel time to work. Whether it is in a priority neighbourhood is answered once and kept: it "
            "is counted, it never ranks nor leaves out anybody."
        )
    )
    looking = forms.BooleanField(label=gettext_lazy("Looks for work"), required=False, initial=True)
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

    field_order = (
        *(
            "same",
            "seen",
            "given_name",
            "family_name",
            "birth_date",
            "sex",
            "address",
            "email",
            "phone",
            "jobs",
        ),
        *("level", "looking", "available_from", "available_until", "weekly_hours", "mode", "minutes"),
        *("prescriber", "note"),
    )

    def __init__(self, data: QueryDict | None = None, participant: Participant | None = None) -> None:
        super().__init__(data)
        self.fields["prescriber"].queryset = Organisation.objects.filter(  # type: ignore[attr-defined]
            kind__in=(Kind.ASSOCIATION, Kind.OTHER)
        ).order_by("name")
        if participant is not None:
            self.initial = self._of(participant)

    def _of(self, participant: Participant) -> dict[str, Any]:
        return {
            "seen": last_change(participant).isoformat(),
            "looking": participant.looking,
            "prescriber": participant.prescriber_id,
            "note": participant.note,
            **known_of(participant.person),
        }

    def seen_at(self) -> dt.datetime | None:
        """When the row was last changed as the page was drawn."""
        return moment(self.cleaned_data.get("seen", ""))


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
