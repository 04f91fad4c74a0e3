"""The forms of conventions: signing, editing, signing on paper, cancelling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.stages.conventions.entries import BY_NAME
from croisee.stages.models import Signatory

if TYPE_CHECKING:
    from croisee.stages.conventions.entries import Content

LARGEST_SCAN = 5 * 1024 * 1024
# What the first bytes of a file say that it is.
SCANS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
WORKDAYS = range(1, 7)
SPAN = re.compile(r"^(\d{1,2})(?:[:hH](\d{2})?)?\s*(?:-|–|à|to)\s*(\d{1,2})(?:[:hH](\d{2})?)?$")


class Read(forms.Form):
    """A form about a version that was read."""

    read = forms.CharField(widget=forms.HiddenInput, max_length=64)


class SignForm(Read):
    """Sign: the name, the agreement."""

    name = forms.CharField(
        label=gettext_lazy("Your first and last name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    agree = forms.BooleanField(
        label=gettext_lazy("I have read this convention, and I sign it."),
        error_messages={"required": gettext_lazy("Tick this box to sign.")},
    )


class PaperForm(Read):
    """Record a signature on paper, with its scan."""

    signatory = forms.ChoiceField(label=gettext_lazy("Who signed"), choices=Signatory.choices)
    name = forms.CharField(label=gettext_lazy("Name of who signed"), max_length=150)
    signed_on = forms.DateField(
        label=gettext_lazy("Signed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    scan = forms.FileField(
        label=gettext_lazy("Scan of the signed page"),
        help_text=gettext_lazy("PDF, JPEG or PNG, 5 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def clean_signed_on(self) -> Any:
        """Not in the future."""
        day = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return day

    def clean_scan(self) -> Any:
        """What its bytes say that it is, and small enough; named for what it is, not as it was sent."""
        scan = self.cleaned_data["scan"]
        if scan.size > LARGEST_SCAN:
            raise ValidationError(_("This file is larger than 5 MB: scan it with fewer details."))
        start = scan.read(8)
        scan.seek(0)
        kind = next((kind for mark, kind in SCANS.items() if start.startswith(mark)), None)
        if kind is None:
            raise ValidationError(_("This file is neither PDF nor JPEG nor PNG."))
        scan.name = f"scan.{kind}"
        return scan


class CancelForm(forms.Form):
    """Why a convention is cancelled."""

    why = forms.CharField(label=gettext_lazy("Why (the signatories read it)"), max_length=300)


class EditForm(Read):
    """The entries that a school may set for this pupil."""

    tutor_name = forms.CharField(max_length=150, required=False)
    tutor_email = forms.EmailField(required=False)
    tutor_phone = forms.CharField(max_length=30, required=False)
    host_signatory = forms.CharField(max_length=150, required=False)
    host_email = forms.EmailField(required=False)
    address = forms.CharField(max_length=400, required=False)
    lunch = forms.CharField(max_length=200, required=False)
    activities = forms.CharField(max_length=1500, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    objectives = forms.CharField(max_length=1500, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    host_insurance = forms.CharField(max_length=200, required=False)
    pupil_insurance = forms.CharField(max_length=200, required=False)
    representative_name = forms.CharField(max_length=150, required=False)
    representative_email = forms.EmailField(required=False)
    pupil_email = forms.EmailField(required=False)
    family_firm = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, content: Content, read: str, attests: bool) -> None:
        """`attests`: whether the writer may attest a family firm (heads of school)."""
        hours = {
            f"hours_{day}": ", ".join("-".join(span) for span in content["hours"].get(str(day), []))
            for day in WORKDAYS
        }
        super().__init__(data, initial={**content, **hours, "read": read})
        for day in WORKDAYS:
            self.fields[f"hours_{day}"] = forms.CharField(
                label=str(WEEKDAYS[day - 1]).capitalize(),
                required=False,
                max_length=80,
                help_text=_("For example 9:00-12:00, 13:30-16:30; nothing on a day off.") if day == 1 else "",
            )
        for name, entry in BY_NAME.items():
            if name in self.fields:
                self.fields[name].label = entry.label
        if not attests:
            del self.fields["family_firm"]

    def clean(self) -> dict[str, Any]:
        """The days put together as the convention's hours."""
        values = super().clean() or {}
        hours = {}
        for day in WORKDAYS:
            try:
                spans = spans_written(values.pop(f"hours_{day}", ""))
            except ValueError:
                self.add_error(f"hours_{day}", _("Write hours like 9:00-12:00, 13:30-16:30."))
            else:
                if spans:
                    hours[str(day)] = spans
        values["hours"] = hours
        return values


def spans_written(text: str) -> list[list[str]]:
    """Spans of presence from what people write: `9h-12h, 13:30-16:30`. Raises ValueError."""
    return [_span(part.strip()) for part in re.split(r"[,;]", text) if part.strip()]


def _span(text: str) -> list[str]:
    found = SPAN.match(text)
    if found is None:
        raise ValueError
    begin_hour, begin_minute, end_hour, end_minute = (int(part or 0) for part in found.groups())
    if max(begin_hour, end_hour) > 23 or max(begin_minute, end_minute) > 59:
        raise ValueError
    if (begin_hour, begin_minute) >= (end_hour, end_minute):
        raise ValueError
    return [f"{begin_hour:02}:{begin_minute:02}", f"{end_hour:02}:{end_minute:02}"]
