"""The forms of one journey: few fields each, most of them optional, so that a note takes half a minute."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from croisee.directory.forms.jobs import JobField
from croisee.foundation.forms import day_field, moment
from croisee.journeys.models import (
    Action,
    Appointment,
    Channel,
    Exchange,
    ExitKind,
    Journey,
    Objective,
    Step,
    StepKind,
    StepState,
)
from croisee.opportunities.models import Opportunity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import QueryDict

    from croisee.foundation.accounts.models import Account

LINKED = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


class Seen(forms.Form):
    """Abstract: a form that says what it saw, so that nobody's change is lost unseen."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    def seen_at(self) -> dt.datetime | None:
        """When the row was last changed as the page was drawn."""
        return moment(self.cleaned_data.get("seen", ""))


def text_field(label: Any, most: int, **options: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": 3}),
        **{"required": False, **options},
    )


class ObjectiveForm(Seen):
    """What the person wants to come to."""

    title = forms.CharField(label=gettext_lazy("Objective"), max_length=200)
    due_on = day_field(gettext_lazy("To be reached by"), required=False)
    note = text_field(gettext_lazy("Note"), 2000, help_text=gettext_lazy("The person reads it."))

    def __init__(self, data: QueryDict | None = None, objective: Objective | None = None) -> None:
        super().__init__(data, auto_id="objective-%s")
        if objective is not None:
            self.initial = {name: getattr(objective, name) for name in ("title", "due_on", "note")}
            self.initial["seen"] = objective.updated_at.isoformat()


class StepForm(Seen):
    """A step: what, of which kind; the rest when it is known.

    The action of the territory is written with a box that suggests; the opening by the link of its page.
    """

    title = forms.CharField(label=gettext_lazy("What"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=StepKind)
    objective = forms.ChoiceField(label=gettext_lazy("Towards the objective"), required=False)
    planned_end_on = day_field(gettext_lazy("Planned end"), required=False)
    begun = forms.BooleanField(label=gettext_lazy("It has begun"), required=False)
    starts_on = day_field(gettext_lazy("From"), required=False)
    where = forms.CharField(label=gettext_lazy("Where, with whom"), max_length=200, required=False)
    action_name = forms.CharField(
        label=gettext_lazy("Action of the territory"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Write three letters and choose in the catalogue."),
    )
    opportunity_link = forms.CharField(
        label=gettext_lazy("Opening (its link)"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The address of its page, copied from the browser."),
    )
    ended_on = day_field(gettext_lazy("Ended on"), required=False)
    outcome = text_field(gettext_lazy("What came of it"), 2000)

    SHORT = ("title", "kind", "objective", "planned_end_on", "begun")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        account: Account,
        objectives: Iterable[Objective],
        step: Step | None = None,
    ) -> None:
        super().__init__(data, auto_id="step-%s")
        self.account, self.step = account, step
        self.objectives = {str(one.pk): one for one in objectives}
        self.fields["objective"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", pgettext_lazy("objective", "none")),
            *((pk, one.title) for pk, one in self.objectives.items()),
        ]
        self.fields["action_name"].widget.attrs.update(
            {
                "data-suggest": reverse_lazy("journeys:suggest_actions"),
                "data-found": gettext_lazy("actions suggested"),
                "data-choose": "action",
            }
        )
        over = step is not None and step.state in (StepState.DONE, StepState.ABANDONED)
        for name in ("ended_on", "outcome") if not over else ():
            del self.fields[name]
        if step is not None:
            del self.fields["begun"]
            self.initial = self._of(step)

    def _of(self, step: Step) -> dict[str, Any]:
        names = ("title", "kind", "planned_end_on", "starts_on", "where", "ended_on", "outcome")
        return {
            **{name: getattr(step, name) for name in names},
            "seen": step.updated_at.isoformat(),
            "objective": str(step.objective_id or ""),
            "action_name": step.action.name if step.action else "",
            "opportunity_link": str(step.opportunity_id or ""),
        }

    @property
    def short(self) -> list[forms.BoundField]:
        """The fields that are filled in each time."""
        return [self[name] for name in self.SHORT if name in self.fields]

    @property
    def more(self) -> list[forms.BoundField]:
        """The others."""
        return [field for field in self.visible_fields() if field.name not in self.SHORT]

    def clean_action_name(self) -> Action | None:
        """The action that was chosen; the one that bears that very name."""
        text = self.cleaned_data["action_name"].strip()
        if not text:
            return None
        rows = Action.objects.visible_to(self.account)
        chosen = self.data.get("action", "")
        if LINKED.fullmatch(chosen) and (found := rows.filter(pk=chosen, name=text).first()):
            return found
        if self.step is not None and self.step.action is not None and self.step.action.name == text:
            return self.step.action
        found = rows.filter(name__iexact=text).first()
        if found is None:
            raise ValidationError(
                _(
                    "No action of the catalogue bears this name: choose one that is suggested, or leave it empty."
                )
            )
        return found

    def clean_opportunity_link(self) -> Opportunity | None:
        """The opening behind a link."""
        text = self.cleaned_data["opportunity_link"].strip()
        if not text:
            return None
        found = LINKED.search(text)
        row = found and Opportunity.objects.visible_to(self.account).filter(pk=found.group()).first()
        if not row and self.step is not None and found and str(self.step.opportunity_id) == found.group():
            row = self.step.opportunity
        if not row:
            raise ValidationError(
                _("No opening is found behind this link: open its page and copy the address.")
            )
        return row

    def values(self) -> dict[str, Any]:
        """The values of the step."""
        given = dict(self.cleaned_data)
        given["objective"] = self.objectives.get(given["objective"])
        given["action"], given["opportunity"] = given.pop("action_name"), given.pop("opportunity_link")
        if given["action"] and not given["where"]:
            given["where"] = given["action"].organisation.name
        return given


class EndStepForm(forms.Form):
    """When a step ended, and what came of it."""

    ended_on = day_field(gettext_lazy("Ended on"))
    outcome = text_field(
        gettext_lazy("What came of it, or why it is abandoned"),
        2000,
        help_text=gettext_lazy("The person reads it."),
    )

    def __init__(self, data: QueryDict | None = None, *, key: str = "end") -> None:
        super().__init__(data, auto_id=f"{key}-%s", initial={"ended_on": timezone.localdate()})


class ExchangeForm(Seen):
    """A contact with the person."""

    on = day_field(gettext_lazy("Date"))
    channel = forms.ChoiceField(label=gettext_lazy("How"), choices=Channel)
    text = text_field(
        gettext_lazy("What was said"),
        3000,
        help_text=gettext_lazy("What the follow-up needs, nothing about health. The person may read it."),
    )

    def __init__(self, data: QueryDict | None = None, exchange: Exchange | None = None) -> None:
        initial: dict[str, Any] = {"on": timezone.localdate()}
        if exchange is not None:
            initial = {name: getattr(exchange, name) for name in ("on", "channel", "text")}
            initial["seen"] = exchange.updated_at.isoformat()
        super().__init__(data, auto_id="exchange-%s", initial=initial)


class AppointmentForm(Seen):
    """A meeting to come."""

    day = day_field(gettext_lazy("Day"))
    hour = forms.TimeField(
        label=gettext_lazy("Hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"), min_value=5, max_value=480, initial=60
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("It is not in the e-mail; the person reads it in the journey."),
    )

    def __init__(self, data: QueryDict | None = None, appointment: Appointment | None = None) -> None:
        initial: dict[str, Any] = {}
        if appointment is not None:
            start = timezone.localtime(appointment.starts_at)
            initial = {name: getattr(appointment, name) for name in ("minutes", "place", "subject")}
            initial |= {
                "day": start.date(),
                "hour": start.time(),
                "seen": appointment.updated_at.isoformat(),
            }
        super().__init__(data, auto_id="appointment-%s", initial=initial)

    def clean(self) -> dict[str, Any]:
        """`starts_at`: the day and hour as clocks here show them."""
        given = super().clean() or self.cleaned_data
        day, hour = given.get("day"), given.get("hour")
        if day is not None and hour is not None:
            try:
                given["starts_at"] = from_current_timezone(dt.datetime.combine(day, hour))
            except ValidationError as error:
                self.add_error("hour", error)
        return given

    def add_error(self, field: str | None, error: Any) -> None:
        """What is wrong with the moment is said beside the hour."""
        super().add_error("hour" if field == "starts_at" else field, error)


class ProjectForm(Seen):
    """What the person wants to come to, and until when the journey is meant to last."""

    project = text_field(gettext_lazy("Project"), 1000, help_text=gettext_lazy("In the words of the person."))
    project_job = JobField(
        label=gettext_lazy("Job aimed at (ROME code)"),
        help_text=gettext_lazy("Write a code, as F1606, or a trade, as painting, and choose."),
    )
    planned_end_on = day_field(gettext_lazy("Planned end"), required=False)

    def __init__(self, data: QueryDict | None = None, *, journey: Journey) -> None:
        initial: dict[str, Any] = {name: getattr(journey, name) for name in ("project", "project_job")}
        initial |= {"planned_end_on": journey.planned_end_on, "seen": journey.updated_at.isoformat()}
        super().__init__(data, initial=initial)


class EndForm(forms.Form):
    """How a journey ends; each open step is finished or abandoned in the same form."""

    exited_on = day_field(gettext_lazy("Exit on"))
    exit_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of exit"), choices=[("", gettext_lazy("to be chosen")), *ExitKind.choices]
    )
    exit_note = text_field(
        gettext_lazy("What was reached"), 2000, help_text=gettext_lazy("The person reads it.")
    )

    def __init__(self, data: QueryDict | None = None, *, steps: Sequence[Step]) -> None:
        super().__init__(data, initial={"exited_on": timezone.localdate()})
        self.steps = steps
        for step in steps:
            self.fields[f"step-{step.pk}"] = forms.ChoiceField(
                label=step.title,
                choices=[(str(state), state.label) for state in (StepState.DONE, StepState.ABANDONED)],
                widget=forms.RadioSelect,
            )

    @property
    def of_steps(self) -> list[forms.BoundField]:
        """The questions about open steps."""
        return [self[f"step-{step.pk}"] for step in self.steps]

    @property
    def of_exit(self) -> list[forms.BoundField]:
        """The questions about the exit."""
        return [self[name] for name in ("exited_on", "exit_kind", "exit_note")]

    def ends(self) -> dict[UUID, str]:
        """How each open step ends."""
        return {step.pk: self.cleaned_data[f"step-{step.pk}"] for step in self.steps}


class CorrectionForm(forms.Form):
    """What the person says is wrong."""

    about = forms.CharField(label=gettext_lazy("What is wrong"), max_length=200)
    text = text_field(gettext_lazy("What it should say"), 2000, required=True)


class AnswerForm(forms.Form):
    """What is answered to a correction."""

    answer = text_field(
        gettext_lazy("Answer"),
        2000,
        help_text=gettext_lazy("The person reads it. Needed when it is kept as it is: say why."),
    )
