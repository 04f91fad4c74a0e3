"""Demands: written, closed, opened again; proposals and answers; what the software proposes; erasure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.audit.tracking import event_model
from croisee.foundation.notices.models import Ledger
from croisee.foundation.registry import personal_data
from croisee.premises.models import Demand, Proposal, Spell, Unit, Visit, Where
from croisee.premises.queries import matching
from croisee.premises.services import demands
from tests.premises_world import PremisesWorld, make_demand, make_unit
from tests.world import TODAY, member

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def values(**fields: object) -> dict[str, object]:
    """A whole demand as the form gives it."""
    found: dict[str, object] = {
        "title": "Un atelier",
        "use": "craft",
        "least_surface": Decimal(30),
        "most_surface": Decimal(60),
        "most_rent": Decimal(500),
        "wanted_from": TODAY + 30 * DAY,
        "where": Where.ANYWHERE,
    }
    return found | fields


def sent(notice: str) -> list[str]:
    """The addresses to which a notice was owed."""
    rows = Ledger.objects.filter(notice=notice).select_related("account")
    return sorted(row.email or (row.account.email if row.account else "") for row in rows)


def test_a_demand_keeps_what_says_where_for_the_choice_made_alone(world: PremisesWorld) -> None:
    row = demands.ask(
        world.askers[0],
        world.companies[0],
        values(where=Where.NEIGHBOURHOOD, zone_codes="QN03505M", line="4", lon=-1.6, lat=48.1),
    )
    assert (row.zone_codes, row.line, row.lon) == ("QN03505M", "", None)
    with pytest.raises(ValidationError, match="neighbourhood"):
        demands.ask(world.askers[0], None, values(where=Where.NEIGHBOURHOOD))
    with pytest.raises(ValidationError, match="largest"):
        demands.ask(world.askers[0], None, values(most_surface=Decimal(20)))
    with pytest.raises(KeyError):
        demands.ask(world.askers[0], None, values(state="dropped"))


def test_closing_asks_why_and_opening_again_forgets_it(world: PremisesWorld) -> None:
    row = world.demands[0]
    with pytest.raises(ValidationError, match="few words"):
        demands.close(row, "drop", "  ", world.askers[0])
    with pytest.raises(ValidationError, match="how the search"):
        demands.close(row, "satisfy", "x", world.askers[0])
    closed = demands.close(row, "leave", "À Chartres-de-Bretagne", world.askers[0])
    assert (closed.state, closed.outcome, closed.closed_on) == (
        "elsewhere",
        "À Chartres-de-Bretagne",
        TODAY,
    )
    assert Visit.objects.get().state == "cancelled"
    assert len(sent("premises.visit_cancelled")) == 2
    with pytest.raises(ValidationError, match="open it again"):
        demands.change(closed, values())
    again = demands.reopen(closed, world.askers[0])
    assert (again.state, again.outcome, again.closed_on) == ("open", "", None)


def test_two_windows_do_not_overwrite_each_other(world: PremisesWorld) -> None:
    seen = world.demands[0].updated_at
    demands.change(world.demands[0], values(title="A"), seen)
    with pytest.raises(ValidationError, match="meanwhile"):
        demands.change(world.demands[0], values(title="B"), seen)
    assert Demand.objects.get(pk=world.demands[0].pk).title == "A"


def test_a_proposal_is_made_once_answered_and_told(world: PremisesWorld) -> None:
    demand, unit = world.demands[1], world.units[4]
    one = demands.propose(demand, unit, world.developer)
    assert demands.propose(demand, unit, world.developer) == one
    assert sent("premises.units_proposed") == [world.askers[1].email]
    with pytest.raises(ValidationError, match="few words"):
        demands.answer(one, "decline", "", world.askers[1])
    assert Proposal.objects.filter(pk=world.proposal.pk, proposed_by=None).exists()
    demands.answer(world.proposal, "want", "", world.askers[0])
    declined = demands.answer(one, "decline", "Trop sombre", world.askers[1])
    assert (declined.state, declined.reason) == ("declined", "Trop sombre")
    wanted = demands.want(demand, unit, world.askers[1])
    assert (wanted.state, wanted.reason) == ("wanted", "")
    assert sent("premises.unit_wanted") == [one.email for one in world.landlords]
    with pytest.raises(ValidationError, match="not offered"):
        demands.propose(demand, world.units[1], world.developer)


def test_what_interests_is_told_to_the_developers_where_the_owner_has_nobody(world: PremisesWorld) -> None:
    unit = make_unit(None, "Hangar sans propriétaire connu")
    demands.want(world.demands[0], unit, world.askers[0])
    assert sent("premises.unit_wanted") == [world.developer.email]


def test_the_software_proposes_each_unit_that_came_on_offer_once(
    world: PremisesWorld, django_capture_on_commit_callbacks: object
) -> None:
    Spell.objects.filter(unit__in=[world.units[0].pk, world.units[4].pk]).update(starts_on=TODAY)
    now = timezone.now()
    # Unit 0 is proposed to demand 0 already: three pairs are left, in one e-mail a demand.
    assert demands.propose_new(now) == 3
    assert demands.propose_new(now) == 0
    assert sorted(sent("premises.units_proposed")) == sorted(one.email for one in world.askers)
    assert Proposal.objects.filter(proposed_by=None, state="proposed").count() == 4
    make_unit(world.owners[0], "Trop grand", surface=Decimal(500))
    unseen = make_unit(world.owners[0], "Pas montré", published=False)
    Spell.objects.filter(unit=unseen).update(starts_on=TODAY)
    assert demands.propose_new(now) == 0


def test_what_was_on_offer_before_the_demand_is_on_its_page_and_in_no_e_mail(world: PremisesWorld) -> None:
    assert demands.propose_new(timezone.now()) == 0
    assert len(matching.judged_for(world.demands[1], world.askers[1]).fits) == 2
    assert not Ledger.objects.filter(notice="premises.units_proposed").exists()


def test_units_nobody_shows_are_neighbours_for_developers_alone(world: PremisesWorld) -> None:
    Unit.objects.filter(pk=world.units[2].pk).update(published=False)
    for account, expected in ((world.developer, True), (world.askers[0], False)):
        keys = {unit.key for unit in matching.stock_for(account).units}
        assert (world.units[2].pk in keys) is expected


def test_a_founder_is_erased_and_what_was_looked_for_stays(world: PremisesWorld) -> None:
    metropolis = Organisation.objects.get(kind=Kind.METROPOLIS)
    founder = member(Role.PROJECT_HOLDER, metropolis, "fondatrice@example.org", administers=False)
    row = make_demand(
        None,
        founder,
        "Atelier de Zoé Tisserand",
        contact_name="Zoé Tisserand",
        activity="Zoé tisse",
        where=Where.NEAR_POINT,
        address="3 rue de chez Zoé",
        lon=-1.6,
        lat=48.1,
    )
    demands.change(row, values(title="Atelier de Zoé"))
    proposal = demands.propose(row, world.units[0], world.developer)
    demands.answer(proposal, "decline", "Zoé trouve trop loin", founder)
    for model, rule in personal_data.items():
        if model in (Demand, Proposal, Visit):
            rule.erase(rule.concerns(founder))
    row.refresh_from_db()
    proposal.refresh_from_db()
    assert (row.use, row.least_surface, row.asked_by, row.contact_email) == ("craft", 30, None, "")
    for model, key in ((Demand, row.pk), (Proposal, proposal.pk)):
        told = [
            *model.objects.filter(pk=key).values(),
            *event_model(model)._default_manager.filter(pgh_obj_id=key).values(),
        ]
        assert "Zoé" not in str(told)
        assert "fondatrice@" not in str(told)


def test_contacts_go_two_years_after_the_search(world: PremisesWorld) -> None:
    rule = dict(personal_data.items())[Demand]
    demands.close(world.demands[0], "drop", "Projet arrêté", world.askers[0])
    assert not rule.retention.expired(TODAY + 729 * DAY).exists()
    late = rule.retention.expired(TODAY + 732 * DAY)
    assert list(late) == [world.demands[0]]
    rule.erase(late)
    assert not rule.retention.expired(TODAY + 732 * DAY).exists()


def test_e_mails_say_what_fits(world: PremisesWorld, django_capture_on_commit_callbacks: object) -> None:
    from croisee.premises.notices.demands import line_of

    assert line_of(world.units[0]).startswith("Pied d’immeuble Yougoslavie, 45 m², 380 € a month")
    assert not mail.outbox
