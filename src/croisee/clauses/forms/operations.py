"""The forms of operations, contracts, lots, orders, clauses and commitments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models import (
    Clause,
    Commitment,
    Contract,
    Criterion,
    Lot,
    Operation,
    Order,
)
from croisee.clauses.models.readers import is_facilitateur
from croisee.clauses.queries.operations import buyers_for, facilitateurs
from croisee.foundation.accounts.fields import validate_siret
from croisee.foundation.forms import RecordForm

if TYPE_CHECKING:
    from django.http import QueryDict

SUGGESTS = {"data-suggest": reverse_lazy("territory:suggestions"), "data-found": _("addresses suggested")}


class OperationForm(RecordForm[Operation]):
    """An operation: what is built or done, for whom, where, under which programme, who follows it."""

    address = forms.CharField(
        label=_("Address of the works"),
        help_text=_(
            "It is found on the map, and whether it is in a priority neighbourhood is kept with its date."
        ),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", **SUGGESTS}),
    )
    siret = forms.CharField(
        label=_("SIRET of a buyer that is not in the list"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    field_order = (
        "name",
        "buyer",
        "siret",
        "address",
        "programme",
        "starts_on",
        "ends_on",
        "facilitateur",
        "note",
    )

    class Meta:
        model = Operation
        fields = ("name", "buyer", "programme", "starts_on", "ends_on", "facilitateur", "note")
        help_texts = {
            "name": _("As people call it: “Groupe scolaire des Gayeulles”."),
            "programme": _(
                "Urban renewal (ANRU) asks for a share of the hours worked for residents of priority neighbourhoods; "
                "it is followed apart."
            ),
        }
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        choices = buyers_for(self.account)
        buyer = cast("forms.ModelChoiceField[Any]", self.fields["buyer"])
        follower = cast("forms.ModelChoiceField[Any]", self.fields["facilitateur"])
        buyer.queryset, follower.queryset = choices, facilitateurs()
        follower.help_text = _("Who is told when a lot ends with hours missing; nobody chosen: all are.")
        self.initial["address"] = self.instance.address
        if self.instance._state.adding and len(choices) == 1:
            self.initial["buyer"] = choices[0].pk
        buyer.required = not is_facilitateur(self.account)
        if not is_facilitateur(self.account):
            del self.fields["siret"]

    def clean_siret(self) -> str:
        """The number without its spaces; empty when none is given."""
        text = "".join(self.cleaned_data["siret"].split())
        if text:
            validate_siret(text)
        return text

    def clean(self) -> dict[str, Any]:
        """One buyer, from the list or by its number."""
        cleaned = super().clean() or self.cleaned_data
        if "siret" in self.fields and not (
            cleaned.get("buyer") or cleaned.get("siret") or self.errors.get("siret")
        ):
            self.add_error("buyer", _("Choose the buyer, or give its SIRET below."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # A buyer given by its number is put in by the service, which validates the whole.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded | {"buyer"}


class ContractForm(RecordForm[Contract]):
    """A contract: its object, nature, values and dates."""

    field_order = (
        "title",
        "reference",
        "nature",
        "framework",
        "estimate",
        "consulted_on",
        "amount",
        "notified_on",
        "months",
        "cpv",
    )

    class Meta:
        model = Contract
        fields = (
            "title",
            "reference",
            "nature",
            "framework",
            "estimate",
            "consulted_on",
            "amount",
            "notified_on",
            "months",
            "cpv",
        )
        help_texts = {
            "reference": _(
                "The buyer’s number for it, as published (DECP “id”): with it, imports find the contract."
            ),
            "estimate": _(
                "In euros before tax, before the consultation: compared with the European threshold."
            ),
            "consulted_on": _(
                "Which threshold holds, and whether a social condition is due, depend on this day."
            ),
            "amount": _("In euros before tax."),
        }
        widgets = {"title": forms.Textarea(attrs={"rows": 2})}


class LotForm(RecordForm[Lot]):
    """A lot: its number, trade, amount and dates."""

    class Meta:
        model = Lot
        fields = ("number", "title", "trade", "amount", "starts_on", "ends_on")
        help_texts = {
            "number": _("A contract without lots has one, number 1."),
            "amount": _("In euros before tax."),
            "starts_on": _("The first day on which hours may be done."),
            "ends_on": _("The last one: the pace of the hours is judged by it."),
        }


class OrderForm(RecordForm[Order]):
    """An order of a framework."""

    class Meta:
        model = Order
        fields = ("reference", "ordered_on", "amount")
        help_texts = {"amount": _("In euros before tax.")}


class ClauseForm(RecordForm[Clause]):
    """What a lot asks: hours, or hours for what is ordered; or the exception."""

    publics = forms.MultipleChoiceField(
        label=_("Publics"),
        help_text=_("Who is eligible here; none chosen: all of them."),
        choices=Criterion.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Clause
        fields = (
            "kind",
            "hours_due",
            "hours_per_keuro",
            "penalty_per_hour",
            "reserved_share",
            "publics",
            "wording",
            "exception_reason",
            "exception_text",
            "exception_on",
        )
        help_texts = {
            "hours_due": _("For the whole lot. Leave empty for a framework with orders."),
            "hours_per_keuro": _("For a framework: each order makes hours due grow by this ratio."),
            "penalty_per_hour": _("In euros, as the contract says; empty when it has none."),
            "reserved_share": _("For a reserved contract: 50 % at least (R2113-7)."),
            "exception_text": _(
                "What the buyer would answer if asked: it is kept with your name and the day."
            ),
            "exception_on": _("Today, unless another day is given."),
        }
        widgets = {
            "wording": forms.Textarea(attrs={"rows": 6}),
            "exception_text": forms.Textarea(attrs={"rows": 3}),
        }

    def validate_constraints(self) -> None:
        """Left to the service, which first empties what does not go with the kind."""

    @property
    def hours(self) -> list[forms.BoundField]:
        """The fields about hours."""
        return [self[name] for name in ("hours_due", "hours_per_keuro", "penalty_per_hour")]

    @property
    def exception(self) -> list[forms.BoundField]:
        """The fields of an exception."""
        return [self[name] for name in ("exception_reason", "exception_text", "exception_on")]


class CommitmentForm(RecordForm[Commitment]):
    """A company of a lot: which, as what, for how many hours, and whom to write to there."""

    siret = forms.CharField(
        label=_("SIRET of the company"),
        help_text=_("14 digits, on every invoice. Its name comes from SIRENE where it is loaded."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Name of the company"),
        help_text=_("Only for a company that is not known here yet."),
        max_length=200,
        required=False,
    )
    field_order = (
        "siret",
        "name",
        "part",
        "of",
        "hours",
        "share",
        "contact_name",
        "contact_email",
        "contact_phone",
    )

    class Meta:
        model = Commitment
        fields = ("part", "of", "hours", "share", "contact_name", "contact_email", "contact_phone")
        help_texts = {
            "of": _("For a subcontractor: its hours are among those of this company."),
            "hours": _("Its part of the hours of the lot; leave empty when it owes them all."),
            "share": _("For a framework: its part of what the orders make due."),
            "contact_email": _("The link to declare hours and the reminders go there."),
        }

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        others = Commitment.objects.filter(clause=self.instance.clause_id).exclude(pk=self.instance.pk)
        of = cast("forms.ModelChoiceField[Any]", self.fields["of"])
        of.queryset = others.select_related("organisation").order_by("organisation__name")
        of.label_from_instance = lambda row: row.organisation.name  # type: ignore[method-assign, assignment]
        if not self.instance._state.adding:
            self.initial["siret"] = self.instance.organisation.siret
            self.initial["name"] = self.instance.organisation.name

    def clean_siret(self) -> str:
        """The number without its spaces."""
        text = "".join(self.cleaned_data["siret"].split())
        validate_siret(text)
        return text

    def validate_constraints(self) -> None:
        """Left to the service, which knows the company."""
