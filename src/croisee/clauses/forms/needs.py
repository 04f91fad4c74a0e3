"""The forms of needs and of assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.clauses.models import Assignment, Commitment, ContractType, Need, Situation, Way
from croisee.directory.forms import HOME_SUGGESTS
from croisee.directory.forms.jobs import JobField
from croisee.foundation.forms import day_field

if TYPE_CHECKING:
    from django.http import QueryDict


class CommitmentChoice(forms.ModelChoiceField):
    """Under which commitment: the lot, and the company where there are several."""

    def label_from_instance(self, obj: Any) -> str:
        """“Peintures Gallo: lot 4, painting”."""
        return f"{obj.organisation}: {obj.clause.lot}"


class NeedForm(forms.Form):
    """What a company looks for: two minutes on a phone."""

    commitment = CommitmentChoice(
        label=gettext_lazy("For which works"), queryset=Commitment.objects.none(), empty_label=None
    )
    title = forms.CharField(
        label=gettext_lazy("Job"), max_length=150, help_text=gettext_lazy("For instance: house painter.")
    )
    people = forms.IntegerField(label=gettext_lazy("People"), min_value=1, max_value=200, initial=1)
    starts_on = day_field(gettext_lazy("From"))
    months = forms.IntegerField(label=gettext_lazy("Months"), min_value=1, max_value=60, initial=6)
    weekly_hours = forms.DecimalField(
        label=gettext_lazy("Hours a week"),
        min_value=1,
        max_value=48,
        max_digits=4,
        decimal_places=1,
        initial=35,
    )
    address = forms.CharField(
        label=gettext_lazy("Where"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The address of the site: travel times are counted to it."),
    )
    beginners = forms.BooleanField(label=gettext_lazy("Open to beginners"), required=False, initial=True)
    job = JobField(
        label=gettext_lazy("ROME code"),
        max_length=60,
        help_text=gettext_lazy(
            "Write a trade, as painting, and choose. People who look for this job come first."
        ),
    )
    description = forms.CharField(
        label=gettext_lazy("What there is to do"),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        data: QueryDict | None,
        commitments: QuerySet[Commitment],
        need: Need | None = None,
        chosen: str = "",
    ) -> None:
        super().__init__(data)
        field = self.fields["commitment"]
        field.queryset = commitments  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["address"].widget.attrs.update(HOME_SUGGESTS)
        if need is not None:
            self.initial = {name: getattr(need, name) for name in self.fields if hasattr(need, name)}
            self.initial["commitment"] = need.commitment_id
            field.disabled = True
        elif chosen:
            self.initial["commitment"] = chosen


class DeclineForm(forms.Form):
    """Why the company does not take somebody."""

    why = forms.CharField(
        label=gettext_lazy("Why, in a few words"),
        max_length=300,
        help_text=gettext_lazy("The facilitateur reads it. Nothing about health or family."),
    )


class ContractForm(forms.Form):
    """The contract: of which kind, from when to when, who signs it."""

    starts_on = day_field(gettext_lazy("From"))
    ends_on = day_field(
        gettext_lazy("To"), required=False, help_text=gettext_lazy("Empty for an open-ended contract.")
    )
    contract_type = forms.ChoiceField(label=gettext_lazy("Contract"), choices=ContractType)
    weekly_hours = forms.DecimalField(
        label=gettext_lazy("Hours a week"),
        min_value=1,
        max_value=48,
        max_digits=4,
        decimal_places=1,
        initial=35,
    )
    way = forms.ChoiceField(label=gettext_lazy("How the hours are done"), choices=Way)
    employer_siret = forms.CharField(
        label=gettext_lazy("SIRET of the employer"),
        max_length=20,
        required=False,
        help_text=gettext_lazy(
            "Only when another company signs the contract: temporary work, integration structure."
        ),
    )
    employer_name = forms.CharField(
        label=gettext_lazy("Name of the employer"), max_length=200, required=False
    )
    job = JobField(label=gettext_lazy("ROME code"), max_length=60)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=1000, required=False)

    def __init__(self, data: QueryDict | None = None, assignment: Assignment | None = None) -> None:
        super().__init__(data)
        if assignment is not None:
            own = ("starts_on", "ends_on", "contract_type", "weekly_hours", "way", "job", "note")
            self.initial = {name: getattr(assignment, name) for name in own}
            if assignment.employer_id != assignment.commitment.organisation_id:
                self.initial["employer_siret"] = assignment.employer.siret
                self.initial["employer_name"] = assignment.employer.name

    def clean(self) -> dict[str, Any]:
        """A contract that is not open-ended has an end."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        open_ended = values.get("contract_type") in ("", None, ContractType.CDI)
        if not open_ended and not values.get("ends_on") and "ends_on" not in self.errors:
            self.add_error("ends_on", _("Write the last day: only an open-ended contract has none."))
        return values


class NewContractForm(ContractForm):
    """A contract without a proposal: also under which commitment."""

    commitment = CommitmentChoice(label=gettext_lazy("For which works"), queryset=Commitment.objects.none())
    field_order = ("commitment",)

    def __init__(self, data: QueryDict | None, commitments: QuerySet[Commitment], chosen: str = "") -> None:
        super().__init__(data)
        self.fields["commitment"].queryset = commitments  # type: ignore[attr-defined]  # a ModelChoiceField
        if chosen:
            self.initial["commitment"] = chosen


class EndForm(forms.Form):
    """The end of a contract."""

    ends_on = day_field(gettext_lazy("Last day"))
    why = forms.CharField(
        label=gettext_lazy("Why, if before the planned end"), max_length=300, required=False
    )
    situation = forms.ChoiceField(label=gettext_lazy("Situation of the person then"), choices=Situation)
    looking = forms.BooleanField(label=gettext_lazy("Looks for work again"), required=False)


class AfterForm(forms.Form):
    """Where somebody is six months later."""

    situation = forms.ChoiceField(label=gettext_lazy("Situation six months later"), choices=Situation)
