"""The forms of a calibration: factors, clause, exception, question; and the calculator without a lot."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from croisee.clauses.formula import Calculation, FactorName, FactorRefused
from croisee.clauses.models import WITH_HOURS, ClauseKind, ContractNature, Criterion, ExceptionReason
from croisee.clauses.obligation import Bought, BuyerKind
from croisee.clauses.queries import calibration as queries
from croisee.clauses.services.calibration import Begun, ClauseValues
from croisee.directory.rome import Trade
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.figures.numbers import NumberField

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.clauses.queries.calibration import Figures

KINDS = [(kind.value, kind.label) for kind in ClauseKind if kind != ClauseKind.EXCEPTION]

FORM_ID = "clause"
CLAUSE_FIELDS = (
    "kind",
    "hours",
    "why_other_hours",
    "publics",
    "penalty_per_hour",
    "reserved_share",
    "wording",
)


class RefusableForm(forms.Form):
    """A form that shows why a service refused."""

    def refuse(self, refusal: ValidationError) -> None:
        """Show why a service refused, beside the field that it names where the form has it."""
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal.messages)
            return
        for name, messages in refusal.message_dict.items():
            self.add_error(name if name in self.fields and name != NON_FIELD_ERRORS else None, messages)


class FactorsForm(RefusableForm):
    """The four factors of the formula."""

    amount = NumberField(label=_("Amount before tax, in euros"), max_digits=14, decimal_places=2, min_value=0)
    labour_share = NumberField(
        label=_("Share of labour, in %"), max_digits=5, decimal_places=2, required=False
    )
    rate = NumberField(label=_("Rate of insertion, in %"), max_digits=5, decimal_places=2, required=False)
    cost = NumberField(label=_("Cost of an hour, in euros"), max_digits=6, decimal_places=2, required=False)

    calculation: Calculation | None = None

    def refusals(self) -> list[str]:
        """What is wrong with the factors, for a piece of page that shows no field."""
        return [str(message) for name in FactorName for message in self.errors.get(str(name), [])]

    def calculate(self, known: Figures, amount_source: str = "", *, framework: bool = False) -> None:
        """Set `calculation` from the fields, the figures standing for those left empty; errors beside the fields."""
        data = self.cleaned_data
        defaults = known.initial()
        values: dict[str, Decimal] = {}
        for name in ("labour_share", "rate", "cost"):
            if name in self.errors:
                continue
            value = data.get(name)
            if value is None:
                value = defaults.get(name)
            if value is None:
                self.add_error(name, _("No figure is in force for it: type one."))
                continue
            values[name] = Decimal(value)
        amount = data.get("amount")
        if len(values) < 3 or (amount is None and not framework):
            return
        try:
            self.calculation = queries.calculation(
                known, amount=None if framework else amount, amount_source=amount_source, **values
            )
        except FactorRefused as refusal:
            self.add_error(refusal.factor, str(refusal))


class CalibrationForm(FactorsForm):
    """The clause of a lot."""

    kind = forms.ChoiceField(label=_("How it enters the contract"), choices=KINDS, widget=forms.RadioSelect)
    hours = NumberField(
        label=_("Hours that the clause asks for"),
        help_text=_("Empty: those of the calculation."),
        max_digits=10,
        decimal_places=2,
        min_value=0,
        required=False,
    )
    why_other_hours = forms.CharField(
        label=_("Why other hours than calculated"),
        max_length=300,
        required=False,
    )
    publics = forms.MultipleChoiceField(
        label=_("Publics"),
        choices=Criterion.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all of them, which companies find easiest."),
    )
    penalty_per_hour = NumberField(
        label=_("Penalty for an hour that is missing, in euros"),
        max_digits=8,
        decimal_places=2,
        min_value=0,
        required=False,
    )
    reserved_share = forms.IntegerField(
        label=_("Share of disadvantaged workers, in %"),
        min_value=50,
        max_value=100,
        required=False,
        help_text=_("At least 50 (R2113-7)."),
    )
    wording = forms.CharField(
        label=_("Wording"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 18, "lang": "fr"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, *args: Any, framework: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.framework = framework
        for name in CLAUSE_FIELDS:
            # They stand further down the page, outside the form's own element.
            self.fields[name].widget.attrs["form"] = FORM_ID
        if framework:
            del self.fields["amount"], self.fields["hours"], self.fields["why_other_hours"]
        if not self.is_bound or self.data.get("kind") in WITH_HOURS:
            for name in ("labour_share", "rate", "cost"):
                self.fields[name].required = True
        elif not framework:
            self.fields["amount"].required = False

    def asks_hours(self) -> bool:
        """Whether the kind chosen asks for hours."""
        return self.cleaned_data.get("kind") in WITH_HOURS

    def check(self, known: Figures, amount_source: str) -> bool:
        """Whether all of it can be saved: the fields, and the calculation when the kind asks for hours."""
        if not self.is_valid():
            return False
        if self.asks_hours():
            self.calculate(known, amount_source, framework=self.framework)
            if self.cleaned_data["kind"] == ClauseKind.RESERVED and not self.cleaned_data.get(
                "reserved_share"
            ):
                self.add_error(
                    "reserved_share", _("Say which share of the workers is disadvantaged: 50 % at least.")
                )
        return not self.errors

    def values(self) -> ClauseValues:
        """What the clause says."""
        data = self.cleaned_data
        return ClauseValues(
            kind=data["kind"],
            calculation=self.calculation,
            hours=data.get("hours"),
            why_other_hours=data.get("why_other_hours", ""),
            publics=data["publics"],
            penalty_per_hour=data["penalty_per_hour"],
            reserved_share=data["reserved_share"],
            wording=data["wording"],
        )


class ExceptionForm(RefusableForm):
    """Why a lot carries no clause."""

    reason = forms.ChoiceField(label=_("Reason"), choices=ExceptionReason, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Explanation"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A few sentences, for the report of presentation. Your name and the day are kept."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class HelpForm(RefusableForm):
    """What a buyer would like to know."""

    question = forms.CharField(
        label=_("Your question"), max_length=1500, widget=forms.Textarea(attrs={"rows": 3})
    )


class CalculatorForm(FactorsForm):
    """The calculation without a lot: an amount and a trade are enough."""

    trade = forms.ChoiceField(label=_("Trade"), choices=Trade, initial=Trade.MASONRY)
    months = forms.IntegerField(label=_("Months of work"), min_value=1, max_value=600, required=False)
    framework = forms.BooleanField(label=_("Framework with orders"), required=False)
    bought = forms.ChoiceField(
        label=_("What is bought"), choices=Bought, required=False, initial=Bought.WORKS
    )
    buyer = forms.ChoiceField(label=_("Who buys"), choices=BuyerKind, required=False, initial=BuyerKind.LOCAL)
    consulted_on = forms.DateField(
        label=_("Consultation launched on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    hours = NumberField(
        label=_("Hours wanted"),
        help_text=_("Which rate gives them."),
        max_digits=8,
        decimal_places=0,
        min_value=1,
        required=False,
    )
    field_order = ("amount", "trade", "labour_share", "rate", "cost", "months")

    MAIN = ("amount", "trade")
    FACTORS = ("labour_share", "rate", "cost")
    CONTRACT = ("bought", "buyer", "consulted_on", "months", "framework", "hours")

    def group(self, names: tuple[str, ...]) -> list[forms.BoundField]:
        """The fields of these names."""
        return [self[name] for name in names]

    def main(self) -> list[forms.BoundField]:
        """What is asked first."""
        return self.group(self.MAIN)

    def factors(self) -> list[forms.BoundField]:
        """What the figures say when it is left empty."""
        return self.group(self.FACTORS)

    def contract(self) -> list[forms.BoundField]:
        """What else the answer may take into account."""
        return self.group(self.CONTRACT)


class BeginForm(RefusableForm):
    """An operation made of a calculation."""

    name = forms.CharField(label=_("Name of the operation"), max_length=200)
    buyer = forms.ModelChoiceField(label=_("Buyer"), queryset=Organisation.objects.none())
    address = forms.CharField(label=_("Address of the works"), max_length=300, required=False)

    def __init__(self, *args: Any, buyers: QuerySet[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = cast("forms.ModelChoiceField[Organisation]", self.fields["buyer"])
        chosen.queryset = buyers
        few = list(buyers[:2])
        if len(few) == 1:
            chosen.initial = few[0]
            chosen.widget = forms.HiddenInput()

    def begun(self, calculator: CalculatorForm) -> Begun:
        """What the operation begins with."""
        data, asked = self.cleaned_data, calculator.cleaned_data
        nature = {
            (Bought.WORKS, BuyerKind.LOCAL): ContractNature.WORKS,
            (Bought.WORKS, BuyerKind.STATE): ContractNature.WORKS,
            (Bought.SUPPLIES_SERVICES, BuyerKind.LOCAL): ContractNature.SUPPLIES_SERVICES,
            (Bought.SUPPLIES_SERVICES, BuyerKind.STATE): ContractNature.STATE_SUPPLIES_SERVICES,
        }.get((asked["bought"] or Bought.WORKS, asked["buyer"] or BuyerKind.LOCAL), ContractNature.WORKS)
        return Begun(
            name=data["name"],
            buyer=data["buyer"],
            address=data["address"],
            trade=asked["trade"],
            nature=nature,
            amount=asked.get("amount"),
            consulted_on=asked["consulted_on"],
            months=asked["months"],
            framework=asked["framework"],
        )
