"""What a journey is made of: objectives, and the steps towards each."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.journeys.models.journeys import TEAM, Journey
from croisee.opportunities.models import Opportunity

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


M = TypeVar("M", bound=models.Model)


class StepKind(models.TextChoices):
    """What sort of step it is."""

    DIAGNOSIS = "diagnosis", _("diagnosis and orientation")
    OBSTACLE = "obstacle", _("lifting an obstacle (housing, health, mobility, childcare)")
    TRAINING = "training", _("training")
    INSERTION_WORK = "insertion_work", _("insertion work (IAE)")
    MISSION = "mission", _("mission or immersion")
    INTERNSHIP = "internship", _("internship")
    APPRENTICESHIP = "apprenticeship", _("apprenticeship")
    CLAUSE_JOB = "clause_job", _("job under a social clause")
    BUSINESS_PROJECT = "business_project", _("business project")
    EMPLOYMENT = "employment", _("employment")


WORK = (
    StepKind.INSERTION_WORK,
    StepKind.MISSION,
    StepKind.APPRENTICESHIP,
    StepKind.CLAUSE_JOB,
    StepKind.EMPLOYMENT,
)
"""Kinds of steps that are a contract, whose end is announced."""


class ObjectiveState(models.TextChoices):
    """Where an objective stands."""

    OPEN = "open", _("aimed at")
    REACHED = "reached", _("reached")
    DROPPED = "dropped", _("given up")


OBJECTIVE = Lifecycle(
    name="journeys.objective",
    label=_("Objective"),
    states=ObjectiveState,
    initial=ObjectiveState.OPEN,
    transitions=(
        Transition("reach", _("Reached"), (ObjectiveState.OPEN,), ObjectiveState.REACHED, TEAM),
        Transition("drop", _("Give up"), (ObjectiveState.OPEN,), ObjectiveState.DROPPED, TEAM),
        Transition(
            "reopen",
            _("Take up again"),
            (ObjectiveState.REACHED, ObjectiveState.DROPPED),
            ObjectiveState.OPEN,
            TEAM,
        ),
    ),
)


class HangingQuerySet(VisibleQuerySet[M]):
    """Rows that hang on a journey."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the journeys that one may see."""
        return self.filter(journey__in=Journey.objects.visible_to(account))

    def followed_by(self, account: "Reader") -> Self:
        """Those of the journeys that one may write in."""
        return self.filter(journey__in=Journey.objects.followed_by(account))


@audited(personal=("title", "note"))
class Objective(Record):
    """What the person wants to come to on the way, agreed with the référent."""

    lifecycle = OBJECTIVE

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="objectives", verbose_name=_("journey"))
    title = models.CharField(_("objective"), max_length=200)
    state = OBJECTIVE.field()
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    due_on = models.DateField(_("to be reached by"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)

    objects = HangingQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["order", "created_at", "pk"]
        constraints = [*OBJECTIVE.constraints()]
        triggers = OBJECTIVE.triggers()

    def __str__(self) -> str:
        return self.title


class StepState(models.TextChoices):
    """Where a step stands."""

    PLANNED = "planned", _("planned")
    UNDER_WAY = "under_way", _("under way")
    PAUSED = "paused", _("paused")
    DONE = "done", _("done")
    ABANDONED = "abandoned", _("abandoned")


OPEN_STEPS = (StepState.PLANNED, StepState.UNDER_WAY, StepState.PAUSED)
"""States of a step that is still to be done."""

STEP = Lifecycle(
    name="journeys.step",
    label=_("Step"),
    states=StepState,
    initial=StepState.PLANNED,
    transitions=(
        Transition("start", _("Begin"), (StepState.PLANNED,), StepState.UNDER_WAY, TEAM),
        Transition("pause", _("Pause"), (StepState.UNDER_WAY,), StepState.PAUSED, TEAM),
        Transition("resume", _("Resume"), (StepState.PAUSED,), StepState.UNDER_WAY, TEAM),
        Transition(
            "finish",
            _("Done"),
            (StepState.PLANNED, StepState.UNDER_WAY, StepState.PAUSED),
            StepState.DONE,
            TEAM,
        ),
        Transition(
            "abandon",
            _("Abandon"),
            (StepState.PLANNED, StepState.UNDER_WAY, StepState.PAUSED),
            StepState.ABANDONED,
            TEAM,
        ),
        Transition(
            "reopen",
            _("Take up again"),
            (StepState.DONE, StepState.ABANDONED),
            StepState.UNDER_WAY,
            TEAM,
        ),
    ),
)


@audited(personal=("title", "where", "outcome"))
class Step(Record):
    """One step: what, where, from when to when, what came of it.

    Linked to an `action` of the territory or to an `opportunity` when there is one; `where` says it in words.
    `ended_on` is set when it is done or abandoned; `outcome` says what came of it, or why it was abandoned.
    """

    lifecycle = STEP

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="steps", verbose_name=_("journey"))
    objective = models.ForeignKey(
        Objective,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name=_("objective"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=StepKind)
    title = models.CharField(_("what"), max_length=200)
    where = models.CharField(_("where, with whom"), max_length=200, blank=True)
    action = models.ForeignKey(
        "journeys.Action",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name=_("action of the territory"),
    )
    opportunity = models.ForeignKey(
        Opportunity,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opening"),
    )
    state = STEP.field()
    starts_on = models.DateField(_("from"), null=True, blank=True)
    planned_end_on = models.DateField(_("planned end"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    outcome = models.TextField(_("what came of it"), max_length=2000, blank=True)

    objects = HangingQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["starts_on", "planned_end_on", "created_at", "pk"]
        indexes = [
            models.Index(fields=["journey", "state", "planned_end_on"]),
            models.Index(fields=["state", "planned_end_on"]),
        ]
        constraints = [
            *STEP.constraints(),
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="journeys_step_kind_known"),
            models.CheckConstraint(
                condition=Q(planned_end_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(planned_end_on__gte=F("starts_on")),
                name="journeys_step_in_order",
                violation_error_message=_("A step cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in OPEN_STEPS], ended_on__isnull=True)
                | Q(state__in=["done", "abandoned"], ended_on__isnull=False),
                name="journeys_step_ended_has_its_date",
            ),
        ]
        triggers = STEP.triggers()

    def __str__(self) -> str:
        return self.title
