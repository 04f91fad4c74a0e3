"""Two sides of one campaign (school, family, employer A and B), the rows of side A, and whose each one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from croisee.directory.class_lists.storing import SLOT
from croisee.directory.models import Contact, Enrolment
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.imports.models import ImportDraft, ImportFile
from croisee.foundation.progress.models import Progress
from croisee.opportunities.models import Ground, Report, SavedSearch
from croisee.stages.models import (
    Campaign,
    Convention,
    FamilyAccess,
    Rejection,
    Round,
    RoundOffer,
    RoundPupil,
)
from croisee.stages.services import conventions
from croisee.stages.services.campaigns import DATES
from tests import apprenticeship_sides, clauses_sides, incubation_house, journeys_sides, premises_house
from tests.stages.convention_helpers import confirmed
from tests.test_every_url import ADDRESSES, ANYONE, SIGNED_IN, WHO
from tests.world import (
    LEFT_ON,
    MONDAY,
    NEXT_YEAR,
    YEAR,
    World,
    iso_week,
    make_offer,
    make_pupil,
    make_world,
    member,
    move,
)

pytestmark = pytest.mark.django_db
HOUSES = (incubation_house, premises_house)
SERVICES = (clauses_sides, journeys_sides, apprenticeship_sides, *(one.HOUSE for one in HOUSES))

# What each address is tried with: the name of a row of side A below.
OBJECTS: dict[str, str] = {
    # foundation
    "progress:detail": "work",
    "progress:status": "work",
    "progress:cancel": "work",
    "progress:start_again": "work",
    "imports:draft": "draft",
    "imports:apply": "draft",
    "imports:discard": "draft",
    "imports:mapping": "draft",
    "imports:questions": "draft",
    "accounts:organisation": "organisation",
    "accounts:invite": "organisation",
    "accounts:membership": "membership",
    "accounts:end_membership": "membership",
    # directory
    "directory:school_class": "school_class",
    "directory:edit_class": "school_class",
    "directory:delete_class": "school_class",
    "directory:invite_class": "school_class",
    "directory:new_pupil": "school_class",
    "directory:person": "pupil",
    "directory:edit_person": "pupil",
    "directory:home": "pupil",
    "directory:move_pupil": "pupil",
    "directory:erase_person": "pupil",
    "directory:leave_class": "pupil",
    "directory:consent": "pupil",
    "directory:add_contact": "pupil",
    "directory:come_back": "departure",
    "directory:edit_contact": "contact",
    "directory:invite_contact": "contact",
    "directory:remove_contact": "contact",
    "directory:team": "school",
    "directory:invite_colleague": "school, by its head",
    "directory:change_member": "teacher",
    # opportunities
    "opportunities:opportunity": "unpublished offer",
    "opportunities:report": "unpublished offer",
    "opportunities:moderate": "unpublished offer",
    "opportunities:saved_search": "search",
    "opportunities:settle_report": "report",
    # campaigns
    "stages:campaign": "prepared campaign",
    "stages:edit_campaign": "prepared campaign",
    "stages:move_campaign": "prepared campaign",
    "stages:balance": "prepared campaign",
    "stages:start_round": "prepared campaign",
    "stages:campaign_applications": "prepared campaign",
    "stages:campaign_offers": "prepared campaign",
    # rounds
    "stages:round": "prepared round",
    "stages:compute": "prepared round",
    "stages:change_state": "prepared round",
    "stages:offers": "unpublished round",
    "stages:offers_map": "unpublished round",
    "stages:certificate": "unpublished round",
    "stages:schools": "unpublished round",
    "stages:pupils": "unpublished round",
    # Before it is computed there is nothing to show, to the manager either.
    "stages:fairness": "result to come",
    "stages:pupil": "result",
    "stages:invite_family": "result",
    "stages:remove_family": "access",
    # a pupil
    "stages:my_internship": "pupil",
    "stages:browse": "pupil",
    "stages:browse_map": "pupil",
    "stages:open_offer": "pupil and week",
    "stages:wishes": "pupil",
    "stages:add_wish": "pupil",
    "stages:remove_wish": "pupil",
    "stages:order_wishes": "pupil",
    "stages:answer_place": "pupil",
    "stages:whats_left": "pupil",
    "stages:take_left": "pupil",
    "stages:paper_wishes": "campaign and pupil",
    "stages:direct_place": "campaign and pupil",
    "stages:undo_direct_place": "campaign and pupil",
    # offers
    "stages:offer": "offer",
    "stages:edit_offer": "offer",
    "stages:move_offer": "offer",
    "stages:duplicate_offer": "offer",
    "stages:hosted_pupils": "offer",
    # conventions
    "stages:convention": "convention",
    "stages:edit_convention": "convention",
    "stages:move_convention": "convention",
    "stages:convention_pdf": "convention",
    "stages:send_links": "convention",
    "stages:sign_on_paper": "convention",
    "stages:sign_signed_in": "convention",
    "stages:signature_scan": "signature",
    "stages:attendance": "convention",
    "stages:review": "review of the pupil",
    "stages:attestation": "convention",
    "stages:settle_rejection": "rejection",
} | {side.named(name): row for side in SERVICES for name, row in side.OBJECTS.items()}
# Addresses of nobody's row in particular: whose lists are one's own (tried below), or that are public.
SHARED = {
    "stages:school_campaign",
    "stages:class_weeks",
    "stages:follow_up",
    "stages:remind_families",
    "stages:printed_list",
    "stages:printed_forms",
    "stages:batch_conventions",
    "stages:campaign_rules",
}
# Their own tests try rows of another there: parts of an import, the journal, texts that are no identifiers.
ELSEWHERE = {
    # for kinds that map columns alone: tests/journeys/test_caselists.py
    "imports:left_out",
    "account_reset_password_from_key",
    "accounts:use_console_link",
    "accounts:use_link",
    "audit:change",
    "documents:verify",
    "imports:begin",
    "imports:choices",
    "imports:columns",
    "imports:correct",
    "imports:corrected_rows",
    "imports:faulty_rows",
    "imports:replace_file",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "notices:send_again",
    "portal:geojson",
    "portal:zone",
    "stages:calendar_feed",
    "stages:offer_link",
    "stages:renew_link",
    "stages:sign",
    "stages:sign_pdf",
} | {side.named(name) for side in SERVICES for name in side.ELSEWHERE}
ACTORS = (
    *("head A", "teacher A", "family A", "employer A", "head B", "teacher B", "family B"),
    *(
        "family of the same class",
        "employer B",
        "manager",
        "official",
        "administrator",
        "without a role",
        "nobody",
    ),
    *(actor for side in (clauses_sides, journeys_sides, apprenticeship_sides) for actor in side.ACTORS),
    *(actor for house in HOUSES for actor in house.ACTORS),
)
# Who send what breaks things.
HELD = (
    *("head A", "teacher A", "family A", "employer A", "manager", "administrator"),
    *("facilitateur", "buyer A", "company A", "person A"),
    *journeys_sides.HELD,
    *apprenticeship_sides.HELD,
    *(actor for house in HOUSES for actor in house.HELD),
)


@dataclass
class Sides:
    """The rows of side A by name, whose they are, and who tries them."""

    world: World
    actors: dict[str, Account | None]
    rows: dict[str, dict[str, Any]]
    parties: dict[str, set[str]]

    def allowed(self, name: str) -> set[str]:
        """Who may open an address with the row of side A: the parties of the row who have a role for the address."""
        who = WHO[name]
        parties = self.parties[OBJECTS[name]]
        if who in (ANYONE, SIGNED_IN):
            return parties
        return {actor for actor in parties if self.actors[actor].roles() & set(who)}

    def path(self, name: str) -> str:
        kwargs = self.rows[OBJECTS[name]] | EXTRA.get(name, {})
        others = set(ADDRESSES[name].pattern.converters) - kwargs.keys()
        return reverse(name, kwargs=kwargs | {part: PARTS[part][0] for part in others})


PARTS: dict[str, list[Any]] = {part: values for one in HOUSES for part, values in one.HOUSE.PARTS.items()}
EXTRA: dict[str, dict[str, Any]] = {"stages:start_round": {"turn": 1}, "imports:mapping": {"slot": SLOT}}
# What a browser would send: for those refused it must do nothing, for the others it must not fail.
BODIES: dict[str, dict[str, Any]] = {
    "directory:consent": {"purpose": "share_needs", "do": "give"},
    "directory:home": {"do": "forget"},
    "directory:leave_class": {"left_on": LEFT_ON.isoformat()},
    "directory:add_contact": {"capacity": "legal_representative", "name": "X", "email": "x@example.org"},
    "directory:invite_colleague": {"email": "x@example.org", "role": "school_head", "administers": "on"},
    "opportunities:report": {"ground": "other", "text": "X"},
    "opportunities:moderate": {"decision": "publish"},
    "opportunities:saved_search": {"action": "delete"},
    "opportunities:settle_report": {"decision": "dismiss"},
    "stages:move_campaign": {"transition": "announce"},
    "stages:change_state": {"transition": "discard"},
    "stages:invite_family": {"email": "x@example.org"},
    "stages:answer_place": {"agree": "on", "answer": "give_back"},
    "stages:move_offer": {"transition": "withdraw", "reason": "X"},
    "stages:move_convention": {"transition": "cancel", "why": "X"},
    "stages:sign_signed_in": {"name": "X", "agree": "on"},
    "stages:attendance": {"day": MONDAY.isoformat(), "presence": "absent"},
    "stages:review": {"mark": "1", "text": "X"},
} | {side.named(name): body for side in SERVICES for name, body in side.BODIES.items()}


def make_sides() -> Sides:
    """Two sides, and the rows of side A."""
    world = make_world()
    make_offer(world.campaign, world.hosts[0], "Nobody's place", seats=5)
    mine, theirs = confirmed(world, 0, 0), confirmed(world, 3, 2)
    sent_to_sign = [conventions.prepare(place) for place in (mine, theirs)]
    convention = conventions.send_for_signature(sent_to_sign[0], world.heads[0])
    conventions.send_for_signature(sent_to_sign[1], world.heads[1])
    metropolis, school = world.metropolis, world.schools[0]
    administrator = member(Role.ADMINISTRATOR, metropolis, "administrator@example.org")
    none = Account.objects.create_user("nobody@example.org", name="None")
    actors: dict[str, Account | None] = {
        "head A": world.heads[0],
        "teacher A": world.staff[0],
        "family A": world.families[0],
        "employer A": world.employers[0],
        "head B": world.heads[1],
        "teacher B": world.staff[1],
        "family B": world.families[3],
        "family of the same class": world.families[1],
        "employer B": world.employers[1],
        "manager": world.manager,
        "official": world.official,
        "administrator": administrator,
        "without a role": none,
        "nobody": None,
    }
    clauses, clause_actors = clauses_sides.make_actors(metropolis)
    journeys, journey_actors = journeys_sides.make_actors(metropolis)
    apprenticeship_actors, apprenticeship_rows = apprenticeship_sides.make_all(journeys)
    actors |= clause_actors | journey_actors | apprenticeship_actors
    worlds = []
    for house in HOUSES:
        made, acting = house.make_actors(metropolis)
        worlds.append((house.HOUSE, made))
        actors |= acting
    rows = {name: {"pk": row.pk} for name, row in rows_of(world, convention).items()}
    rows |= clauses_sides.rows_of(clauses) | journeys_sides.rows_of(journeys) | apprenticeship_rows
    for service, made in worlds:
        rows |= service.rows(made)
    week = world.period(0)
    rows |= {
        "pupil and week": {"pk": world.pupils[0].pk, "period": week.pk},
        "campaign and pupil": {"pk": world.campaign.pk, "person": world.pupils[0].pk},
        "school, by its head": {"pk": school.pk},
        "review of the pupil": {"pk": convention.pk, "side": "pupil"},
    }
    return Sides(world, actors, rows, parties())


def make_draft(world: World) -> ImportDraft:
    """A list of classes that its head has sent, still to apply."""
    head, school = world.heads[0], world.schools[0]
    draft = ImportDraft.objects.create(
        account=head, kind="directory.class_list", target=f"school:{school.pk}"
    )
    file = ImportFile(draft=draft, slot=SLOT, name="3A.csv", sha256="0" * 64)
    file.content.save("3A.csv", ContentFile("Nom;Prénom\nParti;Partie\n".encode()))
    return draft


def rows_of(world: World, convention: Convention) -> dict[str, Any]:
    """Rows of side A."""
    signature = convention.signatures.get(signatory="legal_representative")
    signature.scan.save("scan.pdf", ContentFile(b"%PDF-1.7"))
    prepared = Campaign.objects.create(
        organisation=world.metropolis,
        name="Prepared",
        school_year=NEXT_YEAR,
        reserved_until=world.campaign.reserved_until,
        **{name: getattr(world.campaign, name) for name in DATES},
        seed=1,
    )
    unpublished = make_offer(world.campaign, world.hosts[0], "Kept back")
    move(unpublished, "unpublished")
    gone = make_pupil(world.classes[0], "Parti", "Partie")
    left = Enrolment.objects.get(person=gone)
    left.left_on = timezone.localdate()
    left.save()
    rounds = make_rounds(world)
    return {
        "work": Progress.objects.create(account=world.heads[0], title="Work", work="none"),
        "draft": make_draft(world),
        "organisation": world.schools[0],
        "school": world.schools[0],
        "membership": Membership.objects.get(account=world.staff[0]),
        "teacher": Membership.objects.get(account=world.staff[0]),
        "school_class": world.classes[0],
        "pupil": world.pupils[0],
        "departure": left,
        "contact": Contact.objects.filter(person=world.pupils[0]).earliest("created_at"),
        "offer": world.offers[0],
        "unpublished offer": unpublished,
        "search": SavedSearch.objects.create(account=world.families[0], name="Mine"),
        "report": Report.objects.create(
            opportunity=world.offers[2], reporter=world.families[0], ground=Ground.values[0]
        ),
        "prepared campaign": prepared,
        "unpublished round": rounds[0],
        "prepared round": (prepared_round := make_round(world, "To come")),
        "result to come": prepared_round,
        "result": rounds[1],
        "access": rounds[2],
        "convention": convention,
        "signature": signature,
        "rejection": Rejection.objects.create(direction="out", remote_id="1", code="x", message="x"),
    }


def make_round(world: World, name: str) -> Round:
    return Round.objects.create(organisation=world.metropolis, name=name, school_year=YEAR, seed=1)


def make_rounds(world: World) -> tuple[Round, RoundPupil, FamilyAccess]:
    """A computed round; a published one with a pupil of school A whom family A reads."""
    made = []
    for name in ("Computed", "Published"):
        round_ = make_round(world, name)
        offer = RoundOffer.objects.create(
            round=round_,
            reference="O1",
            title="Offer",
            siret=world.hosts[0].siret,
            week=iso_week(MONDAY),
            seats=1,
            taken=1,
        )
        pupil = RoundPupil.objects.create(
            round=round_,
            reference="P1",
            school_uai=world.schools[0].uai,
            week=iso_week(MONDAY),
            wishes=1,
            offer=offer,
            seat=0,
            rank=1,
        )
        made.append((round_, pupil))
    Round.objects.filter(pk__in=[row.pk for row, _pupil in made]).update(
        computed_at=timezone.now(), state="computed"
    )
    Round.objects.filter(pk=made[1][0].pk).update(state="published")
    access = FamilyAccess.objects.create(pupil=made[1][1], account=world.families[0])
    return made[0][0], made[1][1], access


def parties() -> dict[str, set[str]]:
    """Whose each row is."""
    school = {"head A", "teacher A"}
    pupil = {*school, "family A", "manager"}
    manager = {"manager"}
    agreed = {*pupil, "employer A"}
    return (
        {
            "work": {"head A", "administrator"},
            "draft": {"head A"},
            "organisation": {"administrator"},
            "membership": {"administrator"},
            # One ends one's own role, and the head any of the school's.
            "teacher": school,
            "school": school,
            "school, by its head": {"head A"},
            "school_class": school,
            "pupil": pupil,
            "pupil and week": pupil,
            "campaign and pupil": school,
            "departure": {"head A"},
            "contact": school,
            "offer": {"employer A", "manager"},
            "unpublished offer": {"employer A", "manager"},
            "search": {"family A"},
            "report": manager,
            "prepared campaign": manager,
            "unpublished round": manager,
            "prepared round": manager,
            "result to come": set(),
            "result": {"head A", "family A", "manager"},
            "access": {"head A", "manager"},
            "convention": agreed,
            "signature": agreed,
            "review of the pupil": {*school, "family A"},
            "rejection": manager,
        }
        | clauses_sides.parties()
        | journeys_sides.parties()
        | apprenticeship_sides.parties(set(ACTORS) - {"nobody"})
        | incubation_house.HOUSE.parties(set(ACTORS) - {"nobody"})
        | premises_house.HOUSE.parties(set(ACTORS) - {"nobody"})
    )
