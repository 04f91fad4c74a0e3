"""The forms of audits of proofs: drawing, a finding, an answer, a decision."""

import datetime as dt
import secrets
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.clauses.forms.declaring import HoursField
from croisee.clauses.forms.reports import MonthField
from croisee.foundation.documents.uploads import ACCEPTED, checked

SEEDS = 10**9
USUAL_SIZE, USUAL_DAYS = 60, 30


class AuditForm(forms.Form):
    """Which months, how many statements, from which seed."""

    name = forms.CharField(label=_("Name"), max_length=150)
    first_month = MonthField(label=_("First month"))
    last_month = MonthField(label=_("Last month"))
    size = forms.IntegerField(
        label=_("Statements to draw"),
        min_value=1,
        max_value=1_000,
        initial=USUAL_SIZE,
        help_text=_(
            "Without any error found, 60 show that at most 5 per cent of the hours are wrong, "
            "30 at most 10 per cent (95 times in 100)."
        ),
    )
    answer_days = forms.IntegerField(
        label=_("Days that companies have to answer"), min_value=5, max_value=120, initial=USUAL_DAYS
    )
    seed = forms.IntegerField(
        label=_("Seed of the draw"),
        min_value=0,
        max_value=2**53 - 1,
        help_text=_(
            "Drawn at random here; the same seed draws the same statements again, so that anyone can check."
        ),
    )

    def __init__(self, data: Any = None) -> None:
        """The months of last year, a new seed."""
        year = timezone.localdate().year - 1
        initial = {
            "first_month": dt.date(year, 1, 1),
            "last_month": dt.date(year, 12, 1),
            "seed": secrets.randbelow(SEEDS),
        }
        super().__init__(data, initial=initial)
        for name in ("first_month", "last_month"):
            self.fields[name].required = True


class FindingForm(forms.Form):
    """What is wrong, and the hours that it takes away."""

    finding = forms.CharField(
        label=_("What is wrong (the company reads it)"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    hours_refused = HoursField(label=_("Hours that are not proved"))


class AnswerForm(forms.Form):
    """The words of the company, and a file."""

    text = forms.CharField(
        label=_("In a few words"), max_length=3_000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    file = forms.FileField(
        label=_("A document that proves the hours: photo or PDF"),
        required=False,
        help_text=_("PDF, JPEG or PNG, 15 MB at most."),
        widget=forms.FileInput(attrs={"accept": f"image/jpeg,image/png,application/pdf,{ACCEPTED}"}),
    )

    def clean_file(self) -> Any:
        """A file that is what it says; as large as telephones make photos."""
        upload = self.cleaned_data["file"]
        if upload and upload.size > LARGEST_PHOTO:
            raise forms.ValidationError(
                _("This file is larger than 15 MB: take the photo with fewer details.")
            )
        return checked(upload, LARGEST_PHOTO)


LARGEST_PHOTO = 15 * 1024 * 1024


class DecisionForm(forms.Form):
    """Upheld or lifted, why, and how many hours are refused in the end."""

    decision = forms.CharField(
        label=_("Why (the company and auditors read it)"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    hours_upheld = HoursField(label=_("Hours refused, if the finding is upheld"), required=False)

    def __init__(self, data: Any = None, *, refused: Decimal) -> None:
        """By default all the hours of the finding."""
        super().__init__(data, initial={"hours_upheld": refused})
