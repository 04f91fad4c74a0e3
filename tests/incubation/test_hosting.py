"""Agreements: what the law forbids is refused, with what would be possible; signed, followed, left."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from croisee.foundation.audit.tracking import event_model
from croisee.foundation.dates import add_months, in_words, last_day
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.registry import personal_data
from croisee.incubation.models import (
    Agreement,
    AgreementState,
    Aid,
    Candidature,
    Exit,
    Figure,
    Incubator,
    Occupancy,
    Parameter,
    ProjectState,
    Review,
)
from croisee.incubation.queries.hosting import by_term, premises, standing_alert
from croisee.incubation.queries.hosting_rules import look_at, wanted_of
from croisee.incubation.rents import Step
from croisee.incubation.services import hosting, hosting_changes, hosting_reviews
from croisee.incubation.services.hosting_terms import milestone
from croisee.opportunities.tenure import Duration, Stage, Tenure
from tests.incubation.hosting_helpers import accepted, draft, free_space, make_figures, values
from tests.incubation_world import IncubationWorld, make_agreement, make_space
from tests.journeys_world import move
from tests.world import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DAY = dt.timedelta(days=1)
GONE: dict[str, Any] = {"reason": "own", "destination": "neighbourhood", "jobs": 3}


@pytest.fixture(autouse=True)
def figures(db: None) -> None:
    make_figures()


def sign(row: Agreement, world: IncubationWorld, signed_on: dt.date = TODAY) -> Agreement:
    return hosting.sign(row, world.a.manager, signed_on=signed_on, declaration_on=signed_on)


def said(refusal: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(refusal.value.messages)


# Writing


def test_a_draft_has_the_rents_of_the_grid_and_holds_nothing(world: IncubationWorld) -> None:
    row = draft(world.a, accepted(world.a), months=24)
    assert row.state == AgreementState.DRAFT
    assert list(row.rents.order_by("starts_on").values_list("starts_on", "monthly", "market")) == [
        (TODAY, 120, 250),
        (add_months(TODAY, 12), 160, 250),
    ]
    assert not Occupancy.objects.filter(agreement=row, held=True).exists()
    assert row.tenant == world.a.company


def test_the_grid_goes_on_from_the_first_day_in_the_incubator(world: IncubationWorld) -> None:
    """The hosted project of the world has been there for 200 days: its second year comes so much sooner."""
    row = draft(world.a, months=12)
    assert [one.monthly for one in row.rents.order_by("starts_on")] == [120, 160]
    second = row.rents.order_by("starts_on")[1].starts_on
    assert abs((second - (world.a.agreement.starts_on + dt.timedelta(days=365))).days) <= 3


def test_who_is_not_to_be_hosted_gets_no_agreement(world: IncubationWorld) -> None:
    with pytest.raises(ValidationError, match="committee decides first"):
        hosting.draft(world.a.projects[1], values(), [free_space(world.a)])
    project = accepted(world.a)
    project.company = None
    project.save()
    with pytest.raises(ValidationError, match="signed with a company"):
        hosting.draft(project, values(), [free_space(world.a, "Bureau 8")])
    with pytest.raises(ValidationError, match="cannot be let"):
        hosting.draft(world.a.projects[0], values(), [world.b.spaces[1]])
    with pytest.raises(ValidationError, match="cannot be let"):
        hosting.draft(world.a.projects[0], values(), [world.a.spaces[2]])
    assert Agreement.objects.count() == 2


def test_l145_5_a_short_lease_past_36_months_is_refused_with_the_last_day(world: IncubationWorld) -> None:
    """C. com. L145-5, over several contracts of one company in the same space, another kind of contract among them."""
    space = free_space(world.a)
    first = add_months(TODAY, -24)
    project = world.a.projects[0]
    make_agreement(
        project,
        world.a.company,
        space,
        kind=Tenure.PRECARIOUS,
        cause="Travaux",
        starts_on=first,
        ends_on=TODAY - DAY,
    )
    Occupancy.objects.filter(space=space).update(ends_on=TODAY - DAY)
    with pytest.raises(ValidationError) as refusal:
        hosting.draft(project, values(months=13), [space])
    assert "would last 37 months" in said(refusal)
    assert "C. com. L145-5" in said(refusal)
    assert f"The last day possible is {in_words(last_day(first, 36))}" in said(refusal)
    hosting.draft(project, values(ends_on=last_day(first, 36)), [space])
    # Another space is other premises.
    assert hosting.draft(project, values(months=36), [free_space(world.a, "Bureau 7")]).pk
    # Another kind of contract has no such cap, and its length is counted all the same.
    long = hosting.draft(
        project,
        values(months=20, kind=Tenure.PRECARIOUS, cause="Démolition de l’immeuble (NPNRU)."),
        [space],
    )
    assert premises(world.a.company, [space], TODAY, long.ends_on)[0].wanted == Duration(44)


def test_the_months_allowed_are_a_figure_with_dates(world: IncubationWorld) -> None:
    Parameter.objects.filter(figure=Figure.DEROGATORY_MONTHS).update(value=24)
    with pytest.raises(ValidationError, match="24 months at most"):
        hosting.draft(world.a.projects[0], values(months=25), [free_space(world.a)])


def test_one_company_is_its_siren(world: IncubationWorld) -> None:
    """A company that moves has another SIRET; the premises and the company are the same."""
    space = free_space(world.a)
    project = world.a.projects[0]
    other = type(world.a.company).objects.create(
        name="Traiteur A, siège", kind="employer", siret="55210088500029"
    )
    make_agreement(project, other, space, starts_on=add_months(TODAY, -30), ends_on=TODAY - DAY)
    Occupancy.objects.filter(space=space).update(ends_on=TODAY - DAY)
    with pytest.raises(ValidationError, match="36 months at most"):
        hosting.draft(project, values(months=12), [space])


def test_l145_5_1_a_precarious_occupation_needs_its_cause(world: IncubationWorld) -> None:
    with pytest.raises(ValidationError, match="parties’ own will"):
        draft(world.a, kind=Tenure.PRECARIOUS)
    row = draft(world.a, None, free_space(world.a, "B2"), kind=Tenure.PRECARIOUS, cause="Jeune entreprise.")
    assert any("young company only" in text for text in look_at(wanted_of(row)).warnings)
    other = draft(
        world.a, None, free_space(world.a, "B3"), kind=Tenure.PRECARIOUS, cause="Vente de l’immeuble."
    )
    assert not any("young" in text for text in look_at(wanted_of(other)).warnings)


def test_no_lease_on_the_public_domain(world: IncubationWorld) -> None:
    """CGPPP L2122-1 and L2122-1-1."""
    Incubator.objects.filter(pk=world.a.incubator.pk).update(public_domain=True)
    project = accepted(world.a)
    with pytest.raises(ValidationError, match="L2122-1"):
        hosting.draft(project, values(), [free_space(world.a)])
    for kind in (Tenure.PUBLIC_DOMAIN, Tenure.SERVICES):
        assert hosting.draft(project, values(kind=kind), [free_space(world.a, kind)]).pk


def test_stay_and_age_are_warnings(world: IncubationWorld) -> None:
    project = accepted(world.a)
    project.founded_on = TODAY - dt.timedelta(days=4 * 366)
    project.save()
    Incubator.objects.filter(pk=world.a.incubator.pk).update(stay_months=6)
    row = draft(world.a, project)
    warnings = " ".join(look_at(wanted_of(row)).warnings)
    assert "12 months; here one stays 6 months at most" in warnings
    assert "older than 3 years" in warnings


def test_a_draft_is_changed_and_its_rents_follow(world: IncubationWorld) -> None:
    row = draft(world.a)
    other = free_space(world.a, "Bureau 10")
    seen = row.updated_at
    changed = hosting.change(row, values(months=24), [other], seen=seen)
    assert [one.space for one in changed.occupancies.all()] == [other]
    assert changed.rents.count() == 3
    with pytest.raises(ValidationError, match="changed meanwhile"):
        hosting.change(row, values(), [other], seen=seen)


def test_rents_by_hand_begin_on_the_first_day_and_end_with_the_term(world: IncubationWorld) -> None:
    row = draft(world.a)
    for steps, why in (
        ([], "begins on the first day"),
        ([Step(TODAY + DAY, Decimal(1), Decimal(1))], "begins on the first day"),
        ([Step(TODAY, Decimal(1), Decimal(1))] * 2, "same day"),
        (
            [Step(TODAY, Decimal(1), Decimal(1)), Step(row.ends_on + DAY, Decimal(1), Decimal(1))],
            "after the term",
        ),
    ):
        with pytest.raises(ValidationError, match=why):
            hosting.set_rents(row, steps)
    hosting.set_rents(row, [Step(TODAY, Decimal(90), Decimal(100))])
    assert look_at(wanted_of(row)).aid > 0
    assert row.rents.get().monthly == 90


# The signature


def test_signing_holds_the_space_grants_the_aid_hosts_the_project_and_plans_reviews(
    world: IncubationWorld,
) -> None:
    project = accepted(world.a)
    candidature = Candidature.objects.create(project=project, motivation="Ici")
    move(candidature, "submitted", "favourable")
    row = sign(draft(world.a, project, months=36), world)
    row.refresh_from_db()
    assert (row.state, row.signed_on, row.declaration_on) == (AgreementState.SIGNED, TODAY, TODAY)
    assert row.occupancies.get().held
    aid = Aid.objects.get(agreement=row)
    assert (aid.granted_on, aid.declared, aid.organisation) == (TODAY, False, world.a.company)
    # (130 + 90 + 50) × 12, give or take the days of the months on which the years begin.
    assert abs(aid.amount - 3240) < 10
    project.refresh_from_db()
    candidature.refresh_from_db()
    assert (project.state, candidature.state) == (ProjectState.HOSTED, "placed")
    due = list(Review.objects.filter(project=project).order_by("due_on").values_list("due_on", flat=True))
    assert due == [add_months(TODAY, 6 * number) for number in range(1, 6)]


def test_a_signature_needs_the_declaration_of_aid_and_a_past_day(world: IncubationWorld) -> None:
    row = draft(world.a, accepted(world.a))
    with pytest.raises(ValidationError, match="article 7"):
        hosting.sign(row, world.a.manager, signed_on=TODAY, declaration_on=None)
    with pytest.raises(ValidationError, match="taken place"):
        sign(row, world, TODAY + DAY)
    row.rents.all().delete()
    with pytest.raises(ValidationError, match="Write the rents first"):
        sign(row, world)
    hosting.set_rents(row, [Step(TODAY, Decimal(250), Decimal(250))])
    hosting.sign(row, world.a.manager, signed_on=TODAY, declaration_on=None)
    assert not Aid.objects.filter(agreement=row).exists()


def test_reglement_2023_2831_no_signature_past_the_ceiling(world: IncubationWorld) -> None:
    """Article 3(2): the figures are said, and when it would be possible."""
    row = draft(world.a, accepted(world.a))
    amount = look_at(wanted_of(row)).aid
    had = Aid.objects.create(
        organisation=world.a.company,
        granted_on=TODAY - dt.timedelta(days=400),
        amount=300_000 - amount + Decimal("0.01"),
        granted_by="Région",
        declared=True,
    )
    with pytest.raises(ValidationError) as refusal:
        sign(row, world)
    assert "0.01" in said(refusal)
    assert "300,000.00" in said(refusal)
    assert in_words(add_months(had.granted_on, 36)) in said(refusal)
    assert Agreement.objects.get(pk=row.pk).state == AgreementState.DRAFT
    had.amount -= Decimal("0.01")
    had.save()
    assert sign(row, world).signed_on == TODAY


def test_a_space_that_somebody_has_is_refused(world: IncubationWorld) -> None:
    with pytest.raises(ValidationError, match="has it then"):
        hosting.draft(accepted(world.a), values(), [world.a.spaces[0]])
    space = free_space(world.a)
    first, second = draft(world.a, None, space), draft(world.a, accepted(world.a), space)
    sign(first, world)
    with pytest.raises(ValidationError, match="has it then"):
        sign(second, world)
    with pytest.raises(ValidationError, match="Another company has this space"):
        hosting.hold(second)


def test_what_is_signed_is_not_changed_and_a_draft_is_cancelled(world: IncubationWorld) -> None:
    row = draft(world.a)
    hosting.cancel(row, world.a.manager)
    with pytest.raises(ValidationError, match="not a draft"):
        sign(row, world)
    signed = world.a.agreement
    with pytest.raises(ValidationError, match="not a draft"):
        hosting.change(signed, values(), [world.a.spaces[0]])
    with pytest.raises(TransitionRefused):
        hosting.cancel(signed, world.a.manager)


def test_figures_that_nobody_gave_are_said(world: IncubationWorld) -> None:
    Parameter.objects.all().delete()
    with pytest.raises(ValidationError, match="figure is missing"):
        draft(world.a)


# What follows


def test_a_renewal_follows_and_the_one_before_ends_on_its_eve(world: IncubationWorld) -> None:
    old, space = world.a.agreement, world.a.spaces[0]
    starts_on = TODAY - 10 * DAY
    row = hosting.renew(old, values(starts_on=starts_on, months=12), [space])
    assert row.previous == old
    with pytest.raises(ValidationError, match="written already"):
        hosting.renew(old, values(starts_on=starts_on), [space])
    sign(row, world)
    old.refresh_from_db()
    assert (old.state, old.left_on) == (AgreementState.ENDED, starts_on - DAY)
    held = Occupancy.objects.filter(space=space, held=True).order_by("starts_on")
    assert [(one.agreement, one.ends_on) for one in held] == [(old, starts_on - DAY), (row, None)]
    world.a.projects[0].refresh_from_db()
    assert world.a.projects[0].state == ProjectState.HOSTED
    assert not Exit.objects.exists()
    total = premises(world.a.company, [space], TODAY)[0].total
    assert total > Duration(18)


def test_another_space_at_another_rent_is_more_aid(world: IncubationWorld) -> None:
    row, old = world.a.agreement, world.a.spaces[0]
    occupancy = row.occupancies.get()
    new = make_space(world.a.incubator, "Bureau 20", surface=Decimal(40))
    move_ = hosting_changes.Move(occupancy, new, TODAY, Decimal(200), Decimal(500))
    hosting_changes.change_space(row, move_, world.a.manager)
    held = list(Occupancy.objects.filter(agreement=row, held=True).order_by("starts_on"))
    assert [(one.space, one.ends_on) for one in held] == [(old, TODAY - DAY), (new, None)]
    aid = Aid.objects.get(agreement=row)
    assert aid.granted_on == TODAY
    # 300 instead of 130 a month until the term.
    months = (row.ends_on - TODAY).days / 30.44
    assert abs(float(aid.amount) - 170 * months) < 60
    with pytest.raises(ValidationError, match="not the company’s any more"):
        hosting_changes.change_space(row, move_, world.a.manager)


@pytest.mark.parametrize("why", ["taken", "early", "room", "same"])
def test_a_move_that_cannot_be_changes_nothing(world: IncubationWorld, why: str) -> None:
    row = world.a.agreement
    space, day = free_space(world.a), TODAY
    if why == "taken":
        sign(draft(world.a, accepted(world.a), space), world)
    if why == "early":
        day = row.starts_on
    if why in ("room", "same"):
        space = world.a.spaces[2 if why == "room" else 0]
    move_ = hosting_changes.Move(row.occupancies.get(), space, day, Decimal(200), Decimal(500))
    with pytest.raises(ValidationError):
        hosting_changes.change_space(row, move_, world.a.manager)
    assert row.occupancies.get().ends_on is None
    assert row.rents.count() == 1


def test_a_company_leaves_and_the_space_is_free_from_the_next_day(world: IncubationWorld) -> None:
    row, project = world.a.agreement, world.a.projects[0]
    hosting_reviews.schedule(project, row.starts_on, row.ends_on)
    hosting_changes.end(row, TODAY, GONE, world.a.manager)
    row.refresh_from_db()
    project.refresh_from_db()
    assert (row.state, row.left_on, project.state) == (AgreementState.ENDED, TODAY, ProjectState.LEFT)
    gone = Exit.objects.get()
    assert (gone.on, gone.reason, gone.destination, gone.jobs) == (TODAY, "own", "neighbourhood", 3)
    assert not Review.objects.filter(due_on__gt=TODAY).exists()
    with pytest.raises(ValidationError, match="has it then"):
        hosting.draft(accepted(world.a), values(), [world.a.spaces[0]])
    assert hosting.draft(accepted(world.a, 91), values(starts_on=TODAY + DAY), [world.a.spaces[0]]).pk


def test_a_way_out_that_is_announced_takes_effect_on_its_day(world: IncubationWorld) -> None:
    import django.utils.timezone as tz

    row, project = world.a.agreement, world.a.projects[0]
    hosting_changes.end(row, TODAY + 30 * DAY, GONE, world.a.manager)
    project.refresh_from_db()
    assert project.state == ProjectState.HOSTED
    assert Agreement.objects.running(TODAY).filter(pk=row.pk).exists()
    now = tz.now()
    assert hosting_changes.leave_today(now) == 0
    later = now + dt.timedelta(days=31)
    assert [hosting_changes.leave_today(later) for _twice in range(2)] == [1, 0]
    project.refresh_from_db()
    assert project.state == ProjectState.LEFT


@pytest.mark.parametrize(
    ("values_", "message"),
    [
        ({"reason": "ceased", "destination": "neighbourhood"}, "goes nowhere"),
        ({"reason": "", "destination": "none"}, "blank"),
    ],
)
def test_a_way_out_is_whole(world: IncubationWorld, values_: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        hosting_changes.end(world.a.agreement, TODAY, values_, world.a.manager)
    with pytest.raises(ValidationError, match="before it comes"):
        hosting_changes.end(world.a.agreement, world.a.agreement.starts_on - DAY, GONE, world.a.manager)
    world.a.agreement.refresh_from_db()
    assert world.a.agreement.state == AgreementState.SIGNED


def test_one_of_two_agreements_ends_and_the_company_stays(world: IncubationWorld) -> None:
    other = sign(draft(world.a), world)
    hosting_changes.end(other, TODAY, GONE, world.a.manager)
    world.a.projects[0].refresh_from_db()
    assert world.a.projects[0].state == ProjectState.HOSTED
    assert not Exit.objects.exists()


# Terms


def test_what_a_term_asks_for_is_the_same_in_the_database(world: IncubationWorld) -> None:
    """The filter of the list and the rule agree for every day around the term, the last days of months among them."""
    row = world.a.agreement
    names = {"late": Stage.ARISEN, "past": Stage.PAST, "30": Stage.ONE_MONTH, "90": Stage.THREE_MONTHS}
    order = [Stage.HALF_A_YEAR, Stage.THREE_MONTHS, Stage.ONE_MONTH, Stage.PAST, Stage.ARISEN]
    for days in [*range(-200, 60, 9), -180, -90, -30, -1, 0, 1, 29, 30, 31, 32]:
        for term in (dt.date(2026, 1, 31), dt.date(2027, 2, 28), dt.date(2028, 2, 29), dt.date(2026, 12, 30)):
            Agreement.objects.filter(pk=row.pk).update(starts_on=dt.date(2024, 1, 1), ends_on=term)
            row.refresh_from_db()
            today = term + days * DAY
            found = standing_alert(row, today)
            for name, condition in by_term(today):
                stage = names.get(name, Stage.HALF_A_YEAR)
                expected = found is not None and order.index(found.stage) >= order.index(stage)
                assert Agreement.objects.filter(condition, pk=row.pk).exists() == expected, (term, days, name)


@pytest.mark.parametrize(
    ("since", "found"),
    [
        (-181, None),
        (-180, -180),
        (-174, -180),
        (-173, None),
        (-90, -90),
        (-30, -30),
        (-1, None),
        (0, 0),
        (6, 0),
        (7, None),
        (15, 15),
        (25, 25),
        (31, 25),
        (32, None),
    ],
)
def test_e_mails_leave_at_180_90_30_days_on_the_term_and_before_the_month_is_over(
    since: int, found: int | None
) -> None:
    term = dt.date(2027, 3, 31)
    assert milestone(term, term + since * DAY) == found


# People


def test_what_is_written_about_a_holder_goes_and_the_figures_stay(world: IncubationWorld) -> None:
    project, holder = world.a.projects[0], world.a.holders[0]
    review = Review.objects.create(
        project=project,
        due_on=TODAY,
        held_on=TODAY,
        held_by=world.a.manager,
        turnover="u33",
        jobs=2,
        summary="Madame Nom40 doute.",
        needs="Un prêt",
    )
    gone = Exit.objects.create(
        project=project, on=TODAY, reason="own", destination="elsewhere", address="1 rue X", note="Nom40"
    )
    rules = dict(personal_data.items())
    assert not rules[Review].concerns(world.a.holders[1]).exists()
    assert not rules[Exit].concerns(world.b.holders[0]).exists()
    assert rules[Review].export(review)["summary"] == "Madame Nom40 doute."
    assert rules[Exit].export(gone)["address"] == "1 rue X"
    for model in (Review, Exit):
        assert rules[model].erase(rules[model].concerns(holder)) == 1
        assert not rules[model].concerns(holder).exists()
    review.refresh_from_db()
    gone.refresh_from_db()
    assert (review.summary, review.needs, review.held_by, review.jobs) == ("", "", None, 2)
    assert (gone.address, gone.note, gone.destination) == ("", "", "elsewhere")
    for row, names in ((review, ("summary", "needs")), (gone, ("address", "note"))):
        events = event_model(type(row))._default_manager.filter(pgh_obj_id=row.pk)
        assert not any(getattr(one, name) for one in events for name in names)


def test_words_are_kept_for_five_years_after_the_way_out(world: IncubationWorld) -> None:
    project = world.a.projects[0]
    Review.objects.create(project=project, due_on=TODAY, summary="X")
    Exit.objects.create(project=project, on=TODAY, reason="own", destination="elsewhere", note="X")
    rules = dict(personal_data.items())
    for days, expected in ((5 * 365, 0), (5 * 366 + 1, 1)):
        day = TODAY + dt.timedelta(days=days)
        assert [rules[model].retention.expired(day).count() for model in (Review, Exit)] == [expected] * 2
