"""The forms of agreements: what is let and until when, rents, the signature, another space, the way out, reviews."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from croisee.foundation.forms import RecordForm, day_field
from croisee.incubation.models import Agreement, Destination, ExitReason, Occupancy, Review, Space
from croisee.incubation.queries.hosting import surface_in_words
from croisee.incubation.rents import Step
from croisee.opportunities.tenure import ON_PUBLIC_DOMAIN, Tenure

LINES = 2
"""Lines of rents that the page has, beside those that are written."""


def space_in_words(space: Space) -> str:
    """A space as one chooses it: its name, kind and surface."""
    words = f"{space.name} – {space.get_kind_display()}, {surface_in_words(space)}"
    return gettext("%(space)s (in use)") % {"space": words} if getattr(space, "in_use", False) else words


class SpacesField(forms.ModelMultipleChoiceField):
    """Spaces to tick, each with its kind and surface."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """The space in words."""
        return space_in_words(obj)


class SpaceField(forms.ModelChoiceField):
    """One space to choose, with its kind and surface."""

    def label_from_instance(self, obj: Any) -> str:
        """The space in words."""
        return space_in_words(obj)


class AgreementForm(RecordForm[Agreement]):
    """An agreement to write: kind, spaces, days, conditions. In the public domain only what is possible is offered."""

    spaces = SpacesField(
        Space.objects.none(),
        label=_("Spaces"),
        help_text=_("Those in use are given only from the day after they are left."),
        error_messages={"required": _("Choose a space at least.")},
    )

    class Meta:
        model = Agreement
        fields = ("kind", "starts_on", "ends_on", "cause", "notice_months", "charges", "deposit")
        widgets = {"cause": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "cause": _(
                "For a precarious occupation: works, demolition, a sale, an authorisation that is awaited… A company’s "
                "youth is not a cause in itself."
            ),
        }

    field_order = ("kind", "spaces", "starts_on", "ends_on", "cause", "notice_months", "charges", "deposit")

    def __init__(self, *args: Any, spaces: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["spaces"]
        if isinstance(choice, SpacesField):
            choice.queryset = spaces
        kind = self.fields["kind"]
        if self.instance.incubator.public_domain and isinstance(kind, forms.ChoiceField):
            kind.choices = [(one.value, one.label) for one in ON_PUBLIC_DOMAIN]
            kind.help_text = _(
                "The building is of the public domain: no lease is possible there (CGPPP L2122-1)."
            )

    def clean(self) -> dict[str, Any]:
        """The cause goes with a precarious occupation alone."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("kind") == Tenure.PRECARIOUS and not values.get("cause", "").strip():
            self.add_error(
                "cause",
                _(
                    "Say why the occupation is precarious: a cause that is not the parties’ will (C. com. L145-5-1)."
                ),
            )
        return values


class RentForm(forms.Form):
    """One rent: from when, how much a month, what it would be outside. An empty line is none."""

    starts_on = day_field(pgettext_lazy("rent", "From"), required=False)
    monthly = forms.DecimalField(
        label=_("Rent (€/month)"), required=False, max_digits=9, decimal_places=2, min_value=0
    )
    market = forms.DecimalField(
        label=_("Market (€/month)"), required=False, max_digits=9, decimal_places=2, min_value=0
    )

    def clean(self) -> dict[str, Any]:
        """All three, or none."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        given = [values.get(name) is not None for name in ("starts_on", "monthly", "market")]
        if any(given) and not all(given) and not self.errors:
            raise forms.ValidationError(
                _("Give the day, the rent and the market rent, or leave the line empty.")
            )
        return values

    def step(self) -> Step | None:
        """The rent of the line."""
        values = self.cleaned_data
        if values.get("starts_on") is None:
            return None
        return Step(values["starts_on"], values["monthly"], values["market"])


RentsFormSet = forms.formset_factory(RentForm, extra=LINES, max_num=24)


def steps_in(formset: forms.BaseFormSet[RentForm]) -> list[Step]:
    """The rents of the lines that are filled."""
    return [step for form in formset.forms if (step := form.step()) is not None]


class SignForm(forms.Form):
    """When an agreement was signed, and the company’s declaration of its aid."""

    signed_on = day_field(_("Signed on"), initial=timezone.localdate)
    declaration_on = day_field(
        _("Aid declared by the company on"),
        required=False,
        help_text=_(
            "Its declaration on its honour of the de minimis aid of the years before, signed on paper or written here."
        ),
    )


class MoveForm(forms.Form):
    """Another space, from when, and the rent of the whole agreement from then."""

    occupancy = forms.ModelChoiceField(Occupancy.objects.none(), label=_("Space given back"))
    space = SpaceField(Space.objects.none(), label=_("New space"))
    on = day_field(_("From"))
    monthly = forms.DecimalField(
        label=_("Rent of the whole agreement from then (€/month)"),
        max_digits=9,
        decimal_places=2,
        validators=[MinValueValidator(0)],
    )
    market = forms.DecimalField(
        label=_("Market rent of the same (€/month)"),
        max_digits=9,
        decimal_places=2,
        validators=[MinValueValidator(0)],
    )

    def __init__(self, *args: Any, occupancies: Any, spaces: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, rows in (("occupancy", occupancies), ("space", spaces)):
            choice = self.fields[name]
            if isinstance(choice, forms.ModelChoiceField):
                choice.queryset = rows


class EndForm(forms.Form):
    """The last day of a company, why it leaves and where it goes."""

    left_on = day_field(
        _("Last day in the premises"),
        initial=timezone.localdate,
        help_text=_("It may be announced: the spaces are free from the next day."),
    )
    reason = forms.ChoiceField(label=_("Why"), choices=[("", "–"), *ExitReason.choices])
    destination = forms.ChoiceField(label=_("Where to"), choices=[("", "–"), *Destination.choices])
    address = forms.CharField(label=_("New address"), max_length=300, required=False)
    jobs = forms.IntegerField(
        label=_("People at work on that day"), required=False, min_value=0, max_value=9999
    )
    note = forms.CharField(
        label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, first: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["left_on"].widget.attrs["min"] = first.isoformat()


class ReviewForm(RecordForm[Review]):
    """What a six-monthly review said."""

    class Meta:
        model = Review
        fields = ("held_on", "turnover", "jobs", "jobs_qpv", "summary", "needs", "next_steps")
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 4}),
            "needs": forms.Textarea(attrs={"rows": 3}),
            "next_steps": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("held_on", "turnover", "jobs"):
            self.fields[name].required = True
        if not self.is_bound and self.instance.held_on is None:
            self.initial["held_on"] = timezone.localdate()


class NewReviewForm(forms.Form):
    """When another review is due."""

    due_on = day_field(_("Due on"))
