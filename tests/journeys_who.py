"""Who may open the addresses of journeys and of apprenticeship: a part of the table of tests/test_every_url.py."""

from croisee.foundation.accounts.roles import Role

ANYONE = "anyone"
SIGNED_IN = "whoever is signed in"
MANAGER = frozenset({Role.PROGRAMME_MANAGER})
TEAM = frozenset({Role.PROGRAMME_MANAGER, Role.REFERENT})
PERSON = frozenset({Role.FAMILY})

_BY_ROLE: tuple[tuple[str, str | frozenset[Role], str], ...] = (
    (
        "journeys",
        TEAM,
        (
            "access access_request answer_correction appointments ask_access caseload committee corrections "
            "crossings decide_proof delete_exchange delete_proof edit_appointment edit_exchange "
            "edit_objective edit_person edit_project edit_proof edit_request edit_step end_journey end_step "
            "exchanges find_person handover invite journey journey_returns move_appointment move_journey "
            "move_objective move_step new_appointment new_exchange new_objective new_proof new_request "
            "new_step programme programmes proofs record_crossing request requests returns situation "
            "situations suggest_actions suggestions way withdraw_crossing withdraw_request "
        ),
    ),
    (
        "journeys",
        MANAGER,
        (
            "agenda cancel_committee caselist_model close_action control control_report controls "
            "decide_committee decide_request delete_requirement delete_return_column delete_return_table "
            "edit_action edit_committee edit_programme edit_return_column edit_return_table "
            "export_return_table import_caselist incomplete_lines judge_item load minutes move_return_column "
            "new_action new_committee new_control new_programme new_return_column new_return_table "
            "prepared_table published_actions remind_missing requirements return_table return_tables "
            "set_agenda "
        ),
    ),
    (
        "journeys",
        TEAM | PERSON,
        (
            "appointment_file appointments_file end_access journey_document proof_file set_aside "
            "suggest_again take_up "
        ),
    ),
    (
        "journeys",
        PERSON,
        "ask_correction my_crossings my_journey my_openings my_way own_journey set_crossing ",
    ),
    ("journeys", TEAM | {Role.ADMINISTRATOR, Role.OFFICIAL}, "flows indicators "),
    ("journeys", TEAM | PERSON | {Role.FACILITATEUR, Role.TRAINING_CENTRE, Role.MENTOR}, "action actions "),
    ("journeys", ANYONE, "published_services published_structures "),
    (
        "apprenticeship",
        TEAM | PERSON | {Role.OFFICIAL, Role.TRAINING_CENTRE, Role.MENTOR, Role.EMPLOYER},
        "offers ",
    ),
    (
        "apprenticeship",
        MANAGER | {Role.TRAINING_CENTRE, Role.EMPLOYER},
        "close_offer duplicate_offer edit_offer move_offer my_offers new_offer offer ",
    ),
    ("apprenticeship", PERSON | {Role.REFERENT}, "apply decide "),
    ("apprenticeship", TEAM | PERSON | {Role.TRAINING_CENTRE, Role.EMPLOYER}, "application applications cv "),
    ("apprenticeship", frozenset({Role.EMPLOYER}), "answer "),
    (
        "apprenticeship",
        MANAGER,
        (
            "check_mentor confirm_stand edit_meeting exchange_now exchanges invite_mentor move_meeting "
            "new_meeting planning presence settle "
        ),
    ),
    ("apprenticeship", TEAM | PERSON | {Role.MENTOR}, "leave_mentorship mentorship mentorships "),
    ("apprenticeship", frozenset({Role.MENTOR}), "my_offer "),
    ("apprenticeship", PERSON | {Role.MENTOR}, "accept_mentorship note_mentorship "),
    ("apprenticeship", TEAM, "mentors propose_mentor "),
    ("apprenticeship", TEAM | {Role.MENTOR}, "mentor "),
    ("apprenticeship", ANYONE, "meeting_file meetings "),
    ("apprenticeship", SIGNED_IN, "meeting "),
    ("apprenticeship", TEAM | PERSON, "book cancel_booking register "),
    ("apprenticeship", MANAGER | {Role.EMPLOYER}, "edit_stand new_stand note_booking stand withdraw_stand "),
    ("apprenticeship", PERSON, "my_bookings "),
)

WHO: dict[str, str | frozenset[Role]] = {
    f"{app}:{name}": who for app, who, names in _BY_ROLE for name in names.split()
}
