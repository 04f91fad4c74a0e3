"""What a report is asked for: a year, or months; a buyer, one of its operations."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models import Operation
from croisee.clauses.queries.reports.scope import EARLIEST, Scope, month_after, scope_for
from croisee.foundation.accounts.models import Account, Organisation

YEARS_SHOWN = 6


class MonthField(forms.DateField):
    """A month, kept as its first day."""

    def __init__(self, **options: Any) -> None:
        """A field that browsers draw as the choice of a month."""
        widget = forms.DateInput(attrs={"type": "month", "placeholder": "2026-01"}, format="%Y-%m")
        super().__init__(widget=widget, input_formats=["%Y-%m", "%m/%Y"], required=False, **options)


class YearForm(forms.Form):
    """Which year: all that those may choose who read hidden small numbers."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int, required=False, empty_value=None)

    def __init__(self, data: Any, account: Account) -> None:
        """Years up to this one."""
        super().__init__(data, label_suffix="")
        self.account, self.today = account, timezone.localdate()
        this = self.today.year
        years = range(this, max(this - YEARS_SHOWN, EARLIEST), -1)
        self.fields["year"].choices = [(year, year) for year in years]  # type: ignore[attr-defined]

    def scope(self) -> Scope:
        """What is counted; what was not understood is left out."""
        self.is_valid()
        return scope_for(self.account, self.today, **self.wanted())

    def wanted(self) -> dict[str, Any]:
        """The choices, as `scope_for` takes them."""
        return {"year": self.cleaned_data.get("year")}


class ReportForm(YearForm):
    """For facilitateurs: also from which month to which, whose contracts, which operation."""

    first = MonthField(label=_("From"))
    last = MonthField(label=_("To"))
    buyer = forms.ChoiceField(label=_("Buyer"), required=False)
    operation = forms.ChoiceField(label=_("Operation"), required=False)

    def __init__(self, data: Any, account: Account) -> None:
        """Operations are offered once their buyer is chosen: there may be thousands."""
        super().__init__(data, account)
        operations = Operation.objects.visible_to(account)
        buyers = Organisation.objects.filter(pk__in=operations.order_by().values("buyer")).order_by("name")
        self._offer("buyer", buyers.values_list("pk", "name"))
        chosen = data.get("buyer", "")
        if chosen and chosen in self.named("buyer"):
            self._offer("operation", operations.filter(buyer=chosen).values_list("pk", "name"))
        else:
            del self.fields["operation"]

    def _offer(self, name: str, pairs: Iterable[tuple[UUID, str]]) -> None:
        choices = [("", _("all of them")), *((str(pk), label) for pk, label in pairs)]
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def named(self, name: str) -> dict[str, Any]:
        """What may be chosen in a field, by its value."""
        return dict(self.fields[name].choices) if name in self.fields else {}  # type: ignore[attr-defined]

    @property
    def about(self) -> str:
        """The buyer that was chosen, and its operation, in words; empty when everything is counted."""
        wanted = self.wanted()
        parts = [
            str(self.named(name)[str(wanted[name])])
            for name in ("operation", "buyer")
            if wanted[name] is not None
        ]
        return f"{parts[0]} ({parts[1]})" if len(parts) > 1 else "".join(parts)

    def clean(self) -> None:
        """Months in order, five years at most."""
        values = self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last month comes before the first."))
        elif first and last and (last - first).days > 366:
            self.add_error(
                "last", _("A report covers twelve months at most: it is compared with the year before.")
            )

    def wanted(self) -> dict[str, Any]:
        """The choices; one month alone is the beginning or the end of its year."""
        values = self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if first and not last:
            last = dt.date(first.year, 12, 1)
        if last and not first:
            first = dt.date(last.year, 1, 1)
        fits = first and last and first <= last < month_after(first.replace(year=first.year + 1))
        return {
            "year": values.get("year"),
            "months": (first, last) if fits and not self.errors else None,
            "buyer": UUID(values["buyer"]) if values.get("buyer") else None,
            "operation": UUID(values["operation"]) if values.get("operation") else None,
        }
