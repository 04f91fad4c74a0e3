"""Journeys for tests/two_sides.py: two PLIE with managers, référents and people; the rows of side A, and whose."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile

from croisee.directory.models import Contact, Purpose
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.journeys.models import (
    AccessRequest,
    Control,
    ControlItem,
    Correction,
    Dismissal,
    Exchange,
    ReturnColumn,
    ReturnTable,
)
from croisee.journeys.models.proofs import ProofRequirement
from tests.journeys_world import (
    JourneysWorld,
    make_journey,
    make_journeys_world,
    make_person,
    make_programme,
    move,
)
from tests.world import TODAY, member

# What each address is tried with: the name of a row of side A below.
OBJECTS: dict[str, str] = {
    **dict.fromkeys(
        (
            "programme",
            "edit_programme",
            "new_committee",
            "import_caselist",
            "caselist_model",
            "requirements",
            "load",
        ),
        "programme",
    ),
    "delete_requirement": "requirement",
    **dict.fromkeys(
        ("committee", "edit_committee", "set_agenda", "decide_committee", "cancel_committee", "agenda"),
        "committee",
    ),
    "minutes": "closed committee",
    **dict.fromkeys(("edit_action", "close_action"), "action"),
    "action": "unpublished action",
    **dict.fromkeys(("request", "edit_request", "withdraw_request", "decide_request"), "request"),
    **dict.fromkeys(
        (
            "journey",
            "journey_document",
            "move_journey",
            "end_journey",
            "edit_project",
            "edit_person",
            "invite",
            "new_objective",
            "new_step",
            "new_exchange",
            "exchanges",
            "new_appointment",
            "own_journey",
            "ask_correction",
            "suggestions",
            "take_up",
            "set_aside",
            "journey_returns",
            "new_proof",
            "crossings",
            "record_crossing",
            "withdraw_crossing",
        ),
        "journey",
    ),
    **dict.fromkeys(("edit_objective", "move_objective"), "objective"),
    **dict.fromkeys(("edit_step", "move_step", "end_step"), "step"),
    **dict.fromkeys(("edit_exchange", "delete_exchange"), "exchange"),
    **dict.fromkeys(("appointment_file", "edit_appointment", "move_appointment"), "appointment"),
    "answer_correction": "correction",
    "suggest_again": "dismissal",
    "situation": "journey and moment",
    **dict.fromkeys(("edit_proof", "decide_proof", "delete_proof", "proof_file"), "proof"),
    **dict.fromkeys(
        (
            "return_table",
            "edit_return_table",
            "delete_return_table",
            "export_return_table",
            "incomplete_lines",
            "new_return_column",
        ),
        "table",
    ),
    **dict.fromkeys(("edit_return_column", "move_return_column", "delete_return_column"), "column"),
    **dict.fromkeys(("control", "control_report"), "control"),
    "judge_item": "control item",
    "set_crossing": "person",
    **dict.fromkeys(("access_request", "end_access"), "access"),
    "way": "person",
}
# Addresses whose own tests try rows of another: a file that one had made; a référent, told of one’s own people alone.
ELSEWHERE: set[str] = {"prepared_table", "remind_missing"}
BODIES: dict[str, dict[str, Any]] = {
    "move_journey": {"transition": "pause"},
    "move_objective": {"transition": "reach"},
    "move_step": {"transition": "pause"},
    "move_appointment": {"transition": "cancel"},
    "decide_request": {"decision": "refuse", "reason": "X"},
    "decide_proof": {"decision": "refuse", "why": "X"},
    "answer_correction": {"transition": "decline", "answer": "X"},
    "judge_item": {"transition": "object", "finding": "X"},
    "access_request": {"decision": "refuse", "answer": "X"},
    "set_crossing": {"purpose": str(Purpose.SHOW_INTERNSHIPS), "do": "give"},
    "record_crossing": {"purpose": str(Purpose.SHOW_INTERNSHIPS), "how": "paper"},
    "withdraw_crossing": {"purpose": str(Purpose.SHOW_INTERNSHIPS)},
    "move_return_column": {"direction": "up"},
}
ACTORS = ("plie manager A", "référent A", "plie manager B", "référent B", "followed A", "followed B")
HELD = ("plie manager A", "référent A", "followed A")


def named(name: str) -> str:
    """The full name of an address of this app."""
    return f"journeys:{name}"


def make_actors(metropolis: Organisation) -> tuple[JourneysWorld, dict[str, Account]]:
    """The world of journeys, a second PLIE beside it, and who tries their pages."""
    world = make_journeys_world(metropolis)
    other = Organisation.objects.create(name="PLIE B", kind=Kind.ASSOCIATION)
    programme = make_programme(other, name="PLIE B")
    actors = {
        "plie manager A": world.manager,
        "référent A": world.referents[0],
        "plie manager B": member(Role.PROGRAMME_MANAGER, other, "plie-b@example.org"),
        "référent B": member(Role.REFERENT, other, "referent-b@example.org"),
    }
    stranger = make_person(90)
    make_journey(programme, stranger, actors["référent B"])
    for side, person in zip("AB", (world.people[0], stranger), strict=True):
        account = member(Role.FAMILY, metropolis, f"followed-{side.lower()}@example.org", administers=False)
        Contact.objects.filter(person=person).update(account=account)
        actors[f"followed {side}"] = account
    return world, actors


def rows_of(world: JourneysWorld) -> dict[str, dict[str, Any]]:
    """Rows of side A, as the parts of addresses."""
    first, table, control = world.journeys[0], _table(world), _control(world)
    assert world.proof is not None
    world.proof.file.save("proof.pdf", ContentFile(b"%PDF-1.7"))
    colleague = member(Role.REFERENT, world.metropolis, "asks@example.org")
    asked = AccessRequest.objects.create(person=world.people[0], asker=colleague, reason="X")
    move(asked, "granted", until=TODAY + dt.timedelta(days=10))
    rows: dict[str, Any] = {
        "programme": world.programme,
        "requirement": ProofRequirement.objects.filter(programme=world.programme).first(),
        "committee": world.committee,
        "action": world.action,
        "unpublished action": world.action,
        "request": world.journeys[3],
        "journey": first,
        "objective": world.objective,
        "step": world.steps[1],
        "exchange": Exchange.objects.create(journey=first, text="X", by=world.referents[0]),
        "appointment": world.appointment,
        "correction": Correction.objects.create(journey=first, about="X", text="X"),
        "dismissal": Dismissal.objects.create(journey=first, opening_key="x", title="X", reason="X"),
        "proof": world.proof,
        "table": table,
        "column": ReturnColumn.objects.create(table=table, order=1, header="X", fixed="X"),
        "control": control,
        "control item": ControlItem.objects.create(control=control, journey=first, order=1),
        "person": world.people[0],
        "access": asked,
    }
    parts: dict[str, dict[str, Any]] = {name: {"pk": row.pk} for name, row in rows.items()}
    closed = type(world.committee).objects.create(
        programme=world.programme, held_on=TODAY - dt.timedelta(days=30)
    )
    move(closed, "closed")
    parts["closed committee"] = {"pk": closed.pk}
    parts["journey and moment"] = {"pk": first.pk, "moment": "entry"}
    return parts


def _table(world: JourneysWorld) -> ReturnTable:
    return ReturnTable.objects.create(programme=world.programme, name="Retour")


def _control(world: JourneysWorld) -> Control:
    return Control.objects.create(
        programme=world.programme,
        name="Contrôle",
        first_day=TODAY - dt.timedelta(days=300),
        last_day=TODAY,
        size=1,
        seed=1,
        population=3,
        frame="0" * 64,
    )


def parties() -> dict[str, set[str]]:
    """Whose each row is."""
    manager, team = {"plie manager A"}, {"plie manager A", "référent A"}
    followed = {*team, "followed A"}
    everyone = {"plie manager A", "référent A", "plie manager B", "référent B"}
    return {
        "programme": team,
        "requirement": manager,
        "committee": team,
        "closed committee": team,
        "action": manager,
        "unpublished action": everyone,
        "request": manager,
        "journey": followed,
        "journey and moment": team,
        "objective": team,
        "step": team,
        "exchange": team,
        "appointment": followed,
        "correction": team,
        "dismissal": followed,
        "proof": followed,
        "table": manager,
        "column": manager,
        "control": manager,
        "control item": manager,
        "person": followed,
        "access": followed,
    }
