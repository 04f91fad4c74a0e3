"""Forms about declared hours: deciding, correcting, sharing between lots."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.clauses.models import ProofKind, StatementState
from croisee.foundation.documents import uploads

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from croisee.clauses.models import Statement

LONGEST = 500
USUAL_REASONS = (
    gettext_lazy("The proof is missing: add the payslip or the signed timesheet."),
    gettext_lazy("The hours are not those of the proof: correct one or the other."),
    gettext_lazy("The proof is of another month."),
    gettext_lazy("The proof is of another person."),
    gettext_lazy("The proof cannot be read: send a sharper copy."),
    gettext_lazy("These hours are after the end of the person’s eligibility."),
    gettext_lazy("These hours were declared twice."),
)
"""Reasons of a rejection that are offered; any other may be written."""


class DecideForm(forms.Form):
    """What is done with the statements chosen, and why."""

    do = forms.ChoiceField(
        choices=[(name, name) for name in ("validate", "check", "reject", "ready")],
    )
    because = forms.CharField(max_length=LONGEST, required=False)
    why = forms.CharField(max_length=LONGEST, required=False)
    seen_at = forms.CharField(max_length=40, required=False)

    def clean_seen_at(self) -> dt.datetime | None:
        """When the page was read; nothing for what is no moment."""
        try:
            moment = parse_datetime(self.cleaned_data["seen_at"])
        except ValueError:
            return None
        return moment if moment is not None and moment.tzinfo is not None else None


def chosen(texts: Iterable[str]) -> list[UUID]:
    """The statements that were ticked; what is no identifier counts as none."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


class CorrectForm(forms.Form):
    """A new version of a month's hours."""

    hours = forms.DecimalField(
        label=gettext_lazy("Hours of the month"),
        min_value=Decimal(0),
        max_value=Decimal(744),
        decimal_places=2,
        help_text=gettext_lazy("As the payslip says, to the hundredth: 151.67."),
    )
    proof_kind = forms.ChoiceField(label=gettext_lazy("What proves them"), choices=ProofKind.choices)
    proof = forms.FileField(
        label=gettext_lazy("File of the proof"),
        required=False,
        help_text=gettext_lazy("PDF, JPEG or PNG, 5 MB at most. Without a file, the one before stays."),
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPTED}),
    )
    note = forms.CharField(
        label=gettext_lazy("Why it is corrected"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The company and the auditors read it in the history."),
    )

    def __init__(self, *args: Any, statement: Statement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"].initial = statement.hours
        self.fields["proof_kind"].initial = statement.proof_kind
        self.statement = statement

    def clean_proof(self) -> Any:
        """What its bytes say that it is, and small enough."""
        return uploads.checked(self.cleaned_data["proof"])

    def clean(self) -> dict[str, Any]:
        """A correction of validated hours changes something."""
        cleaned: dict[str, Any] = super().clean() or {}
        same = (
            cleaned.get("hours") == self.statement.hours
            and cleaned.get("proof_kind") == self.statement.proof_kind
            and not cleaned.get("proof")
        )
        if same and self.statement.state == StatementState.VALIDATED and not self.data.get("to_share"):
            self.add_error(None, _("Nothing is different: change the hours or the proof."))
        return cleaned


class ShareForm(forms.Form):
    """How a month's hours are shared: one number for each lot offered (`part_` and the commitment's identifier)."""

    def __init__(self, *args: Any, commitments: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(commitments)
        for row in self.rows:
            self.fields[self.name_of(row)] = forms.DecimalField(
                label=_("Hours for %(lot)s") % {"lot": row.clause.lot.title},
                min_value=Decimal(0),
                max_value=Decimal(744),
                decimal_places=2,
                required=False,
                initial=getattr(row, "counted", None),
                widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
            )

    @staticmethod
    def name_of(row: Any) -> str:
        """The name of a commitment's field."""
        return f"part_{row.pk}"

    def lines(self) -> list[tuple[Any, Any]]:
        """Each commitment with its field, as drawn."""
        return [(row, self[self.name_of(row)]) for row in self.rows]

    def parts(self) -> dict[UUID, Decimal]:
        """The hours of each commitment that has some; the form is valid."""
        found = {row.pk: self.cleaned_data.get(self.name_of(row)) for row in self.rows}
        return {key: hours for key, hours in found.items() if hours}

    def total(self) -> Decimal:
        """The hours written so far, whatever is wrong with the others."""
        given = [self.cleaned_data.get(self.name_of(row)) for row in self.rows]
        return sum((hours for hours in given if hours), Decimal(0))
