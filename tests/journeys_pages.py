"""The pages of journeys and apprenticeship, for the tests of every page: of what each is, which answer none."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from croisee.apprenticeship.models import (
    KIND,
    Booking,
    Candidacy,
    Meeting,
    Mentor,
    Mentorship,
    PartnerRejection,
    Stand,
)
from croisee.directory.models import Person
from croisee.journeys.models import (
    AccessRequest,
    Action,
    Appointment,
    Committee,
    Control,
    ControlItem,
    Correction,
    Dismissal,
    Exchange,
    Journey,
    Objective,
    Programme,
    Proof,
    ReturnColumn,
    ReturnTable,
    Step,
)
from croisee.journeys.models.proofs import ProofRequirement
from croisee.opportunities.models import Opportunity
from tests import apprenticeship_sides, journeys_sides
from tests.journeys_large import LargeJourneys

OF_ROW: dict[str, type[Model]] = {
    "programme": Programme,
    "requirement": ProofRequirement,
    "committee": Committee,
    "closed committee": Committee,
    "action": Action,
    "unpublished action": Action,
    "request": Journey,
    "journey": Journey,
    "journey and moment": Journey,
    "objective": Objective,
    "step": Step,
    "exchange": Exchange,
    "appointment": Appointment,
    "correction": Correction,
    "dismissal": Dismissal,
    "proof": Proof,
    "table": ReturnTable,
    "column": ReturnColumn,
    "control": Control,
    "control item": ControlItem,
    "person": Person,
    "access": AccessRequest,
    "apprenticeship offer": Opportunity,
    "candidacy": Candidacy,
    "partner rejection": PartnerRejection,
    "pair": Mentorship,
    "mentor": Mentor,
    "mentor, by managers": Mentor,
    "meeting, by its organiser": Meeting,
    "meeting announced": Meeting,
    "meeting to stand at": Meeting,
    "stand": Stand,
    "stand, by its organiser": Stand,
    "stand to book": Stand,
    "booking": Booking,
    "booking, by the stand": Booking,
}
SUBJECTS: dict[str, type[Model]] = {
    side.named(name): OF_ROW[row]
    for side in (journeys_sides, apprenticeship_sides)
    for name, row in side.OBJECTS.items()
}
SUBJECTS |= {"apprenticeship:cv": Candidacy, "apprenticeship:meeting_file": Meeting}
PARTS: dict[str, list[Any]] = {"moment": ["entry", "exit", "six_months"]}

# Answer a click, or a link whose secret a test of its own knows; leave for another page; send a file.
_NO_PAGE = {
    "journeys": (
        "journey_document set_agenda cancel_committee minutes close_action withdraw_request decide_request "
        "move_journey "
        "invite new_objective new_step new_exchange new_appointment move_objective move_step "
        "move_appointment delete_exchange suggest_actions take_up set_aside suggest_again remind_missing "
        "delete_return_table export_return_table move_return_column delete_return_column control_report "
        "delete_requirement decide_proof delete_proof proof_file prepared_table set_crossing "
        "record_crossing withdraw_crossing ask_access end_access agenda caselist_model import_caselist "
    ),
    "apprenticeship": (
        "move_offer close_offer duplicate_offer answer decide cv exchange_now accept_mentorship "
        "leave_mentorship note_mentorship check_mentor move_meeting register confirm_stand "
        "withdraw_stand book cancel_booking note_booking meeting_file "
    ),
}
NO_PAGE = {f"{app}:{name}" for app, names in _NO_PAGE.items() for name in names.split()}


def known(large: LargeJourneys) -> dict[str, dict[str, list[Any]]]:
    """Addresses of given rows: people followed, offers of the company and of others."""
    offers = Opportunity.objects.filter(kind=KIND).order_by("created_at")[:2]
    of_offers = {"pk": [offer.pk for offer in offers]}
    names = ("offer", "edit_offer", "apply")
    return {
        "journeys:way": {"pk": [person.pk for person in large.world.people[:2]]},
        **{f"apprenticeship:{name}": of_offers for name in names},
    }
