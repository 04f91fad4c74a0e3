"""The way of a person: copied from each service, shown as the person consents, counted, drawn."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from croisee.clauses.models import Assignment
from croisee.directory.models import Capacity, Contact, Person, Purpose
from croisee.directory.services import erase_person, give_consent, withdraw_consent
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.models import Access
from croisee.journeys.models import ExitKind, Journey, Milestone, Step, StepKind, WayCount
from croisee.journeys.services import ways as services
from croisee.opportunities.models import Application
from tests.clauses_world import make_clauses_world
from tests.journeys_world import JourneysWorld, make_journey, make_person, make_programme, move
from tests.stages.convention_helpers import confirmed
from tests.world import TODAY, make_world, member

Enter = Callable[[Account], Client]
NOW = timezone.now()
QUERIES = 12


@pytest.fixture
def crossed(world: JourneysWorld) -> Person:
    """The first person, who was an intern eight months ago and works under a social clause since five."""
    person = world.people[0]
    place = confirmed(make_world(), 0, 2)
    period = place.period
    period.starts_on, period.ends_on = TODAY - dt.timedelta(days=240), TODAY - dt.timedelta(days=236)
    period.save()
    Application.objects.filter(pk=place.pk).update(person=person)
    assignment = make_clauses_world().assignments[0]
    participant = assignment.participant
    participant.person = person
    participant.save()
    services.copy_and_count(NOW)
    return person


def stages(person: Person) -> list[str]:
    return list(Milestone.objects.filter(person=person).order_by("starts_on").values_list("stage", flat=True))


def paths() -> dict[str, int]:
    rows = WayCount.objects.order_by().values_list("path").annotate(n=Sum("people"))
    return {path: count for path, count in rows if count}


class TestCopy:
    """Each day, what services tell."""

    def test_what_is_told(self, world: JourneysWorld, crossed: Person) -> None:
        assert stages(crossed) == ["internship", "journey", "clause_job", "training"]
        assert stages(world.people[4]) == ["journey", "job"]
        assert not stages(world.people[3])
        assert services.sync(NOW) == 0

    def test_it_follows_its_source(self, world: JourneysWorld, crossed: Person) -> None:
        step = world.steps[1]
        Step.objects.filter(pk=step.pk).update(title="Titre professionnel de plombier")
        Assignment.objects.update(state="cancelled")
        assert services.sync(NOW) == 3
        assert stages(crossed) == ["internship", "journey", "training"]
        assert Milestone.objects.get(stage="training").title == "Titre professionnel de plombier"

    def test_what_is_erased_stays_with_consent_only(self, world: JourneysWorld, crossed: Person) -> None:
        give_consent(crossed, Purpose.KEEP_WAY, world.referents[0])
        Application.objects.all().delete()
        services.sync(NOW)
        assert "internship" in stages(crossed)
        withdraw_consent(crossed, Purpose.KEEP_WAY, world.referents[0])
        services.sync(NOW)
        assert "internship" not in stages(crossed)

    def test_nothing_to_come(self, world: JourneysWorld) -> None:
        Journey.objects.filter(pk=world.journeys[1].pk).update(entered_on=TODAY + dt.timedelta(days=1))
        services.sync(NOW)
        assert not stages(world.people[1])


class TestCounts:
    """By cohort, neighbourhood and way; those who are gone beside."""

    def test_counted_by_hand(self, world: JourneysWorld, crossed: Person) -> None:
        assert paths() == {
            "internship>journey>clause_job>training": 1,
            "clause_job": 1,
            "journey": 2,
            "journey>job": 1,
        }
        row = WayCount.objects.get(path="internship>journey>clause_job>training")
        first = TODAY - dt.timedelta(days=240)
        assert (row.cohort, row.zone, row.past) == (first.year, "QN03501M", False)

    def test_those_who_are_gone_stay_counted(self, crossed: Person) -> None:
        before = paths()
        erase_person(crossed, None)
        assert paths() == before
        services.copy_and_count(NOW)
        assert paths() == before
        assert WayCount.objects.get(past=True).people == 1


def own(world: JourneysWorld) -> Account:
    account = member(Role.FAMILY, world.plie, "suivi1@example.org", administers=False)
    Contact.objects.filter(person=world.people[0], capacity=Capacity.SELF).update(account=account)
    return account


SHOWN = {
    Purpose.SHOW_INTERNSHIPS: "Théâtre",
    Purpose.SHOW_CLAUSES: "Peintures Gallo",
    Purpose.SHOW_JOURNEY: "Accompagnement d’essai",
}


class TestUrlRoleConsent:
    """The page of the way, for each role, with each consent."""

    @pytest.fixture
    def second(self, world: JourneysWorld, crossed: Person) -> Account:
        """The référent of another programme that follows the same person."""
        programme = make_programme(world.metropolis, name="Accompagnement d’essai", fse=False)
        account = member(Role.REFERENT, world.metropolis, "second@example.org")
        make_journey(programme, crossed, account)
        services.copy_and_count(NOW)
        return account

    @pytest.mark.parametrize("purpose", SHOWN)
    def test_each_consent_opens_its_service_alone(
        self, world: JourneysWorld, crossed: Person, second: Account, enter: Enter, purpose: Purpose
    ) -> None:
        client, url = enter(world.referents[0]), reverse("journeys:way", args=[crossed.pk])
        before = client.get(url).content.decode()
        assert not [text for text in SHOWN.values() if text in before]
        assert "Titre professionnel de peintre" in before
        assert "Not shown, for the person did not consent" in before
        give_consent(crossed, purpose, world.referents[0])
        after = client.get(url).content.decode()
        assert [text for text in SHOWN.values() if text in after] == [SHOWN[purpose]]
        withdraw_consent(crossed, purpose, world.referents[0])
        assert SHOWN[purpose] not in client.get(url).content.decode()

    def test_who_opens_it(self, world: JourneysWorld, crossed: Person, second: Account, enter: Enter) -> None:
        for purpose in SHOWN:
            give_consent(crossed, purpose, world.referents[0])
        url = reverse("journeys:way", args=[crossed.pk])
        seen = {
            account.email: enter(account).get(url).status_code
            for account in (
                world.manager,
                world.referents[0],
                second,
                world.referents[1],
                member(Role.OFFICIAL, world.metropolis, "directeur@example.org"),
                member(Role.FACILITATEUR, world.metropolis, "autre-facilitateur@example.org"),
                member(Role.EMPLOYER, world.metropolis, "patronne@example.org"),
                own(world),
            )
        }
        assert [email for email, status in seen.items() if status == 200] == [
            world.manager.email,
            world.referents[0].email,
            second.email,
        ]
        assert set(seen.values()) == {200, 404}

    def test_a_manager_of_what_is_over_sees_nothing_else(
        self, world: JourneysWorld, crossed: Person, enter: Enter
    ) -> None:
        for purpose in SHOWN:
            give_consent(crossed, purpose, world.referents[0])
        move(world.journeys[0], "ended", exited_on=TODAY, exit_kind=ExitKind.OTHER)
        page = enter(world.manager).get(reverse("journeys:way", args=[crossed.pk])).content.decode()
        assert "Titre professionnel de peintre" in page
        assert "Peintures Gallo" not in page

    def test_the_person_sees_all_and_who_looked(
        self, world: JourneysWorld, crossed: Person, enter: Enter
    ) -> None:
        account = own(world)
        enter(world.referents[0]).get(reverse("journeys:way", args=[crossed.pk]))
        assert Access.objects.filter(concerns=account, account=world.referents[0]).exists()
        client = enter(account)
        page = client.get(reverse("journeys:my_way")).content.decode()
        assert all(text in page for text in ("Théâtre", "Peintures Gallo", "Titre professionnel de peintre"))
        assert str(world.referents[0]) in client.get(reverse("journeys:my_crossings")).content.decode()


class TestFlows:
    """The flow of all, small numbers hidden, by fixed parts."""

    @pytest.fixture
    def many(self, world: JourneysWorld) -> None:
        rows = [
            (2020, "", "internship>apprenticeship>job", 40),
            (2020, "QN03501M", "internship>apprenticeship>job", 30),
            (2023, "QN03501M", "internship>apprenticeship>job>company", 12),
            (2023, "", "internship>job", 25),
            (2023, "QN03502M", "internship>job", 3),
            (2023, "", "journey", 2),
            (2023, "", "journey>job", 9),
            (2023, "QN03501M", "journey>job", 8),
        ]
        WayCount.objects.bulk_create(
            [
                WayCount(cohort=cohort, zone=zone, path=path, people=people)
                for cohort, zone, path, people in rows
            ]
        )

    def test_what_is_shown_and_exported(self, world: JourneysWorld, many: None, enter: Enter) -> None:
        client = enter(world.manager)
        page = client.get(reverse("journeys:flows"))
        shown = {row.path: row.people for row in page.context["shown"].ways}
        assert shown == {
            ("internship", "apprenticeship", "job"): 70,
            ("internship", "job"): 28,
            ("journey", "job"): 17,
        }
        assert page.context["shown"].others == 14
        assert "<path" in page.content.decode()
        text = client.get(reverse("journeys:flows"), {"export": "csv"}).content.decode("utf-8-sig")
        assert "internship → apprenticeship → job;70" in text.replace(",", ";")
        small = client.get(reverse("journeys:flows"), {"part": "zQN03502M"}).content.decode()
        assert "Too few people to be shown" in small

    def test_who_opens_it(self, world: JourneysWorld, enter: Enter) -> None:
        url = reverse("journeys:flows")
        for role in (Role.OFFICIAL, Role.ADMINISTRATOR):
            account = member(role, world.metropolis, f"{role}@example.org")
            client = enter(account)
            assert "No way to show yet" in client.get(url).content.decode()
            assert url in client.get(reverse("portal:mine")).content.decode()
        assert enter(own(world)).get(url).status_code == 404


def test_pages_ask_little_of_the_database(
    world: JourneysWorld,
    crossed: Person,
    enter: Enter,
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    """However many stages and consents: at most twelve queries besides those of the session."""
    for number in range(12):
        step = Step.objects.create(
            journey=world.journeys[0], kind=StepKind.MISSION, title=f"Mission {number}", starts_on=TODAY
        )
        move(step, "under_way")
        make_journey(world.programme, make_person(30 + number), world.referents[0])
    for purpose in SHOWN:
        give_consent(crossed, purpose, world.referents[0])
    services.copy_and_count(NOW)
    team, person = enter(world.referents[0]), enter(own(world))
    for client, url in (
        (team, reverse("journeys:way", args=[crossed.pk])),
        (team, reverse("journeys:crossings", args=[world.journeys[0].pk])),
        (team, reverse("journeys:flows")),
        (team, reverse("journeys:access")),
        (person, reverse("journeys:my_way")),
        (person, reverse("journeys:my_crossings")),
    ):
        with django_assert_max_num_queries(QUERIES + 4):
            assert client.get(url).status_code == 200, url
