"""The forms of forums and job datings: the meeting, a stand, a booking."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from croisee.apprenticeship.models import Meeting, Result, Stand
from croisee.directory.forms.jobs import JobsField
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.forms import RecordForm


def moment_field(label: Any) -> forms.DateTimeField:
    """A day and an hour, in the browser's own calendar."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


class MeetingForm(RecordForm[Meeting]):
    """A meeting."""

    starts_at = moment_field(_("begins"))
    ends_at = moment_field(_("ends"))

    class Meta:
        model = Meeting
        fields = (
            "kind",
            "title",
            "description",
            "for_whom",
            "place",
            "starts_at",
            "ends_at",
            "capacity",
            "without_cv",
        )
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}


class StandForm(RecordForm[Stand]):
    """A stand: the company chooses its hours within the meeting; the organiser, the company too."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("company"))
    starts_at = moment_field(_("from"))
    ends_at = moment_field(_("to"))
    jobs = JobsField(label=_("Jobs (ROME codes)"))

    class Meta:
        model = Stand
        fields = (
            "organisation",
            "hiring_for",
            "jobs",
            "table",
            "starts_at",
            "ends_at",
            "minutes",
            "contact_email",
        )

    def __init__(self, *args: Any, organises: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["organisation"]
        if not self.instance._state.adding:
            del self.fields["organisation"]
        elif isinstance(choice, forms.ModelChoiceField):
            choice.queryset = _companies(self.account, organises=organises)
        if not organises:
            del self.fields["table"]


def _companies(account: Any, *, organises: bool) -> Any:
    """For who organises, every employer; for a company, those that one acts for."""
    if organises:
        return Organisation.objects.filter(kind="employer").order_by("name")
    return account.organisations("employer").order_by("name")


class ResultForm(forms.Form):
    """What came of an interview."""

    result = forms.ChoiceField(choices=Result.choices)
    note = forms.CharField(required=False, max_length=300)
