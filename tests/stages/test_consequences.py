"""What follows when a pupil moves, leaves or changes age, or a class changes its week."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from croisee.directory.changes import tell
from croisee.directory.models import Enrolment
from croisee.foundation.notices.messages import written
from croisee.foundation.notices.models import Ledger
from croisee.opportunities import services as applications
from croisee.opportunities.models import Application, ApplicationState, Origin, Period
from croisee.stages.models import Campaign, ClassWeek, Convention, ConventionState
from croisee.stages.services import places
from croisee.stages.services import schools as services
from tests.world import (
    BORN,
    BORN_LATER,
    LEFT_ON,
    MONDAY,
    OTHER_MONDAY,
    THIRD_MONDAY,
    TODAY,
    WEEK,
    YEAR,
    World,
    make_world,
)

pytestmark = pytest.mark.django_db

LAST_MONDAY = TODAY - dt.timedelta(days=TODAY.weekday()) - WEEK
AUGUST = dt.date(int(YEAR[-4:]), 8, 1)
SUMMER = AUGUST + dt.timedelta(days=-AUGUST.weekday() % 7)


@pytest.fixture
def world() -> World:
    return make_world()


def place(world: World, pupil: int, offer: int) -> Application:
    """A confirmed place with its convention."""
    application = applications.hold(
        world.pupils[pupil],
        world.period(offer),
        call=world.campaign.pk,
        turn=1,
        origin=Origin.WISH,
        account=None,
        protected=True,
        confirmed=True,
    )
    places.settle(application, None)
    return application


def set_week(world: World, monday: dt.date, agreed: str = "") -> list[str]:
    return services.set_week(world.campaign, world.classes[0], monday, world.heads[0], agreed=agreed)


def agreed(world: World, monday: dt.date) -> str:
    changes = services.what_follows(world.campaign, world.heads[0], {world.classes[0].pk: monday})
    return services.fingerprint(changes)


def notices(name: str) -> list[str]:
    return list(Ledger.objects.filter(notice=f"stages.{name}").values_list("account__email", flat=True))


# A class changes its week


def test_nothing_is_done_before_it_is_agreed_to(world: World) -> None:
    world.wish(0, 0, 1)
    with pytest.raises(services.NotAgreed):
        set_week(world, OTHER_MONDAY)
    assert ClassWeek.objects.get(school_class=world.classes[0]).monday == MONDAY
    assert world.pupils[0].applications.get().period == world.period(0)


def test_wishes_follow_where_the_offer_is_there_in_the_new_week(world: World) -> None:
    wish = world.wish(0, 0, 1)
    said = set_week(world, OTHER_MONDAY, agreed(world, OTHER_MONDAY))
    wish.refresh_from_db()
    assert wish.period == world.period(0, OTHER_MONDAY)
    assert len(said) == 1
    assert ClassWeek.objects.get(school_class=world.classes[0]).monday == OTHER_MONDAY
    assert notices("wishes_gone") == []


def test_wishes_without_an_offer_in_the_new_week_are_taken_away_and_the_family_told(world: World) -> None:
    world.wish(0, 0, 1)
    world.wish(0, 1, 2)
    world.wish(1, 2, 1)
    Period.objects.filter(starts_on=OTHER_MONDAY).exclude(opportunity=world.offers[1]).delete()
    said = set_week(world, OTHER_MONDAY, agreed(world, OTHER_MONDAY))
    kept = Application.objects.get()
    assert (kept.person, kept.period.opportunity, kept.rank) == (world.pupils[0], world.offers[1], 1)
    assert len(said) == 2
    assert sorted(notices("wishes_gone")) == ["family1@example.org", "family2@example.org"]


def test_a_place_in_the_old_week_is_cancelled_with_its_convention(world: World) -> None:
    held = place(world, 0, 0)
    changes = services.what_follows(world.campaign, world.heads[0], {world.classes[0].pk: THIRD_MONDAY})
    assert [(change.pupils, len(change.sentences)) for change in changes] == [(1, 1)]
    set_week(world, THIRD_MONDAY, agreed(world, THIRD_MONDAY))
    held.refresh_from_db()
    assert held.state == ApplicationState.CANCELLED
    assert Convention.objects.get().state == ConventionState.CANCELLED
    assert world.period(0).taken == 0
    assert notices("place_cancelled") == ["family1@example.org"]


def test_what_was_agreed_to_counts_for_that_alone(world: World) -> None:
    world.wish(0, 0, 1)
    told = agreed(world, OTHER_MONDAY)
    world.wish(1, 2, 1)
    with pytest.raises(services.NotAgreed):
        set_week(world, OTHER_MONDAY, told)


def test_a_week_set_the_first_time_or_touching_nobody_needs_no_agreement(world: World) -> None:
    assert set_week(world, OTHER_MONDAY) == []
    ClassWeek.objects.all().delete()
    assert set_week(world, OTHER_MONDAY) == []


def test_once_published_each_change_is_agreed_to_and_made_by_the_head_alone(world: World) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(published_turn=1)
    world.campaign.refresh_from_db()
    with pytest.raises(services.NotAgreed):
        set_week(world, OTHER_MONDAY)
    wanted = {world.classes[0].pk: OTHER_MONDAY}
    with pytest.raises(ValidationError, match="chef d’établissement"):
        services.set_weeks(world.campaign, world.staff[0], wanted, agreed=agreed(world, OTHER_MONDAY))
    assert set_week(world, OTHER_MONDAY, agreed(world, OTHER_MONDAY)) == []


@pytest.mark.parametrize(
    "monday",
    [MONDAY + dt.timedelta(days=1), LAST_MONDAY, SUMMER],
    ids=["Tuesday", "past", "summer"],
)
def test_a_week_that_cannot_be_is_refused(world: World, monday: dt.date) -> None:
    with pytest.raises(ValidationError):
        set_week(world, monday)


def test_a_class_already_away_keeps_its_week(world: World) -> None:
    ClassWeek.objects.filter(school_class=world.classes[0]).update(monday=LAST_MONDAY)
    with pytest.raises(ValidationError, match="déjà"):
        set_week(world, OTHER_MONDAY)


def test_another_school_s_class_is_not_touched(world: World) -> None:
    assert services.set_week(world.campaign, world.classes[1], MONDAY, world.heads[0]) == []
    assert ClassWeek.objects.get(school_class=world.classes[1]).monday == OTHER_MONDAY


# A pupil's situation changes


def enrol(world: World, pupil: int, school_class: int) -> list[str]:
    Enrolment.objects.filter(person=world.pupils[pupil]).update(school_class=world.classes[school_class])
    return tell(world.pupils[pupil], {"class"}, world.heads[0])


def test_a_pupil_who_moves_to_a_class_of_the_same_week_keeps_everything(world: World) -> None:
    ClassWeek.objects.filter(school_class=world.classes[1]).update(monday=MONDAY)
    world.wish(0, 0, 1)
    held = place(world, 1, 2)
    assert enrol(world, 0, 1) == enrol(world, 1, 1) == []
    held.refresh_from_db()
    assert held.state == ApplicationState.CONFIRMED
    assert Application.objects.filter(state=ApplicationState.ASKED).count() == 1


def test_a_pupil_who_moves_to_another_week_loses_what_no_longer_fits(world: World) -> None:
    world.wish(0, 0, 1)
    world.wish(0, 1, 2)
    Period.objects.filter(opportunity=world.offers[1], starts_on=OTHER_MONDAY).delete()
    held = place(world, 1, 2)
    said = enrol(world, 0, 1) + enrol(world, 1, 1)
    assert len(said) == 3
    assert world.pupils[0].applications.get().period == world.period(0, OTHER_MONDAY)
    held.refresh_from_db()
    assert held.state == ApplicationState.CANCELLED


def test_a_pupil_who_moves_to_a_class_without_a_week_waits(world: World) -> None:
    ClassWeek.objects.filter(school_class=world.classes[1]).delete()
    wish = world.wish(0, 0, 1)
    assert len(enrol(world, 0, 1)) == 1
    wish.refresh_from_db()
    assert wish.state == ApplicationState.ASKED


def test_a_pupil_who_leaves_frees_the_place_and_the_wishes(world: World) -> None:
    world.wish(0, 0, 1)
    held = place(world, 1, 2)
    for pupil in (0, 1):
        Enrolment.objects.filter(person=world.pupils[pupil]).update(left_on=LEFT_ON)
        tell(world.pupils[pupil], {"left"}, world.heads[0])
    held.refresh_from_db()
    assert held.state == ApplicationState.CANCELLED
    assert not Application.objects.filter(state=ApplicationState.ASKED).exists()
    assert Convention.objects.get().state == ConventionState.CANCELLED
    assert Ledger.objects.filter(notice="stages.wishes_gone").count() == 1


def test_a_younger_age_takes_away_wishes_that_the_law_forbids_and_says_so_of_a_place(world: World) -> None:
    world.wish(0, 0, 1)
    place(world, 1, 2)
    for pupil in (0, 1):
        world.pupils[pupil].birth_date = BORN_LATER
        world.pupils[pupil].save()
    said = tell(world.pupils[0], {"birth_date"}, world.heads[0])
    assert len(said) == 1
    assert not world.pupils[0].applications.exists()
    said = tell(world.pupils[1], {"birth_date"}, world.heads[0])
    assert len(said) == 1
    assert "Théâtre" in said[0]
    assert world.pupils[1].applications.get().state == ApplicationState.CONFIRMED
    convention = Convention.objects.get()
    assert convention.versions.count() == 2
    assert convention.versions.latest("number").content["birth_date"] == BORN_LATER.isoformat()


def test_an_age_that_changes_nothing_says_nothing(world: World) -> None:
    world.wish(0, 0, 1)
    world.pupils[0].birth_date = BORN + dt.timedelta(days=1)
    world.pupils[0].save()
    assert tell(world.pupils[0], {"birth_date"}, world.heads[0]) == []
    assert world.pupils[0].applications.count() == 1


def test_new_contacts_are_in_the_convention(world: World) -> None:
    place(world, 0, 0)
    world.pupils[0].contacts.update(name="Autre Parent")
    assert tell(world.pupils[0], {"contacts"}, world.heads[0]) == []
    latest = Convention.objects.get().versions.latest("number")
    assert latest.content["representative_name"] == "Autre Parent"


def test_a_finished_campaign_is_left_alone(world: World) -> None:
    world.wish(0, 0, 1)
    Campaign.objects.filter(pk=world.campaign.pk).update(state="finished")
    assert tell(world.pupils[0], {"left"}, world.heads[0]) == []
    assert world.pupils[0].applications.count() == 1


def test_a_reason_is_read_in_the_language_of_each(world: World) -> None:
    """Whoever acts works in one language; the family and the signatories read the reason in theirs."""
    place(world, 0, 1)
    with translation.override("en"):
        tell(world.pupils[0], {"left"}, world.heads[0])
    mail = written(Ledger.objects.get(notice="stages.place_cancelled"))
    assert "L’élève a quitté l’établissement." in mail.text
    assert "left" not in mail.text
    assert Convention.objects.get().why_ended == "The pupil left the school."


def test_what_a_person_wrote_stays_as_written(world: World) -> None:
    row = place(world, 0, 1)
    places.cancel_place(row, world.heads[0], "Dégât des eaux : 100 % du local")
    mail = written(Ledger.objects.get(notice="stages.place_cancelled"))
    assert "Dégât des eaux : 100 % du local" in mail.text
