"""The forms of contacts, closings and penalties."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models import Channel

BY_HAND = [
    (channel.value, channel.label)
    for channel in (
        Channel.PHONE,
        Channel.EMAIL,
        Channel.MEETING,
        Channel.VISIT,
        Channel.LETTER,
        Channel.NOTE,
    )
]


class ContactForm(forms.Form):
    """One contact, as it is noted right after it."""

    channel = forms.ChoiceField(label=_("How"), choices=BY_HAND)
    on = forms.DateField(
        label=_("On"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    with_whom = forms.CharField(label=_("With"), max_length=150, required=False)
    text = forms.CharField(
        label=_("What was said"), max_length=3000, widget=forms.Textarea(attrs={"rows": 3})
    )
    next_on = forms.DateField(
        label=_("Come back to it on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_on(self) -> dt.date | None:
        """A day that is not to come."""
        day: dt.date | None = self.cleaned_data["on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("A contact that was had is not in the future."))
        return day

    def values(self) -> dict[str, Any]:
        """What `services.follow_up.note` takes: the present moment for today, noon for a day before."""
        cleaned = dict(self.cleaned_data)
        day = cleaned.pop("on")
        if day is not None and day != timezone.localdate():
            cleaned["at"] = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
        return cleaned


class PutOffForm(forms.Form):
    """Until when something is put off; nothing: it is settled."""

    next_on = forms.DateField(required=False)


class AnswerForm(forms.Form):
    """What a company says of a penalty."""

    answer = forms.CharField(
        label=_("Your answer"),
        help_text=_("What explains the missing hours, or where hours that were not declared are."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class DecisionForm(forms.Form):
    """Why a penalty is applied or waived."""

    why = forms.CharField(
        label=_("Why"),
        help_text=_("Kept with the penalty; the company reads it. Needed to waive."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
