"""The pages of social clauses, for the tests of every page: of what each one is the page, and which answer none."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from croisee.clauses.models import (
    Assignment,
    AuditItem,
    Commitment,
    ContactLog,
    Contract,
    Eligibility,
    HoursPlan,
    Lot,
    Need,
    Operation,
    Order,
    Parameter,
    Participant,
    Penalty,
    ProofAudit,
    PublishedContract,
    Statement,
)
from croisee.foundation.accounts.models import Organisation
from tests.clauses_sides import MONTH, OBJECTS, named

OF_ROW: dict[str, type[Model]] = {
    "operation": Operation,
    "public contract": Contract,
    "lot": Lot,
    "order": Order,
    "commitment": Commitment,
    "commitment and month": Commitment,
    "commitment to note": Commitment,
    "contact noted": ContactLog,
    "penalty": Penalty,
    "participant": Participant,
    "eligibility": Eligibility,
    "proven eligibility": Eligibility,
    "need": Need,
    "proposal": Assignment,
    "assignment": Assignment,
    "assignment and month": Assignment,
    "company": Organisation,
    "statement": Statement,
    "proven statement": Statement,
    "audit": ProofAudit,
    "audit item": AuditItem,
    "answered item": AuditItem,
    "plan": HoursPlan,
    "published contract": PublishedContract,
    "parameter": Parameter,
}
SUBJECTS: dict[str, type[Model]] = {named(name): OF_ROW[row] for name, row in OBJECTS.items()}
# Values of the other parts of addresses.
PARTS: dict[str, list[Any]] = {"month": [MONTH], "kind": ["commitment"]}
KNOWN: dict[str, dict[str, list[Any]]] = {
    "clauses:parameter": {"figure": ["threshold", "hourly_cost"]},
    "clauses:parameter_of": {"figure": ["threshold"], "key": ["works"]},
}

# Answer a click, or a link whose secret a test of its own knows; leave for another page; send a file.
NO_PAGE = {
    named(name)
    for name in (
        *("accept_item", "after", "answer_penalty", "audit_report", "calculation", "check_hours"),
        *("confirm_parameter", "correct_hours", "decide_eligibility", "decide_item", "decide_penalty"),
        *("decide_statement", "decide_statements", "decline", "delete_commitment", "delete_contract"),
        *("delete_lot", "delete_operation", "delete_order", "delete_plan", "erase_participant"),
        *("invite_participant", "left_to_share", "move_assignment", "move_lot", "move_need"),
        *("note_contact", "nothing_done", "propose", "revoke_links", "send_link", "send_links"),
        *("set_looking", "take_back", "withdraw_parameter"),
        *("declare", "next_statement", "prepared_report", "published_import"),
        *("statement_proof", "answer_file", "penalty_answer", "link", "renew_company_link"),
        *("light", "light_account", "light_leave", "light_declare_month", "light_nothing_done"),
        *("light_check_hours", "light_correct_hours", "light_take_back", "light_finding"),
    )
}
