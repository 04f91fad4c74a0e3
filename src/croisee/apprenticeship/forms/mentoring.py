"""The forms of mentors and pairs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.apprenticeship.models import Mentor
from croisee.directory.forms.jobs import JobsField
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.forms import RecordForm, day_field


class InviteForm(forms.Form):
    """Whom to invite as a mentor, and for which organisation they act."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))
    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"))

    def __init__(self, *args: Any, organisations: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["organisation"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = organisations


class MentorForm(RecordForm[Mentor]):
    """What a mentor says of what he or she offers; the charter is accepted once."""

    jobs = JobsField(label=_("Jobs (ROME codes)"))
    charter = forms.BooleanField(
        label=_(
            "I accept the charter: listen, advise, introduce; keep to myself what I am told; promise no job; "
            "tell the référent when something worries me."
        ),
        required=False,
    )

    class Meta:
        model = Mentor
        fields = ("jobs", "presentation", "city", "most", "available")
        widgets = {"presentation": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.charter_on is not None or self.instance.account_id != self.account.pk:
            del self.fields["charter"]


class ProposeForm(forms.Form):
    """Why this pair; for a minor, the day of the accord of a legal representative."""

    mentor = forms.UUIDField(widget=forms.HiddenInput)
    why = forms.CharField(
        label=_("Why this pair"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    representative_on = day_field(_("Accord of a legal representative on (minors)"), required=False)


class NoteForm(forms.Form):
    """A meeting of a pair."""

    on = day_field(_("Date"), initial=timezone.localdate)
    text = forms.CharField(
        label=_("What was said or done"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    shared = forms.BooleanField(label=_("The référent reads it"), required=False, initial=True)


class LeaveForm(forms.Form):
    """Why a pair is declined or ended, and what one says of it."""

    why = forms.CharField(label=_("Why"), max_length=300)
    said = forms.CharField(
        label=_("What it brought"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
