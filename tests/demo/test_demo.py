"""`croisee demo`: made once, resumed, mended after an interruption, never put into a real installation."""

import io
import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from croisee.clauses.models import Lot, Statement
from croisee.demo import campaigns, people, services, steps
from croisee.demo.generator.ground import Sizes
from croisee.demo.models import DemoInstallation
from croisee.demo.plan import Plan
from croisee.demo.queries import is_demo
from croisee.directory.models import Person
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.opportunities.models import Application, ApplicationState, Opportunity
from croisee.stages.models import Campaign, Round, RoundState
from croisee.stages.phases import Phase, phase
from croisee.territory.models import Address, Commune, DataSet, School, TransitFeed, Zone

# 300 pupils make a metropolis as whole as 1 200 do.
SMALL = {"pupils": 300, "seed": 3, "no_serve": True}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Files of a test go to a folder of its own; what the command sets for the process is put back."""
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    for name in ("DEMO_NOTICE", "EMAIL_BACKEND", "EMAIL_FILE_PATH", "SITE_URL"):
        setattr(settings, name, getattr(settings, name, None))
    environment = dict(os.environ)
    monkeypatch.setattr(steps, "prepare_database", lambda: None)
    yield tmp_path
    os.environ.clear()
    os.environ.update(environment)


def demo(**options: object) -> str:
    out = io.StringIO()
    call_command("demo", stdout=out, **{**SMALL, **options})
    return out.getvalue()


def test_made_resumed_and_seen_by_each_role(client: Client) -> None:
    said = demo()
    assert said.count("✓") == len(steps.STEPS)
    assert Commune.objects.count() == 16
    assert Zone.objects.filter(kind="qpv").count() == 10
    assert Address.objects.count() == Sizes().addresses
    assert School.objects.filter(priority__in=["REP", "REP+"]).count() == 1
    assert not DataSet.objects.exclude(title=steps.MADE_UP).exists()
    feed = TransitFeed.objects.get()
    assert feed.stops > 300
    today = timezone.localdate()
    assert feed.first_day <= today
    assert feed.last_day >= today + timedelta(days=365)
    large = campaigns.found(Phase.CONFIRMING)
    assert large is not None
    round_ = large.rounds.get()
    assert round_.state == RoundState.PUBLISHED
    assert round_.pupils.count() == 300
    assert round_.pupils.placed().count() > 285
    shown = {phase(campaign) for campaign in Campaign.objects.all()}
    assert shown == set(Phase)
    assert Lot.objects.filter(state="running").count() > 10
    assert set(Statement.objects.values_list("state", flat=True)) == {"sent", "validated", "rejected"}
    assert is_demo()
    links = re.findall(r"http://[^/\s]+(/\S+)", said)
    assert len(links) == len(people.PEOPLE) == len(Role)
    before = {
        model: model.objects.count()
        for model in (Account, Organisation, Campaign, Round, Person, Opportunity, Application, Address)
    }

    again = demo()

    assert {model: model.objects.count() for model in before} == before
    assert "…" not in again.split("\n\n")[0]
    family = people.account_of(Role.FAMILY)
    children = Person.objects.visible_to(family)
    assert children.count() == 3
    assert Application.objects.filter(person__in=children, state=ApplicationState.OFFERED).exists()
    assert Person.objects.visible_to(people.account_of(Role.SCHOOL_HEAD)).count() > 100
    for link in links:
        assert client.get(link).status_code == 200

    with pytest.raises(CommandError):
        demo(seed=4)
    assert DemoInstallation.objects.get().seed == 3


def test_an_interruption_before_any_step_is_mended_by_the_next_start() -> None:
    plan = Plan(epci="", seed=3, sizes=Sizes(pupils=300, addresses=2_000))
    services.begin(plan)
    for number in range(len(steps.STEPS)):
        with pytest.raises(KeyboardInterrupt):
            list(steps.steps_done(Plan(plan.epci, plan.seed, plan.sizes), _interrupt_at(number)))
        assert DemoInstallation.objects.get().made_at is None
    left = [step for step, was_done in steps.steps_done(Plan(plan.epci, plan.seed, plan.sizes)) if was_done]
    assert left == list(steps.STEPS[-1:])
    assert DemoInstallation.objects.get().made_at is not None
    large = campaigns.found(Phase.CONFIRMING)
    assert large is not None
    assert large.rounds.get().state == RoundState.PUBLISHED


def _interrupt_at(number: int) -> Callable[[steps.Step], None]:
    def starting(step: steps.Step) -> None:
        if step is steps.STEPS[number]:
            raise KeyboardInterrupt

    return starting


def test_people_are_made_together_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(epci="", seed=3, sizes=Sizes(pupils=300, addresses=2_000))
    services.begin(plan)
    steps.STEPS[0].do(plan)

    def broken(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(people, "_most_wished_employer", broken)
        with pytest.raises(KeyboardInterrupt):
            steps.STEPS[1].do(plan)
    assert not Account.objects.exists()
    assert not Organisation.objects.exists()
    steps.STEPS[1].do(plan)
    assert people.people_are_made()


def test_a_round_whose_computation_was_interrupted_is_computed_again() -> None:
    plan = Plan(epci="", seed=3, sizes=Sizes(pupils=300, addresses=2_000))
    services.begin(plan)
    for step in (*steps.STEPS[:2], steps.STEPS[3]):
        step.do(plan)
    large = campaigns.found(Phase.CONFIRMING)
    assert large is not None
    campaigns.set_back_to(large, campaigns.DAY_OF[Phase.CLOSED])
    campaigns.compute(large)
    assert not steps.STEPS[4].is_done(plan)
    steps.STEPS[4].do(plan)
    assert large.rounds.get().state == RoundState.PUBLISHED


def test_a_real_installation_is_left_alone() -> None:
    Organisation.objects.create(name="Une vraie métropole", kind=Kind.METROPOLIS)
    with pytest.raises(CommandError):
        demo()
    with pytest.raises(CommandError):
        demo(reset=True, yes=True)
    with pytest.raises(services.InUse):
        services.take_away()
    assert Organisation.objects.count() == 1
    assert not is_demo()


def test_there_is_one_demonstration_or_none() -> None:
    DemoInstallation.objects.create(seed=1, pupils=10)
    with pytest.raises(IntegrityError), transaction.atomic():
        DemoInstallation.objects.create(seed=2, pupils=10)
    with pytest.raises(IntegrityError), transaction.atomic():
        DemoInstallation.objects.create(seed=2, pupils=10, is_the_one=False)


def test_erasing_asks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    monkeypatch.setattr(services, "take_away", lambda: taken.append(1))
    with pytest.raises(CommandError, match="--yes"):
        demo(reset=True)
    assert not taken


@pytest.mark.parametrize(
    "options",
    [
        {"pupils": 0},
        {"pupils": 10**6},
        {"seed": -1},
        {"epci": "243500139"},
        {"epci": "243500139", "files": "x"},
    ],
)
def test_wrong_options_are_refused_before_anything_is_done(options: dict[str, object]) -> None:
    with pytest.raises(CommandError):
        demo(**options)
    assert not is_demo()


def test_files_alone_need_no_database(tmp_path: Path) -> None:
    demo(files=str(tmp_path / "out"))
    assert (tmp_path / "out" / "round" / "pupils.csv").exists()
    assert not DemoInstallation.objects.exists()
