"""The steps of a demonstration, in order. Each is one transaction, or repeats without harm; each knows if it is done.

So a demonstration that was interrupted goes on where it stopped, and a second start finds everything done.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models import Lot, Participant
from croisee.demo import campaigns, people
from croisee.demo.business.making import make_business
from croisee.demo.followed.journeys import make_journeys
from croisee.demo.followed.openings import make_openings
from croisee.demo.followed.programmes import make_programmes, make_referents
from croisee.demo.models import DemoInstallation
from croisee.demo.plan import Plan
from croisee.demo.social_clauses.contracts import make_contracts
from croisee.demo.social_clauses.months import make_months
from croisee.demo.social_clauses.workers import make_workers
from croisee.foundation.audit.services import acting
from croisee.foundation.tables import FaultyInput
from croisee.incubation.models import Incubator
from croisee.journeys.models import Journey
from croisee.journeys.services.ways import recount, sync
from croisee.stages.phases import Phase
from croisee.territory.loaders.loading import Outcome
from croisee.territory.models import Commune, DataSet, ReachSurvey, Street
from croisee.territory.reach.services import survey_reach
from croisee.territory.services import load_territory

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


def _large_is_made(plan: Plan) -> bool:
    return campaigns.found(Phase.CONFIRMING) is not None


@transaction.atomic
def _make_large(plan: Plan) -> None:
    """The campaign of every school, up to the day on which wishes close."""
    campaigns.make_large(plan.campaign(), plan.seed)


def _large_is_published(plan: Plan) -> bool:
    found = campaigns.found(Phase.CONFIRMING)
    return found is not None and found.published_turn == 1


def _publish_large(plan: Plan) -> None:
    """Place and publish as a campaign manager does."""
    campaigns.publish_large()


def _large_is_answered(plan: Plan) -> bool:
    found = campaigns.found(Phase.CONFIRMING)
    return found is not None and campaigns.is_answered(found)


@transaction.atomic
def _answer_large(plan: Plan) -> None:
    """Some families answer, and the demonstration's own finds its child."""
    campaigns.answer_large()


def _small_are_made(plan: Plan) -> bool:
    return all(campaigns.found(phase) for phase in campaigns.SMALL)


def _make_small(plan: Plan) -> None:
    """One campaign for each other phase, each in a transaction of its own."""
    for phase in campaigns.SMALL:
        if campaigns.found(phase) is None:
            with transaction.atomic():
                campaigns.make_small(phase, plan.campaign(), plan.seed)


def _clauses_are_made(plan: Plan) -> bool:
    return Lot.objects.exists()


@transaction.atomic
def _make_clauses(plan: Plan) -> None:
    """Operations, people, the hours of the last months."""
    generated, today = plan.campaign(), timezone.localdate()
    commitments = make_contracts(generated, plan.seed, today)
    make_months(commitments, make_workers(generated.ground, plan.seed, today), plan.seed, today)


def _journeys_are_made(plan: Plan) -> bool:
    return Journey.objects.exists()


@transaction.atomic
def _make_journeys(plan: Plan) -> None:
    """A PLIE and a Maison de l'emploi, whom they follow, and each one's way across services."""
    generated, now = plan.campaign(), timezone.now()
    today = timezone.localdate(now)
    programmes, referents = make_programmes(today), make_referents()
    participants = Participant.objects.select_related("person").order_by(*people.by_name("person"))
    known = [one.person for one in participants[:40]]
    journeys = make_journeys(programmes, referents, known, generated.ground, plan.seed, today)
    make_openings(journeys, today)
    sync(now)
    recount(now)


def _business_is_made(plan: Plan) -> bool:
    return Incubator.objects.exists()


@transaction.atomic
def _make_business(plan: Plan) -> None:
    """The incubator, its founders, premises and who looks for some."""
    now = timezone.now()
    make_business(plan.campaign().ground, plan.seed, timezone.localdate(now))
    sync(now)
    recount(now)


def _reach_is_computed(plan: Plan) -> bool:
    addresses = Street.objects.filter(commune__epci=plan.territory)
    return ReachSurvey.objects.filter(epci=plan.territory).exists() or not addresses.exists()


def _compute_reach(plan: Plan) -> None:
    """Last, since the offers that have a seat free are counted."""
    survey_reach(plan.territory)


STEPS = (
    Step(_("Communes, neighbourhoods, schools, addresses"), _territory_is_loaded, _load_territory),
    Step(_("One account for each role"), _people_are_made, _make_people),
    Step(_("A small campaign in each other phase"), _small_are_made, _make_small),
    Step(_("A campaign of internships: pupils, offers, wishes"), _large_is_made, _make_large),
    Step(_("Its places, given and published"), _large_is_published, _publish_large),
    Step(_("Answers and conventions"), _large_is_answered, _answer_large),
    Step(_("Social clauses: contracts, people, hours"), _clauses_are_made, _make_clauses),
    Step(_("Journeys: programmes, people followed, what was proved"), _journeys_are_made, _make_journeys),
    Step(_("The neighbourhood incubator, premises and land"), _business_is_made, _make_business),
    Step(_("What is within reach of each neighbourhood"), _reach_is_computed, _compute_reach),
)


def prepare_database() -> None:
    """Make the tables, or bring them up to date."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
