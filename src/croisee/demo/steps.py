"""The steps of a demonstration, in order. Each is one transaction, or repeats without harm; each knows if it is done.

So a demonstration that was interrupted goes on where it stopped, and a second start finds everything done.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.management import call_command
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from croisee.demo import people
from croisee.demo.models import DemoInstallation
from croisee.demo.plan import SCHOOL_YEAR, Plan
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import acting
from croisee.foundation.progress.models import State
from croisee.foundation.progress.services import run
from croisee.foundation.tables import FaultyInput, read_table
from croisee.stages.files.columns import COLUMNS
from croisee.stages.models import Round, RoundState
from croisee.stages.services import rounds as stages
from croisee.territory.loaders.loading import Outcome
from croisee.territory.models import Commune, DataSet
from croisee.territory.services import load_territory

ROUND_NAME = "Stages de troisième, hiver 2027 (démonstration)"


# What the sources of the made-up metropolis are called: they have the form of official files, nothing more.
MADE_UP = "Fichier inventé pour la démonstration"


class StepFailed(Exception):  # noqa: N818  reads as the sentence it is
    """A step could not be done; the text says why. What was done before stays, and starting again goes on."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, whether it is done, and what does it."""

    name: str | Promise
    is_done: Callable[[Plan], bool]
    do: Callable[[Plan], None]


def steps_done(
    plan: Plan, starting: Callable[[Step], None] = lambda step: None
) -> Iterator[tuple[Step, bool]]:
    """Do what is still to be done; each step as it ends, with whether there was something to do.

    Raises StepFailed, NoGround, FaultyInput, LoadRunning, OutputFailed: what is done stays done.
    """
    with acting(None, "croisee demo"):
        for step in STEPS:
            if step.is_done(plan):
                yield step, False
                continue
            starting(step)
            step.do(plan)
            yield step, True
    DemoInstallation.objects.filter(made_at=None).update(made_at=timezone.now())


def _territory_is_loaded(plan: Plan) -> bool:
    return DemoInstallation.objects.filter(territory_is_loaded=True).exists()


def _load_territory(plan: Plan) -> None:
    """Load every file, each in a transaction of its own; after an interruption, those loaded cost little."""
    if not plan.epci:
        plan.campaign()  # writes the files that are loaded
    results = list(load_territory(plan.territory, plan.territory_files))
    refused = [fault for result in results if result.outcome is Outcome.REFUSED for fault in result.faults]
    if not Commune.objects.filter(epci=plan.territory).exists():
        raise FaultyInput(refused)
    if not plan.epci:
        DataSet.objects.filter(epci=plan.territory).update(title=MADE_UP, producer="Croisée", licence="")
    DemoInstallation.objects.update(territory_is_loaded=True)


def _people_are_made(plan: Plan) -> bool:
    return people.people_are_made()


def _make_people(plan: Plan) -> None:
    people.make_people(plan.campaign(), plan.territory)


def _round() -> Round | None:
    return Round.objects.filter(name=ROUND_NAME).exclude(state=RoundState.DISCARDED).first()


def _round_is_computed(plan: Plan) -> bool:
    found = _round()
    return found is not None and found.has_result


def _compute_round(plan: Plan) -> None:
    """Prepare the round, send its three files and compute it, as a campaign manager does."""
    plan.campaign()  # writes the files that are sent
    manager = people.account_of(Role.CAMPAIGN_MANAGER)
    round_ = _round() or stages.prepare(manager, name=ROUND_NAME, school_year=SCHOOL_YEAR, seed=plan.seed)
    tables = {kind: read_table(plan.round_folder / f"{kind}.csv", COLUMNS[kind]) for kind in COLUMNS}
    stages.receive_files(round_, tables)
    progress = stages.start_computing(round_, manager)
    run.call(str(progress.pk))
    progress.refresh_from_db()
    if progress.state != State.DONE:
        raise StepFailed(progress.problem)


def _round_is_published(plan: Plan) -> bool:
    found = _round()
    return found is not None and found.state == RoundState.PUBLISHED


def _publish_round(plan: Plan) -> None:
    """Publish, and let one family see its child's page."""
    round_ = Round.objects.get(name=ROUND_NAME, state=RoundState.COMPUTED)
    family = people.account_of(Role.FAMILY)
    stages.invite_family(people.pupil_to_follow(round_), family.email)
    stages.publish(round_, people.account_of(Role.CAMPAIGN_MANAGER))


STEPS = (
    Step(_("Communes, neighbourhoods, schools, addresses"), _territory_is_loaded, _load_territory),
    Step(_("One account for each role"), _people_are_made, _make_people),
    Step(_("Placement round"), _round_is_computed, _compute_round),
    Step(_("Publication of the results"), _round_is_published, _publish_round),
)


def prepare_database() -> None:
    """Make the tables, or bring them up to date."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
