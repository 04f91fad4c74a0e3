"""The forms of experts, hours and appointments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from croisee.foundation.forms import RecordForm, day_field
from croisee.incubation.models import Advice, AdviceSlot, Expert, Incubator, Project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet


def hour_field(label: Any, **options: Any) -> forms.TimeField:
    """An hour of the day, in the browser's own way."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, **options)


class ExpertForm(RecordForm[Expert]):
    """What is said of an expert."""

    class Meta:
        model = Expert
        fields = ("organisation_name", "topics", "presentation")
        widgets = {"presentation": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "topics": gettext_lazy(
                "For example: accounts, legal form, insurance, selling. Holders search these words."
            ),
        }


class InviteExpertForm(forms.Form):
    """Whom one invites to advise, and where when one manages several incubators."""

    incubator = forms.ModelChoiceField(
        Incubator.objects.none(), label=pgettext_lazy("premises", "Incubator"), empty_label=None
    )
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    organisation_name = forms.CharField(label=gettext_lazy("Organisation"), max_length=150, required=False)
    topics = forms.CharField(
        label=gettext_lazy("Advises on"), max_length=300, help_text=ExpertForm.Meta.help_texts["topics"]
    )
    presentation = forms.CharField(
        label=gettext_lazy("Presentation"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any = None, *, incubators: QuerySet[Incubator]) -> None:
        super().__init__(data)
        self.incubators = list(incubators[:2])
        choice = self.fields["incubator"]
        if len(self.incubators) == 1:
            del self.fields["incubator"]
        elif isinstance(choice, forms.ModelChoiceField):
            choice.queryset = incubators

    def where(self) -> Incubator:
        """The incubator chosen, or the only one; read once the form is valid."""
        chosen: Incubator = self.cleaned_data.get("incubator") or self.incubators[0]
        return chosen


class LayForm(forms.Form):
    """Hours of a week, repeated over a period."""

    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("Weekdays"), choices=(), widget=forms.CheckboxSelectMultiple
    )
    first = day_field(gettext_lazy("First day"))
    last = day_field(gettext_lazy("Last day"), help_text=gettext_lazy("The first day, for one day alone."))
    opens = hour_field(pgettext_lazy("hour", "From"))
    closes = hour_field(pgettext_lazy("hour", "To"))
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes for each project"),
        initial=45,
        validators=[MinValueValidator(10), MaxValueValidator(240)],
    )
    pause_from = hour_field(gettext_lazy("Break from"), required=False)
    pause_to = hour_field(gettext_lazy("Break to"), required=False)
    place = forms.CharField(
        label=gettext_lazy("Place, or how one is called"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty: the address of the incubator."),
    )
    remote = forms.BooleanField(label=gettext_lazy("By telephone or video"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        days = self.fields["weekdays"]
        if isinstance(days, forms.MultipleChoiceField):
            days.choices = [(str(number), capfirst(str(name))) for number, name in WEEKDAYS.items()]

    def clean(self) -> dict[str, Any]:
        """A break has both its ends, in order."""
        values = super().clean() or {}
        begins, ends = values.get("pause_from"), values.get("pause_to")
        if bool(begins) != bool(ends):
            self.add_error("pause_to" if begins else "pause_from", _("Give both ends of the break, or none."))
        elif begins and ends and ends <= begins:
            self.add_error("pause_to", _("The break ends after it begins."))
        return values


class BookForm(forms.Form):
    """For which project an hour is booked, and what one wants to talk about."""

    project = forms.ModelChoiceField(
        Project.objects.none(),
        label=gettext_lazy("Project"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the projects of this incubator.")},
    )
    question = forms.CharField(
        label=gettext_lazy("What do you want to talk about?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The expert prepares with it: a few lines are enough."),
    )

    def __init__(self, data: Any = None, *, projects: QuerySet[Project]) -> None:
        super().__init__(data)
        self.only: Project | None = None
        found = list(projects[:2])
        choice = self.fields["project"]
        if len(found) == 1:
            self.only = found[0]
            del self.fields["project"]
        elif isinstance(choice, forms.ModelChoiceField):
            choice.queryset = projects

    def chosen(self) -> Project:
        """The project chosen, or the only one; read once the form is valid."""
        found: Project = self.only or self.cleaned_data["project"]
        return found


class MoveForm(forms.Form):
    """Another hour of the same expert."""

    slot = forms.TypedChoiceField(
        label=gettext_lazy("Free hour"),
        error_messages={"invalid_choice": gettext_lazy("This hour is no longer free: choose another.")},
    )

    def __init__(self, data: Any = None, *, slots: Sequence[AdviceSlot]) -> None:
        super().__init__(data)
        self.slots = {str(one.pk): one for one in slots}
        choice = self.fields["slot"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [
                (key, capfirst(date_format(timezone.localtime(one.starts_at), "l j F Y, H:i")))
                for key, one in self.slots.items()
            ]

    def chosen(self) -> AdviceSlot:
        """The hour chosen; read once the form is valid."""
        return self.slots[self.cleaned_data["slot"]]


class AdviceNoteForm(RecordForm[Advice]):
    """What was advised, and what the team keeps for itself."""

    class Meta:
        model = Advice
        fields = ("note", "private_note")
        widgets = {
            "note": forms.Textarea(attrs={"rows": 5}),
            "private_note": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "note": gettext_lazy("The project holder reads it on the page of the appointment."),
            "private_note": gettext_lazy(
                "Only experts and managers read it here. Whoever asks for their data is given it all the same "
                "(GDPR, article 15): write facts alone."
            ),
        }
