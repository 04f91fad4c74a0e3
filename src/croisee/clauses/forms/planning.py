"""What a facilitateur says to have a plan of hours made."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.clauses.queries.planning import month_after

MONTHS = (6, 12, 18, 24, 36)


class PlanForm(forms.Form):
    """From when, over how long."""

    first_month = forms.DateField(
        label=_("first month"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    months = forms.TypedChoiceField(
        label=_("months"), coerce=int, choices=[(number, str(number)) for number in MONTHS], initial=24
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["first_month"].initial = month_after(timezone.localdate(), 1)
