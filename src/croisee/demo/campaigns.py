"""The campaigns of the demonstration: a large one whose places are to be confirmed, a small one for each other phase.

Each lives through its calendar as a real one does, by the same services; between two days, its dates are set back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db.models import F
from django.utils import timezone

from croisee.demo import afterwards, people
from croisee.demo.dates import CALENDAR, DAY_OF, SchoolYear, first_monday, moments
from croisee.demo.directory import class_names, enrol, make_class
from croisee.demo.generator.campaign import Campaign as Generated
from croisee.demo.generator.chance import stream
from croisee.demo.generator.families import WEEKS, make_pupils, school_weeks
from croisee.demo.generator.ground import Sizes
from croisee.demo.generator.wishes import age_on
from croisee.demo.openings import Wanted, make_employers, make_offers, propose_offers
from croisee.directory.models import Person
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import perform
from croisee.foundation.progress.services import run
from croisee.opportunities.models import Application, ApplicationState, Ground, Opportunity, Period, Report
from croisee.stages.models import Campaign, ClassWeek, Round, RoundState
from croisee.stages.parameters import PRIVATE_HOST_AGE
from croisee.stages.phases import Phase, turn
from croisee.stages.services import places, placing

TO_CHECK = 3
REPORTED = "Le magasin a fermé en septembre."
PUPILS_OF_A_SMALL_ONE = 14
SEATS_FOR = 1.2
# One pupil in so many does what most do not.
GIVES_BACK, FORGETS = 9, 7
SMALL = (
    Phase.DRAFT,
    Phase.ANNOUNCED,
    Phase.OPEN,
    Phase.CLOSED,
    Phase.BETWEEN,
    Phase.SECOND_OPEN,
    Phase.SECOND_CLOSED,
    Phase.SECOND_CONFIRMING,
    Phase.UNDER_WAY,
    Phase.FINISHED,
    Phase.CANCELLED,
)
NAMES = {
    Phase.DRAFT: "en préparation",
    Phase.ANNOUNCED: "annoncée",
    Phase.OPEN: "vœux ouverts",
    Phase.CLOSED: "vœux clos",
    Phase.CONFIRMING: "places à confirmer",
    Phase.BETWEEN: "entre deux tours",
    Phase.SECOND_OPEN: "second tour ouvert",
    Phase.SECOND_CLOSED: "second tour clos",
    Phase.SECOND_CONFIRMING: "second tour à confirmer",
    Phase.UNDER_WAY: "stages en cours",
    Phase.FINISHED: "terminée",
    Phase.CANCELLED: "annulée",
}


def name_of(phase: Phase) -> str:
    """What the campaign that shows a phase is called."""
    return f"Stages de 3e — {NAMES[phase]}"


def found(phase: Phase) -> Campaign | None:
    """The campaign that shows a phase, if it is there."""
    return Campaign.objects.filter(name=name_of(phase)).first()


@dataclass(frozen=True, slots=True)
class Made:
    """A campaign being made: on which day, from what, with whom."""

    campaign: Campaign
    generated: Generated
    pupils: list[Person]
    offers: list[Opportunity]
    seed: int


def make_large(generated: Generated, seed: int) -> Campaign:
    """The campaign of all schools, its wishes as the generator drew them; in preparation, then announced."""
    today = timezone.localdate()
    campaign = _prepared(Phase.CONFIRMING, Phase.OPEN, seed)
    year = SchoolYear.of(today)
    monday = first_monday(today, DAY_OF[Phase.CONFIRMING])
    mondays = {week: monday + timedelta(weeks=rank) for rank, week in enumerate(WEEKS)}
    pupils = _enrolled(campaign, generated, year, today, mondays)
    employers = make_employers(generated)
    wanted = [
        Wanted(row, {mondays[week]: (int(seats), int(reserved))})
        for row, (week, seats, reserved) in enumerate(
            zip(generated.offers.week, generated.offers.seats, generated.offers.reserved, strict=True)
        )
    ]
    offers = make_offers(campaign, generated, employers, wanted)
    propose_offers(campaign, generated, employers, wanted[:TO_CHECK])
    Report.objects.create(opportunity=offers[0], ground=Ground.NOT_REAL, text=REPORTED)
    perform(campaign, "announce", None)
    _wish_as_drawn(campaign, generated, pupils, offers)
    people.adopt(people.child_to_follow(campaign))
    return campaign


def _prepared(shown: Phase, begins: Phase, seed: int) -> Campaign:
    """A draft campaign whose calendar is on the day of the phase it begins in."""
    today = timezone.localdate()
    manager = people.account_of(Role.CAMPAIGN_MANAGER)
    return Campaign.objects.create(
        organisation=manager.organisations(Role.CAMPAIGN_MANAGER).get(),
        name=name_of(shown),
        school_year=SchoolYear.of(today).name,
        reserved_until=moments(today, DAY_OF[begins])["second_closes_at"].date(),
        seed=seed,
        **moments(today, DAY_OF[begins]),
    )


def _enrolled(
    campaign: Campaign, generated: Generated, year: SchoolYear, today: date, mondays: dict[str, date]
) -> list[Person]:
    """Every pupil of the generator, in the classes of the schools."""
    pupils, schools = generated.pupils, generated.ground.schools
    weeks = school_weeks(len(schools))
    by_uai = {school.uai: school for school in Organisation.objects.exclude(uai="")}
    made: dict[int, Person] = {}
    for rank, school in enumerate(schools):
        rows = np.flatnonzero(pupils.school == rank).tolist()
        names = class_names(len(rows))
        classes = [make_class(by_uai[school.uai], year, name, number) for number, name in enumerate(names)]
        ClassWeek.objects.bulk_create(
            ClassWeek(campaign=campaign, school_class=each, monday=mondays[weeks[rank]]) for each in classes
        )
        its = [classes[place * len(classes) // len(rows)] for place in range(len(rows))]
        people_ = enrol(generated.ground, pupils, rows, its, year, today)
        made.update(zip(rows, people_, strict=True))
    return [made[row] for row in range(len(pupils.number))]


def _wish_as_drawn(
    campaign: Campaign, generated: Generated, pupils: list[Person], offers: list[Opportunity]
) -> None:
    """The wishes of the generator; of the pupils of a shifted year, those that the law still allows."""
    periods = {period.opportunity_id: period for period in Period.objects.filter(opportunity__in=offers)}
    wishes = generated.wishes
    Application.objects.bulk_create(
        (
            Application(
                person=pupils[pupil],
                period=periods[offers[offer].pk],
                call=campaign.pk,
                rank=int(rank),
            )
            for pupil, rank, offer in zip(wishes.pupil, wishes.rank, wishes.offer, strict=True)
        ),
        batch_size=2_000,
    )


def publish_large() -> None:
    """Wishes close, places are given and published."""
    campaign = _the_large_one()
    set_back_to(campaign, DAY_OF[Phase.CLOSED])
    place_and_publish(campaign)
    set_back_to(campaign, DAY_OF[Phase.CONFIRMING])


def answer_large() -> None:
    """In the schools of the demonstration's head and at its employer, most have answered; elsewhere all are to."""
    campaign = _the_large_one()
    answer_places(campaign, people.pupils_to_answer(campaign))
    afterwards.send_conventions(campaign)


def is_answered(campaign: Campaign) -> bool:
    """Whether some have answered."""
    rows = Application.objects.filter(call=campaign.pk, state=ApplicationState.CONFIRMED)
    return rows.exists()


def _the_large_one() -> Campaign:
    return Campaign.objects.get(name=name_of(Phase.CONFIRMING))


def make_small(shown: Phase, generated: Generated, seed: int) -> Campaign:
    """A campaign of one class that shows a phase."""
    begins = shown if shown in {Phase.DRAFT, Phase.ANNOUNCED} else Phase.OPEN
    campaign = _prepared(shown, begins, seed)
    if shown in {Phase.DRAFT, Phase.CANCELLED}:
        return _left_there(campaign, shown)
    today = timezone.localdate()
    day = DAY_OF[shown]
    year = SchoolYear.of(today)
    rank = SMALL.index(shown)
    school = people.school_of_small_campaigns(generated)
    school_class = make_class(school, year, f"3e {rank + 1} (démo)", rank)
    monday = first_monday(today, day)
    ClassWeek.objects.create(campaign=campaign, school_class=school_class, monday=monday)
    drawn = make_pupils(generated.ground, Sizes(pupils=PUPILS_OF_A_SMALL_ONE), seed + 1 + rank)
    rows = list(range(len(drawn.number)))
    pupils = enrol(generated.ground, drawn, rows, [school_class] * len(rows), year, today, f"{rank + 1}.")
    if shown in {Phase.OPEN, Phase.UNDER_WAY}:
        people.adopt(pupils[0])
    offers = _offers_of_a_small_one(campaign, generated, rank, monday)
    perform(campaign, "announce", None)
    made = Made(campaign, generated, pupils, offers, seed + rank)
    _live_until(made, shown)
    return campaign


def _left_there(campaign: Campaign, shown: Phase) -> Campaign:
    if shown == Phase.CANCELLED:
        perform(campaign, "cancel", None)
    return campaign


def _offers_of_a_small_one(
    campaign: Campaign, generated: Generated, rank: int, monday: date
) -> list[Opportunity]:
    """Some of the generator's offers, two seats each, until there are seats for all."""
    count = max(1, round(PUPILS_OF_A_SMALL_ONE * SEATS_FOR / 2))
    total = len(generated.offers.number)
    rows = sorted({(rank * count + place) * 7 % total for place in range(count)})
    return make_offers(
        campaign,
        generated,
        make_employers(generated),
        [Wanted(row, {monday: (2, place % 2)}) for place, row in enumerate(rows)],
    )


def _live_until(made: Made, shown: Phase) -> None:
    """Go through the calendar, day by day, as far as the phase to show."""
    for day, then in LIFE:
        if day > DAY_OF[shown]:
            break
        set_back_to(made.campaign, day)
        then(made)
        made.campaign.refresh_from_db()
    set_back_to(made.campaign, DAY_OF[shown])


def set_back_to(campaign: Campaign, day: int) -> None:
    """Let time pass until the campaign is on `day` of its calendar, to the hour."""
    today = timezone.localdate()
    on = (today - timezone.localtime(campaign.opens_at).date()).days
    passed = timedelta(days=day - on)
    Campaign.objects.filter(pk=campaign.pk).update(**{name: F(name) - passed for name in CALENDAR})
    Application.objects.filter(call=campaign.pk, answer_by__isnull=False).update(
        answer_by=F("answer_by") - passed
    )
    campaign.refresh_from_db()


def _wish(made: Made) -> None:
    """Everyone who has no place ranks offers, at random, among those open at their age."""
    rng = stream(made.seed, f"wishes {turn(made.campaign)}")
    placed = Application.objects.filter(call=made.campaign.pk).holding().values("person")
    without = [
        person for person in made.pupils if person.pk not in set(placed.values_list("person", flat=True))
    ]
    periods = list(
        Period.objects.filter(opportunity__in=made.offers, taken__lt=F("seats"))
        .select_related("opportunity__internship")
        .order_by("opportunity__title", "pk")
    )
    rows = []
    for person in without:
        age = age_on(person.birth_date, periods[0].starts_on) if periods else 0
        open_to = [period for period in periods if _least_age(period) <= age]
        chosen = rng.permutation(len(open_to))[: int(rng.integers(2, 7))]
        rows += [
            Application(
                person=person, period=open_to[at], call=made.campaign.pk, turn=turn(made.campaign), rank=rank
            )
            for rank, at in enumerate(chosen, 1)
            if not Application.objects.filter(person=person, period=open_to[at]).exists()
        ]
    Application.objects.bulk_create(rows)


def _least_age(period: Period) -> int:
    internship = period.opportunity.internship
    return internship.least_age or (PRIVATE_HOST_AGE if internship.host_kind == "private" else 0)


def compute(campaign: Campaign) -> Round:
    """The round of the present turn, computed as a campaign manager does it."""
    number = turn(campaign)
    progress = placing.start_round(campaign, number, people.account_of(Role.CAMPAIGN_MANAGER))
    run.call(str(progress.pk))
    return Round.objects.get(campaign=campaign, turn=number, state=RoundState.COMPUTED)


def place_and_publish(campaign: Campaign) -> None:
    """The round of the present turn, from the click to its publication."""
    placing.publish_round(compute(campaign), people.account_of(Role.CAMPAIGN_MANAGER))
    campaign.refresh_from_db()


def _place(made: Made) -> None:
    place_and_publish(made.campaign)


def _answer(made: Made) -> None:
    answer_places(made.campaign, made.pupils)


def answer_places(campaign: Campaign, pupils: list[Person]) -> None:
    """Most confirm; some give their place back; some forget to answer."""
    offered = Application.objects.filter(
        call=campaign.pk, person__in=pupils, state=ApplicationState.OFFERED
    ).order_by("person__enrolments__reference")
    manager = people.account_of(Role.CAMPAIGN_MANAGER)
    for rank, application in enumerate(offered, 1):
        if rank % FORGETS == 0:
            continue
        if rank % GIVES_BACK == 0:
            places.give_back_place(application, manager)
        else:
            places.confirm_place(application, manager)


def _lapse(made: Made) -> None:
    placing.lapse_due()


def _sign(made: Made) -> None:
    afterwards.sign_conventions(made.campaign)


def _take_place(made: Made) -> None:
    afterwards.begin_internships(made.campaign)


def _finish(made: Made) -> None:
    afterwards.end_internships(made.campaign)
    perform(made.campaign, "finish", None)


LIFE: tuple[tuple[int, Callable[[Made], None]], ...] = (
    (DAY_OF[Phase.OPEN], _wish),
    (DAY_OF[Phase.CONFIRMING] - 1, _place),
    (DAY_OF[Phase.CONFIRMING], _answer),
    (DAY_OF[Phase.BETWEEN], _lapse),
    (DAY_OF[Phase.SECOND_OPEN], _wish),
    (DAY_OF[Phase.SECOND_CONFIRMING] - 1, _place),
    (DAY_OF[Phase.SECOND_CONFIRMING] + 1, _answer),
    (DAY_OF[Phase.UNDER_WAY] - 4, _lapse),
    (DAY_OF[Phase.UNDER_WAY] - 3, _sign),
    (DAY_OF[Phase.UNDER_WAY], _take_place),
    (DAY_OF[Phase.FINISHED], _finish),
)
