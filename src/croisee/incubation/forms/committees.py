"""The forms of candidatures, committees and their criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy

from croisee.foundation.documents.uploads import ACCEPTED
from croisee.foundation.forms import RecordForm, moment
from croisee.incubation.forms.projects import choose_incubator
from croisee.incubation.models import Candidature, Committee, Criterion, Incubator, SpaceKind, Verdict
from croisee.incubation.scoring import HIGHEST_MARK
from croisee.incubation.services.candidatures import PARTS
from croisee.incubation.services.committees import Mark

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.http import QueryDict

FOR_ONESELF = (SpaceKind.OFFICE, SpaceKind.WORKSHOP, SpaceKind.DESK, SpaceKind.STORE)
"""Spaces that one applies for: rooms are booked by hours."""
VERDICTS = [("", gettext_lazy("not decided yet")), *Verdict.choices]


class PartForm(RecordForm[Candidature]):
    """One part of a candidature (`services.candidatures.PARTS`)."""

    class Meta:
        model = Candidature
        fields = (
            *("wanted_kind", "wanted_surface", "wanted_from", "motivation"),
            *("market", "team", "jobs_planned", "financing"),
        )
        widgets = {
            name: forms.Textarea(attrs={"rows": 7}) for name in ("motivation", "market", "team", "financing")
        }
        help_texts = {
            "motivation": gettext_lazy("What being there would change for your project."),
            "market": gettext_lazy("Who buys, at what price, who else sells, what you have already tried."),
            "team": gettext_lazy("Who does what, with what experience. Nothing about health."),
            "jobs_planned": gettext_lazy("Your own included."),
            "financing": gettext_lazy(
                "What is needed to begin, what you have, whom you asked: bank, honour loan, aid."
            ),
            "wanted_surface": gettext_lazy("Left empty if you do not know."),
        }

    def __init__(self, data: QueryDict | None = None, *, part: str, **options: Any) -> None:
        super().__init__(data, **options)
        for name in [name for name in self.fields if name not in (*PARTS[part], "seen")]:
            del self.fields[name]
        kind = self.fields.get("wanted_kind")
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [(one.value, one.label) for one in FOR_ONESELF]


class PaperForm(forms.Form):
    """A paper that goes with a candidature."""

    name = forms.CharField(
        label=gettext_lazy("What it is"),
        max_length=150,
        help_text=gettext_lazy("Business plan, quote, diploma…"),
    )
    file = forms.FileField(
        label=pgettext_lazy("paper", "File"),
        help_text=gettext_lazy("PDF, JPEG or PNG, 5 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )


class ReturnForm(forms.Form):
    """What is to be completed."""

    what = forms.CharField(
        label=gettext_lazy("What is to be completed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("The holder reads it, and keeps all that is written."),
    )


class RefusalForm(forms.Form):
    """Why a candidature accepted with reserves is refused after all."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is refused"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("The holder reads it, with how to ask again."),
    )


class CommitteeForm(RecordForm[Committee]):
    """When and where the committee meets."""

    incubator = forms.ModelChoiceField(
        Incubator.objects.none(), label=pgettext_lazy("premises", "Incubator"), empty_label=None
    )
    field_order = ("incubator", "held_on", "place")

    class Meta:
        model = Committee
        fields = ("held_on", "place")

    def __init__(
        self, data: QueryDict | None = None, *, incubators: Sequence[Incubator], **options: Any
    ) -> None:
        super().__init__(data, **options)
        if self.instance._state.adding:
            choose_incubator(self, incubators)
        else:
            del self.fields["incubator"]


class MinutesForm(forms.Form):
    """Who was there, what was said."""

    members = forms.CharField(
        label=gettext_lazy("Members present, one a line"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    remarks = forms.CharField(
        label=gettext_lazy("What was said"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class JudgeForm(forms.Form):
    """Marks of a candidature, criterion by criterion, and what the committee decides."""

    verdict = forms.ChoiceField(label=gettext_lazy("Decision"), choices=VERDICTS, required=False)
    reserves = forms.CharField(
        label=gettext_lazy("Reserves"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What must be done before a place is given. The holder reads it."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed for a refusal. The holder reads it."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        candidature: Candidature,
        criteria: Sequence[Criterion],
        data: QueryDict | None = None,
    ) -> None:
        given = {row.criterion_id: row for row in candidature.scores.all()}
        initial: dict[str, Any] = {
            "verdict": candidature.verdict,
            "reserves": candidature.reserves,
            "reason": candidature.reason,
            "seen": candidature.updated_at.isoformat(),
        }
        for one in criteria:
            if one.pk in given:
                initial[_name(one)] = str(given[one.pk].mark)
                initial[_note(one)] = given[one.pk].note
        super().__init__(data, initial=initial)
        self.criteria = criteria
        marks = [("", _("no mark yet")), *((str(mark), str(mark)) for mark in range(HIGHEST_MARK + 1))]
        for one in criteria:
            said = ngettext_lazy("%(label)s (weight %(n)d)", "%(label)s (weight %(n)d)", one.weight)
            self.fields[_name(one)] = forms.ChoiceField(
                label=said % {"label": one.label, "n": one.weight},
                choices=marks,
                required=False,
                help_text=one.help,
            )
            self.fields[_note(one)] = forms.CharField(
                label=_("Note on “%(label)s”") % {"label": one.label}, max_length=300, required=False
            )
        self.order_fields([name for one in criteria for name in (_name(one), _note(one))])

    def clean(self) -> dict[str, Any]:
        """A decision says what it must."""
        values = super().clean() or self.cleaned_data
        if values.get("verdict") == Verdict.RESERVED and not values.get("reserves", "").strip():
            self.add_error("reserves", _("Say which reserves are made."))
        if values.get("verdict") == Verdict.REFUSED and not values.get("reason", "").strip():
            self.add_error("reason", _("Say why it is refused."))
        return values

    def marks(self) -> dict[UUID, Mark]:
        """The marks given."""
        values = self.cleaned_data
        return {
            one.pk: Mark(int(values[_name(one)]), values[_note(one)])
            for one in self.criteria
            if values.get(_name(one))
        }

    def last_seen(self) -> dt.datetime | None:
        """When the candidature was last changed as it was shown."""
        return moment(self.cleaned_data["seen"])


def _name(criterion: Criterion) -> str:
    return f"mark-{criterion.pk.hex}"


def _note(criterion: Criterion) -> str:
    return f"note-{criterion.pk.hex}"


class CriterionForm(RecordForm[Criterion]):
    """A criterion of the committee."""

    class Meta:
        model = Criterion
        fields = ("label", "help", "weight", "order")
        help_texts = {"weight": gettext_lazy("1 to 10: what it counts for beside the others.")}


class AgendaForm(forms.Form):
    """The committee that looks at a candidature."""

    committee = forms.ModelChoiceField(
        Committee.objects.none(),
        label=gettext_lazy("Committee of"),
        empty_label=gettext_lazy("none yet"),
        required=False,
    )

    def __init__(
        self, candidature: Candidature, planned: Sequence[Committee], data: QueryDict | None = None
    ) -> None:
        super().__init__(data, initial={"committee": candidature.committee_id})
        field = cast("forms.ModelChoiceField[Any]", self.fields["committee"])
        field.queryset = Committee.objects.filter(pk__in=[one.pk for one in planned])

    def clean_committee(self) -> Committee | None:
        """A committee that is to come, or none."""
        found: Committee | None = self.cleaned_data["committee"]
        if found is not None and found.state != "planned":
            raise ValidationError(_("Choose a committee that is to come."))
        return found
