"""Social clauses for tests/two_sides.py: buyers, companies, people A and B, the rows of side A, and whose they are."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from croisee.clauses.models import (
    AuditItem,
    Channel,
    ContactLog,
    Criterion,
    Eligibility,
    HoursPlan,
    Need,
    Order,
    Parameter,
    Penalty,
    ProofAudit,
    PublishedContract,
)
from croisee.clauses.models.published import Kind
from croisee.directory.models import Contact
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind as OrganisationKind
from croisee.foundation.accounts.roles import Role
from tests.clauses_world import (
    STARTED,
    ClausesWorld,
    first_of_month,
    make_assignment,
    make_clauses_world,
    make_participant,
    make_statement,
    move,
)
from tests.world import TODAY, member

MONTH = f"{first_of_month(-1):%Y-%m}"

# What each address is tried with: the name of a row of side A below.
OBJECTS: dict[str, str] = {
    **dict.fromkeys(("operation", "edit_operation", "delete_operation", "add_contract"), "operation"),
    **dict.fromkeys(("contract", "edit_contract", "delete_contract", "new_lot"), "public contract"),
    **dict.fromkeys(
        (
            "lot",
            "edit_lot",
            "delete_lot",
            "move_lot",
            "close_lot",
            "edit_clause",
            "new_order",
            "new_commitment",
            "calibrate",
            "calculation",
            "clause_pdf",
        ),
        "lot",
    ),
    **dict.fromkeys(("edit_order", "delete_order"), "order"),
    **dict.fromkeys(
        (
            "commitment",
            "edit_commitment",
            "delete_commitment",
            "commitment_access",
            "send_link",
            "revoke_links",
        ),
        "commitment",
    ),
    **dict.fromkeys(("declare_month", "nothing_done"), "commitment and month"),
    "note_contact": "commitment to note",
    "contact": "contact noted",
    **dict.fromkeys(("penalty", "decide_penalty", "answer_penalty", "penalty_letter"), "penalty"),
    **dict.fromkeys(
        (
            "participant",
            "edit_participant",
            "set_looking",
            "invite_participant",
            "erase_participant",
            "new_eligibility",
            "new_contract",
        ),
        "participant",
    ),
    **dict.fromkeys(("edit_eligibility", "decide_eligibility"), "eligibility"),
    "eligibility_proof": "proven eligibility",
    **dict.fromkeys(("need", "edit_need", "move_need", "propose"), "need"),
    **dict.fromkeys(("hire", "decline"), "proposal"),
    **dict.fromkeys(
        ("assignment", "edit_assignment", "end_assignment", "move_assignment", "after", "hours_attestation"),
        "assignment",
    ),
    **dict.fromkeys(("declare", "check_hours", "correct_hours", "take_back"), "assignment and month"),
    "payroll_table": "company",
    **dict.fromkeys(
        ("statement", "decide_statement", "correct_statement", "globalise", "left_to_share"), "statement"
    ),
    "statement_proof": "proven statement",
    **dict.fromkeys(("audit", "audit_report"), "audit"),
    **dict.fromkeys(("audit_item", "decide_item", "accept_item"), "audit item"),
    "answer_file": "answered item",
    **dict.fromkeys(("plan", "delete_plan"), "plan"),
    "published_contract": "published contract",
    **dict.fromkeys(("withdraw_parameter", "confirm_parameter"), "parameter"),
}
# Addresses of nobody's row in particular, or whose own tests try rows and secrets of another there.
ELSEWHERE = {
    "penalty_answer",
    "link",
    "renew_company_link",
    "light_declare_month",
    "light_nothing_done",
    "light_check_hours",
    "light_correct_hours",
    "light_take_back",
    "light_finding",
    "prepared_report",
    "published_import",
    "parameter",
    "parameter_of",
}
BODIES: dict[str, dict[str, Any]] = {
    "move_lot": {"transition": "reopen"},
    "close_lot": {"transition": "close_done"},
    "decide_penalty": {"transition": "waive", "why": "X"},
    "answer_penalty": {"answer": "X"},
    "decide_eligibility": {"decision": "refuse", "note": "X"},
    "move_need": {"transition": "close"},
    "move_assignment": {"transition": "cancel"},
    "decide_statement": {"decision": "reject", "why": "X"},
    "decide_item": {"decision": "lift", "text": "X"},
    "note_contact": {"channel": "note", "text": "X"},
}
ACTORS = ("facilitateur", "buyer A", "buyer B", "company A", "company B", "person A", "person B")


def named(name: str) -> str:
    """The full name of an address of this service."""
    return f"clauses:{name}"


def make_actors(metropolis: Organisation) -> tuple[ClausesWorld, dict[str, Account]]:
    """The world of social clauses, and who tries its pages."""
    world = make_clauses_world(metropolis)
    town = Organisation.objects.create(name="Commune B", kind=OrganisationKind.COMMUNE)
    actors = {
        "facilitateur": world.facilitateur,
        "buyer A": world.buyer,
        "buyer B": member(Role.BUYER, town, "buyer-b@example.org"),
        "company A": world.employers[0],
        "company B": world.employers[1],
    }
    for side, participant in zip("AB", (world.participants[0], world.participants[2]), strict=True):
        account = member(Role.FAMILY, metropolis, f"person-{side.lower()}@example.org", administers=False)
        Contact.objects.filter(person=participant.person).update(account=account)
        actors[f"person {side}"] = account
    return world, actors


def rows_of(world: ClausesWorld) -> dict[str, dict[str, Any]]:
    """Rows of side A, as the parts of addresses."""
    first, commitment = world.participants[0], world.commitments[0]
    penalty = Penalty.objects.create(
        commitment=commitment, missing=10, per_hour=50, amount=500, counted_on=TODAY
    )
    move(penalty, "notified")
    noted = ContactLog.objects.create(
        contract=world.contract, commitment=commitment, channel=Channel.PHONE, text="X", by=world.facilitateur
    )
    proven = Eligibility.objects.create(participant=first, criterion=Criterion.TH, proof_on=STARTED)
    proven.proof.save("proof.pdf", ContentFile(b"%PDF-1.7"))
    statement = make_statement(world.assignments[0], first_of_month(-4), state="sent")
    statement.proof.save("proof.pdf", ContentFile(b"%PDF-1.7"))
    challenged, answered, audit = _audit(world)
    free = make_participant(50)
    rows = {
        "operation": world.operation,
        "public contract": world.contract,
        "lot": world.lot,
        "order": Order.objects.create(lot=world.lot, reference="1", ordered_on=TODAY, amount=1000),
        "commitment": commitment,
        "contact noted": noted,
        "penalty": penalty,
        "participant": first,
        "eligibility": proven,
        "proven eligibility": proven,
        "need": Need.objects.create(commitment=commitment, title="Peintre", starts_on=TODAY),
        "proposal": make_assignment(commitment, free, world.companies[0], "proposed"),
        "assignment": world.assignments[0],
        "company": world.companies[0],
        "statement": world.statements[1],
        "proven statement": statement,
        "audit": audit,
        "audit item": challenged,
        "answered item": answered,
        "plan": _plan(world),
        "published contract": _published(world),
        "parameter": Parameter.objects.filter(to_confirm=True).first(),
    }
    parts: dict[str, dict[str, Any]] = {name: {"pk": row.pk} for name, row in rows.items()}
    parts["commitment and month"] = {"pk": commitment.pk, "month": MONTH}
    parts["commitment to note"] = {"pk": commitment.pk, "kind": "commitment"}
    parts["assignment and month"] = {"pk": world.assignments[0].pk, "month": MONTH}
    return parts


def _audit(world: ClausesWorld) -> tuple[AuditItem, AuditItem, ProofAudit]:
    audit = ProofAudit.objects.create(
        name="Contrôle",
        first_month=first_of_month(-6),
        last_month=first_of_month(-1),
        size=2,
        seed=1,
        population=2,
        population_hours=240,
        frame="0" * 64,
    )
    items = [
        AuditItem.objects.create(
            audit=audit,
            statement=statement,
            order=rank,
            finding="X",
            hours_refused=1,
            answer_by=TODAY + dt.timedelta(days=30),
        )
        for rank, statement in enumerate(world.statements[:2], 1)
    ]
    move(items[0], "challenged")
    move(items[1], "challenged", "answered")
    items[1].answer_file.save("answer.pdf", ContentFile(b"%PDF-1.7"))
    return items[0], items[1], audit


def _plan(world: ClausesWorld) -> HoursPlan:
    reached = {"met": 1, "contracts": 1, "people_at_work": 1, "long": 1, "broken": 0}
    return HoursPlan.objects.create(
        first_month=first_of_month(1),
        made_by=world.facilitateur,
        ready_at=timezone.now(),
        figures={**reached, "asked": 2, "gap": 0.0, "bounds": reached, "simple": reached, "forecast": []},
    )


def _published(world: ClausesWorld) -> PublishedContract:
    return PublishedContract.objects.create(
        buyer_siret=world.metropolis.siret,
        decp_id="2026M001",
        kind=Kind.MARCHE,
        purchase="works",
        object="X",
        initial_amount=6_000_000,
        amount=6_000_000,
        notified_on=TODAY,
        said_on=TODAY,
        format="2022",
    )


def parties() -> dict[str, set[str]]:
    """Whose each row is."""
    followed = {"facilitateur", "buyer A", "company A"}
    employed = {"facilitateur", "company A"}
    own = {*employed, "person A"}
    return {
        "operation": followed,
        "public contract": followed,
        "lot": followed,
        "order": followed,
        "commitment": followed,
        "commitment and month": employed,
        "commitment to note": followed,
        "contact noted": {"facilitateur"},
        "penalty": followed,
        "participant": own,
        "eligibility": {"facilitateur", "person A"},
        "proven eligibility": {"facilitateur", "person A"},
        "need": employed,
        "proposal": employed,
        "assignment": own,
        "assignment and month": employed,
        "company": {"company A"},
        "statement": employed,
        "proven statement": employed,
        "audit": {"facilitateur"},
        "audit item": employed,
        "answered item": employed,
        "plan": {"facilitateur"},
        "published contract": {"facilitateur", "buyer A", "buyer B", "official"},
        "parameter": {"facilitateur", "administrator"},
    }
