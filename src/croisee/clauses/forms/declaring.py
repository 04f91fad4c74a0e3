"""The forms of a month: hours of one person, with what proves them."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.clauses.models import ProofKind
from croisee.foundation.documents.uploads import ACCEPTED, checked

CENT = Decimal("0.01")
MOST_IN_A_MONTH = 744
LONGEST_NUMBER = 12
LARGEST_PHOTO = 15 * 1024 * 1024
OFFERED = tuple(
    (kind.value, kind.label) for kind in ProofKind if kind not in (ProofKind.NONE, ProofKind.PAYROLL)
)


class Unit(TextChoices):
    """In what hours are written."""

    HOURS = "hours", gettext_lazy("in hours")
    DAYS = "days", gettext_lazy("in days")


class UnitForm(forms.Form):
    """In what all the figures of the screen are written."""

    unit = forms.ChoiceField(
        label=gettext_lazy("I count"),
        choices=Unit.choices,
        initial=Unit.HOURS,
        required=False,
        widget=forms.RadioSelect,
    )

    def clean_unit(self) -> str:
        """Hours, unless days were chosen."""
        return self.cleaned_data["unit"] or Unit.HOURS


class HoursField(forms.Field):
    """A number as people write it: 151.67, 151,67, 1 200, 35 h."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "maxlength": LONGEST_NUMBER}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: object) -> Any:
        """The number; None for nothing."""
        text = "".join(str(value or "").split()).rstrip("hj").replace(",", ".")
        if not text:
            return None
        try:
            if len(text) > LONGEST_NUMBER:
                raise InvalidOperation
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number < 0:
            raise ValidationError(_("Write a number, such as 120 or 151.67."))
        return number


class LineForm(forms.Form):
    """The month of one person. `hours` comes out in hours, whatever the unit they were written in."""

    hours = HoursField(label=gettext_lazy("Time worked in the month"), required=False)
    proof = forms.FileField(
        label=gettext_lazy("Proof: photo or PDF"),
        required=False,
        widget=forms.FileInput(attrs={"accept": f"image/jpeg,image/png,application/pdf,{ACCEPTED}"}),
    )
    proof_kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=OFFERED, required=False)

    def __init__(
        self,
        *args: Any,
        unit: str = Unit.HOURS,
        hours_a_day: Decimal | None = None,
        required: bool = False,
        check_url: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.unit, self.hours_a_day = unit, hours_a_day
        self.fields["hours"].required = required
        if check_url:
            self.fields["hours"].widget.attrs |= {
                "hx-post": check_url,
                "hx-trigger": "input delay:500ms, change",
                "hx-target": f"#{self.prefix}-said",
                "hx-swap": "innerHTML",
                # The photos of the form stay on the telephone until it is sent.
                "hx-encoding": "application/x-www-form-urlencoded",
            }

    def clean_hours(self) -> Decimal | None:
        """Hours, to the hundredth, that fit a month."""
        number: Decimal | None = self.cleaned_data["hours"]
        if number is None:
            return None
        if self.unit == Unit.DAYS and self.hours_a_day is not None:
            number *= self.hours_a_day
        if number > MOST_IN_A_MONTH:
            raise ValidationError(_("A month has 744 hours at most."))
        return number.quantize(CENT, ROUND_HALF_UP)

    def clean_proof(self) -> Any:
        """A file that is what it says; as large as telephones make photos."""
        upload = self.cleaned_data["proof"]
        if upload and upload.size > LARGEST_PHOTO:
            raise ValidationError(_("This file is larger than 15 MB: take the photo with fewer details."))
        return checked(upload, LARGEST_PHOTO)

    def clean(self) -> dict[str, Any]:
        """A proof is one of hours."""
        data = super().clean() or self.cleaned_data
        if data.get("proof") and data.get("hours") is None and "hours" not in self.errors:
            self.add_error("hours", _("Write the hours that this proves."))
        return data
