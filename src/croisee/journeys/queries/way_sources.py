"""What journeys themselves tell of people's ways: who is followed, the steps that count, how journeys end."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Purpose
from croisee.directory.visibility import NOBODY
from croisee.journeys.models import ENTERED, ExitKind, Journey, JourneyState, Stage, Step, StepKind, StepState
from croisee.journeys.sources import WaySource, outline

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

STEPS = {
    StepKind.INTERNSHIP: Stage.INTERNSHIP,
    StepKind.APPRENTICESHIP: Stage.APPRENTICESHIP,
    StepKind.TRAINING: Stage.TRAINING,
    StepKind.CLAUSE_JOB: Stage.CLAUSE_JOB,
    StepKind.INSERTION_WORK: Stage.JOB,
    StepKind.MISSION: Stage.JOB,
    StepKind.EMPLOYMENT: Stage.JOB,
}
"""The stage that each kind of step is; a diagnosis, an obstacle lifted, a project are none."""
EXITS = {
    ExitKind.LASTING_JOB: Stage.JOB,
    ExitKind.SHORT_JOB: Stage.JOB,
    ExitKind.QUALIFICATION: Stage.TRAINING,
    ExitKind.APPRENTICESHIP: Stage.APPRENTICESHIP,
    ExitKind.COMPANY: Stage.COMPANY,
}
"""The stage that each way out leads to; the others lead to none that is known."""
LIVED = (StepState.UNDER_WAY, StepState.PAUSED, StepState.DONE)


def _stage(field: str, stages: dict[Any, Any]) -> Case:
    whens = [When(**{field: str(kind)}, then=Value(str(stage))) for kind, stage in stages.items()]
    return Case(*whens, output_field=CharField())


def _entries(day: date) -> QuerySet[Any, Any]:
    rows = Journey.objects.filter(state__in=ENTERED, person__isnull=False, entered_on__lte=day)
    return outline(
        rows,
        person="person_id",
        stage=Stage.JOURNEY,
        starts_on="entered_on",
        ends_on="exited_on",
        title="programme__name",
        where="programme__organisation__name",
    )


def _exits(day: date) -> QuerySet[Any, Any]:
    rows = Journey.objects.filter(
        state=JourneyState.ENDED, person__isnull=False, exit_kind__in=EXITS, exited_on__lte=day
    )
    return outline(rows, person="person_id", stage=_stage("exit_kind", EXITS), starts_on="exited_on")


def _steps(day: date) -> QuerySet[Any, Any]:
    begun = Coalesce(F("starts_on"), F("ended_on"))
    rows = Step.objects.filter(kind__in=STEPS, state__in=LIVED, journey__person__isnull=False)
    return outline(
        rows.annotate(begun=begun).filter(begun__lte=day),
        person="journey__person_id",
        stage=_stage("kind", STEPS),
        starts_on="begun",
        ends_on="ended_on",
        title="title",
        where="where",
    )


def _nobody(_account: "Account") -> Q:
    """A person may be followed elsewhere too: what is of one's own service goes by the journey."""
    return NOBODY


def _own_journeys(account: "Account") -> QuerySet[Any, Any]:
    return Journey.objects.visible_to(account).order_by().values("pk")


def _own_steps(account: "Account") -> QuerySet[Any, Any]:
    return Step.objects.filter(journey__in=_own_journeys(account)).order_by().values("pk")


SOURCES = (
    WaySource(
        "journeys.entries", _("programmes"), Purpose.SHOW_JOURNEY, _entries, _nobody, own_keys=_own_journeys
    ),
    WaySource(
        "journeys.steps",
        _("steps of journeys"),
        Purpose.SHOW_JOURNEY,
        _steps,
        _nobody,
        own_keys=_own_steps,
    ),
    WaySource(
        "journeys.exits",
        _("what journeys led to"),
        Purpose.SHOW_JOURNEY,
        _exits,
        _nobody,
        own_keys=_own_journeys,
    ),
)
