"""The form of a booking: the day, the hours, for whom, over how many weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.forms import day_field
from croisee.incubation.rooms import CLOSES, MOST_WEEKS, OPENS, Span
from croisee.incubation.services.bookings import Wish, here

if TYPE_CHECKING:
    from django.http import QueryDict

HALVES = [f"{hour:02d}:{minute:02d}" for hour in range(OPENS, CLOSES) for minute in (0, 30)]
LAST = f"{CLOSES:02d}:00"


def _choices(hours: Sequence[str]) -> list[tuple[str, str]]:
    return [(one, one) for one in hours]


class BookingForm(forms.Form):
    """A booking. A manager chooses for whom: a company hosted there, another customer, works; others, their company."""

    day = day_field(gettext_lazy("Day"))
    starts = forms.ChoiceField(label=pgettext_lazy("hour", "From"), choices=_choices(HALVES))
    ends = forms.ChoiceField(label=pgettext_lazy("hour", "To"), choices=_choices([*HALVES[1:], LAST]))
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Company"), required=False
    )
    outside = forms.CharField(
        label=gettext_lazy("Another customer"),
        help_text=gettext_lazy("Somebody who is not hosted here: at the price for others."),
        max_length=150,
        required=False,
    )
    title = forms.CharField(
        label=gettext_lazy("For what"),
        help_text=gettext_lazy("Those who book with you read it; others only see that the space is taken."),
        max_length=120,
        required=False,
    )
    weeks = forms.TypedChoiceField(label=gettext_lazy("Repeat"), coerce=int, empty_value="", required=False)
    closure = forms.BooleanField(
        label=gettext_lazy("Closed for works, or the incubator’s own use"), required=False
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        companies: Sequence[Organisation],
        manages: bool,
        initial: dict[str, Any],
    ) -> None:
        super().__init__(data, initial=initial)
        company, weeks = self.fields["organisation"], self.fields["weeks"]
        if isinstance(company, forms.ModelChoiceField):
            company.queryset = Organisation.objects.filter(pk__in=[one.pk for one in companies]).order_by(
                "name"
            )
            if len(companies) == 1 and not manages:
                company.initial = companies[0]
            company.empty_label = _("nobody: the incubator itself") if manages else _("– choose –")
        if isinstance(weeks, forms.ChoiceField):
            weeks.choices = [(1, _("once"))] + [
                (number, ngettext("%d week", "every week, %d weeks", number) % number)
                for number in range(2, MOST_WEEKS + 1)
            ]
        if not manages:
            del self.fields["outside"], self.fields["closure"]
        if not companies:
            del self.fields["organisation"]

    def clean(self) -> dict[str, Any]:
        """A booking ends after it begins."""
        values = super().clean() or {}
        starts, ends = values.get("starts"), values.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("A booking ends after it begins: choose a later hour."))
        return values

    def wish(self) -> Wish:
        """What is asked for."""
        values = self.cleaned_data
        moments = [
            dt.datetime.combine(values["day"], dt.time.fromisoformat(values[name]), here())
            for name in ("starts", "ends")
        ]
        return Wish(
            Span(*moments),
            organisation=values.get("organisation"),
            outside=values.get("outside", "").strip(),
            closure=values.get("closure", False),
            title=values["title"].strip(),
            weeks=values.get("weeks") or 1,
        )
