"""Every address of the site, tried as every role and as nobody.

`WHO` lists each address by name with who may open it. An address that is not listed fails, so does one whose
view says otherwise than its line: whoever adds a page says here, once more, whom it is for.
"""

import uuid
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from tests import incubation_house, journeys_who, premises_house
from tests.journeys_who import ANYONE, SIGNED_IN

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
MANAGER = frozenset({Role.CAMPAIGN_MANAGER})
CHECKERS = MANAGER | {Role.PROGRAMME_MANAGER, Role.DEVELOPER, Role.INCUBATOR_MANAGER}
KEEPERS = frozenset({Role.EMPLOYER, Role.SCHOOL_HEAD, Role.SCHOOL_STAFF})
HEAD = frozenset({Role.SCHOOL_HEAD})
SCHOOL = frozenset({Role.SCHOOL_HEAD, Role.SCHOOL_STAFF})
CAMPAIGN = frozenset({Role.CAMPAIGN_MANAGER, Role.OFFICIAL, Role.SCHOOL_HEAD})
# A pupil's own pages: the family, and who helps it.
HELPED = frozenset({Role.FAMILY, Role.SCHOOL_HEAD, Role.SCHOOL_STAFF, Role.CAMPAIGN_MANAGER})
# Who may see a convention: its parties and the manager.
PARTIES = MANAGER | SCHOOL | {Role.EMPLOYER, Role.FAMILY}

WHO: dict[str, str | frozenset[Role]] = (
    {
        "set_language": ANYONE,
        # portal
        "portal:home": ANYONE,
        "portal:mine": SIGNED_IN,
        "portal:map": ANYONE,
        "portal:geojson": ANYONE,
        "portal:zone": ANYONE,
        "portal:reach": ANYONE,
        "portal:reach_squares": ANYONE,
        "portal:rules": ANYONE,
        "portal:about": ANYONE,
        "portal:accessibility": ANYONE,
        "portal:legal": ANYONE,
        # accounts: signing in
        "account_login": ANYONE,
        "account_logout": ANYONE,
        "account_inactive": ANYONE,
        "account_reset_password": ANYONE,
        "account_reset_password_done": ANYONE,
        "account_reset_password_from_key": ANYONE,
        "account_reset_password_from_key_done": ANYONE,
        "accounts:request_link": ANYONE,
        "accounts:link_sent": ANYONE,
        "accounts:use_link": ANYONE,
        "accounts:use_console_link": ANYONE,
        "mfa_authenticate": ANYONE,
        "mfa_login_webauthn": ANYONE,
        # accounts: one's own
        "accounts:mine": SIGNED_IN,
        "accounts:my_data": SIGNED_IN,
        "account_reauthenticate": SIGNED_IN,
        "account_change_password": SIGNED_IN,
        "account_set_password": SIGNED_IN,
        "mfa_index": SIGNED_IN,
        "mfa_reauthenticate": SIGNED_IN,
        "mfa_activate_totp": SIGNED_IN,
        "mfa_deactivate_totp": SIGNED_IN,
        "mfa_view_recovery_codes": SIGNED_IN,
        "mfa_generate_recovery_codes": SIGNED_IN,
        "mfa_download_recovery_codes": SIGNED_IN,
        "mfa_list_webauthn": SIGNED_IN,
        "mfa_add_webauthn": SIGNED_IN,
        "mfa_reauthenticate_webauthn": SIGNED_IN,
        "mfa_edit_webauthn": SIGNED_IN,
        "mfa_remove_webauthn": SIGNED_IN,
        # accounts, for administrators
        "accounts:organisations": ADMINISTRATOR,
        "accounts:organisation": ADMINISTRATOR,
        "accounts:invite": ADMINISTRATOR,
        "accounts:membership": ADMINISTRATOR,
        "accounts:end_membership": ADMINISTRATOR,
        # journal
        "audit:changes": ADMINISTRATOR,
        "audit:change": ADMINISTRATOR,
        "audit:accesses": ADMINISTRATOR,
        # territory
        "territory:address": ANYONE,
        "territory:suggestions": ANYONE,
        "territory:proof": ANYONE,
        "territory:from_here": ANYONE,
        "territory:areas": ANYONE,
        "territory:data_sets": ADMINISTRATOR,
        "territory:compute_reach": ADMINISTRATOR,
        # background work, documents
        "progress:mine": SIGNED_IN,
        "progress:detail": SIGNED_IN,
        "progress:status": SIGNED_IN,
        "progress:cancel": SIGNED_IN,
        "progress:start_again": SIGNED_IN,
        "documents:ask": ANYONE,
        "documents:verify": ANYONE,
        # imports: each kind of import names its roles, which the views check
        "imports:mine": SIGNED_IN,
        "imports:begin": SIGNED_IN,
        "imports:draft": SIGNED_IN,
        "imports:apply": SIGNED_IN,
        "imports:discard": SIGNED_IN,
        "imports:columns": SIGNED_IN,
        "imports:correct": SIGNED_IN,
        "imports:faulty_rows": SIGNED_IN,
        "imports:corrected_rows": SIGNED_IN,
        "imports:replace_file": SIGNED_IN,
        "imports:choices": SIGNED_IN,
        "imports:mapping": SIGNED_IN,
        "imports:questions": SIGNED_IN,
        "imports:left_out": SIGNED_IN,
        # directory
        "directory:classes": SCHOOL,
        "directory:new_class": HEAD,
        "directory:school_class": SCHOOL,
        "directory:edit_class": HEAD,
        "directory:delete_class": HEAD,
        "directory:invite_class": HEAD,
        "directory:new_pupil": HEAD,
        "directory:person": SCHOOL,
        "directory:edit_person": HEAD,
        "directory:home": HEAD,
        "directory:move_pupil": HEAD,
        "directory:erase_person": HEAD,
        "directory:leave_class": HEAD,
        "directory:come_back": HEAD,
        "directory:consent": HEAD,
        "directory:add_contact": HEAD,
        "directory:edit_contact": HEAD,
        "directory:invite_contact": HEAD,
        "directory:remove_contact": HEAD,
        "directory:suggest_jobs": frozenset(
            {
                Role.FACILITATEUR,
                Role.PROGRAMME_MANAGER,
                Role.REFERENT,
                Role.TRAINING_CENTRE,
                Role.MENTOR,
                Role.EMPLOYER,
                Role.FAMILY,
            }
        ),
        "directory:teams": frozenset(Role) - {Role.FAMILY},
        "directory:team": frozenset(Role) - {Role.FAMILY},
        "directory:invite_colleague": frozenset(Role) - {Role.FAMILY},
        "directory:change_member": frozenset(Role) - {Role.FAMILY},
        "directory:company": ADMINISTRATOR | MANAGER,
        # opportunities
        "opportunities:search": SIGNED_IN,
        "opportunities:search_map": SIGNED_IN,
        "opportunities:opportunity": SIGNED_IN,
        "opportunities:report": SIGNED_IN,
        "opportunities:saved_searches": SIGNED_IN,
        "opportunities:save_search": SIGNED_IN,
        "opportunities:saved_search": SIGNED_IN,
        "opportunities:moderation": CHECKERS,
        "opportunities:moderate": CHECKERS,
        "opportunities:settle_report": CHECKERS,
        # notices
        "notices:preferences": SIGNED_IN,
        "notices:ledger": ADMINISTRATOR,
        "notices:send_again": ADMINISTRATOR,
        # stages, campaigns
        "stages:campaigns": MANAGER | {Role.OFFICIAL},
        "stages:new_campaign": MANAGER,
        "stages:campaign": MANAGER | {Role.OFFICIAL},
        "stages:edit_campaign": MANAGER,
        "stages:move_campaign": MANAGER,
        "stages:campaign_rules": ANYONE,
        "stages:balance": MANAGER | {Role.OFFICIAL},
        "stages:start_round": MANAGER,
        "stages:campaign_applications": MANAGER,
        "stages:campaign_offers": MANAGER,
        # stages, rounds
        "stages:rounds": CAMPAIGN,
        "stages:new": MANAGER,
        "stages:round": CAMPAIGN,
        "stages:compute": MANAGER,
        "stages:change_state": MANAGER,
        "stages:offers": CAMPAIGN,
        "stages:offers_map": CAMPAIGN,
        "stages:certificate": CAMPAIGN,
        "stages:schools": MANAGER,
        "stages:school": SCHOOL,
        "stages:school_campaign": SCHOOL,
        "stages:class_weeks": SCHOOL,
        "stages:follow_up": SCHOOL,
        "stages:remind_families": SCHOOL,
        "stages:printed_list": SCHOOL,
        "stages:printed_forms": SCHOOL,
        "stages:paper_wishes": SCHOOL,
        "stages:direct_place": SCHOOL,
        "stages:undo_direct_place": SCHOOL,
        "stages:batch_conventions": SCHOOL,
        "stages:pupils": MANAGER | {Role.SCHOOL_HEAD},
        "stages:pupil": MANAGER | {Role.SCHOOL_HEAD, Role.FAMILY},
        "stages:invite_family": MANAGER | {Role.SCHOOL_HEAD},
        "stages:remove_family": MANAGER | {Role.SCHOOL_HEAD},
        "stages:fairness": MANAGER | {Role.OFFICIAL},
        "stages:my_internships": frozenset({Role.FAMILY}),
        "stages:my_internship": HELPED,
        "stages:browse": HELPED,
        "stages:browse_map": HELPED,
        "stages:open_offer": HELPED,
        "stages:wishes": HELPED,
        "stages:add_wish": HELPED,
        "stages:remove_wish": HELPED,
        "stages:order_wishes": HELPED,
        "stages:answer_place": HELPED,
        "stages:whats_left": HELPED,
        "stages:take_left": HELPED,
        "stages:my_offers": frozenset({Role.EMPLOYER}),
        "stages:conventions": PARTIES,
        "stages:convention": PARTIES,
        "stages:convention_pdf": PARTIES,
        "stages:signature_scan": PARTIES,
        "stages:sign_signed_in": frozenset({Role.SCHOOL_HEAD, Role.EMPLOYER, Role.FAMILY}),
        "stages:edit_convention": SCHOOL,
        "stages:send_links": SCHOOL,
        "stages:sign_on_paper": SCHOOL,
        "stages:move_convention": MANAGER | SCHOOL,
        "stages:sign": ANYONE,
        "stages:sign_pdf": ANYONE,
        "stages:renew_link": ANYONE,
        # stages, offers
        "stages:offer_begin": ANYONE,
        "stages:offer_link": ANYONE,
        "stages:my_internship_offers": frozenset({Role.EMPLOYER}),
        "stages:new_offer": frozenset({Role.EMPLOYER}),
        "stages:hosting": frozenset({Role.EMPLOYER}),
        "stages:offer": MANAGER | {Role.EMPLOYER},
        "stages:edit_offer": MANAGER | {Role.EMPLOYER},
        "stages:move_offer": MANAGER | {Role.EMPLOYER},
        "stages:duplicate_offer": frozenset({Role.EMPLOYER}),
        "stages:hosted_pupils": frozenset({Role.EMPLOYER}),
        # stages: during the internship and after, the calendar
        "stages:attendances": KEEPERS,
        "stages:attendance": KEEPERS | {Role.FAMILY},
        "stages:review": KEEPERS | {Role.FAMILY},
        "stages:attestation": KEEPERS | {Role.FAMILY},
        "stages:host_reviews": MANAGER,
        "stages:calendar": SIGNED_IN,
        "stages:calendar_page": SIGNED_IN,
        "stages:calendar_feed": ANYONE,
        # stages: the national platform
        "stages:interchange": MANAGER,
        "stages:partner_sectors": MANAGER,
        "stages:exchange": MANAGER,
        "stages:settle_rejection": MANAGER,
        # social clauses, operations
        "clauses:portfolio": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:works_map": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:operations": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:new_operation": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:operation": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:edit_operation": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:delete_operation": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:add_contract": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:contract": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:edit_contract": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:delete_contract": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:new_lot": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:lot": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:edit_lot": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:delete_lot": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:move_lot": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:edit_clause": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:new_order": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:edit_order": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:delete_order": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:new_commitment": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:commitment": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:edit_commitment": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:delete_commitment": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:decide_penalty": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:close_lot": frozenset({Role.FACILITATEUR}),
        "clauses:follow_up": frozenset({Role.FACILITATEUR}),
        "clauses:note_contact": frozenset({Role.FACILITATEUR}),
        "clauses:contact": frozenset({Role.FACILITATEUR}),
        "clauses:penalties": frozenset({Role.FACILITATEUR, Role.BUYER, Role.EMPLOYER}),
        "clauses:penalty": frozenset({Role.FACILITATEUR, Role.BUYER, Role.EMPLOYER}),
        "clauses:answer_penalty": frozenset({Role.FACILITATEUR, Role.BUYER, Role.EMPLOYER}),
        "clauses:penalty_letter": frozenset({Role.FACILITATEUR, Role.BUYER, Role.EMPLOYER}),
        "clauses:penalty_answer": ANYONE,
        # social clauses, reports
        "clauses:report": frozenset({Role.FACILITATEUR, Role.BUYER, Role.OFFICIAL, Role.ADMINISTRATOR}),
        "clauses:prepared_report": frozenset(
            {Role.FACILITATEUR, Role.BUYER, Role.OFFICIAL, Role.ADMINISTRATOR}
        ),
        # social clauses, sampling
        "clauses:audits": frozenset({Role.FACILITATEUR}),
        "clauses:new_audit": frozenset({Role.FACILITATEUR}),
        "clauses:audit": frozenset({Role.FACILITATEUR}),
        "clauses:audit_report": frozenset({Role.FACILITATEUR}),
        "clauses:audit_item": frozenset({Role.FACILITATEUR, Role.EMPLOYER}),
        "clauses:accept_item": frozenset({Role.FACILITATEUR}),
        "clauses:decide_item": frozenset({Role.FACILITATEUR}),
        "clauses:answer_file": frozenset({Role.FACILITATEUR, Role.EMPLOYER}),
        "clauses:light_finding": ANYONE,
        # clauses, calibration
        "clauses:to_calibrate": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:calculator": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:calibrate": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:calculation": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:clause_pdf": frozenset({Role.FACILITATEUR, Role.BUYER}),
        "clauses:suppliers": frozenset({Role.FACILITATEUR, Role.BUYER, Role.ADMINISTRATOR, Role.OFFICIAL}),
        "clauses:suppliers_map": frozenset(
            {Role.FACILITATEUR, Role.BUYER, Role.ADMINISTRATOR, Role.OFFICIAL}
        ),
        # clauses, parameters
        "clauses:parameters": frozenset({Role.FACILITATEUR, Role.BUYER, Role.ADMINISTRATOR, Role.OFFICIAL}),
        "clauses:parameter": frozenset({Role.FACILITATEUR, Role.BUYER, Role.ADMINISTRATOR, Role.OFFICIAL}),
        "clauses:parameter_of": frozenset({Role.FACILITATEUR, Role.BUYER, Role.ADMINISTRATOR, Role.OFFICIAL}),
        "clauses:withdraw_parameter": frozenset({Role.FACILITATEUR, Role.ADMINISTRATOR}),
        "clauses:confirm_parameter": frozenset({Role.FACILITATEUR, Role.ADMINISTRATOR}),
        # social clauses, statements
        "clauses:statements": frozenset({Role.FACILITATEUR}),
        "clauses:decide_statements": frozenset({Role.FACILITATEUR}),
        "clauses:next_statement": frozenset({Role.FACILITATEUR}),
        "clauses:statement": frozenset({Role.FACILITATEUR, Role.EMPLOYER}),
        "clauses:decide_statement": frozenset({Role.FACILITATEUR}),
        "clauses:statement_proof": frozenset({Role.FACILITATEUR, Role.EMPLOYER}),
        "clauses:correct_statement": frozenset({Role.FACILITATEUR}),
        "clauses:globalise": frozenset({Role.FACILITATEUR}),
        "clauses:left_to_share": frozenset({Role.FACILITATEUR}),
        # social clauses, people
        "clauses:participants": frozenset({Role.FACILITATEUR}),
        "clauses:new_participant": frozenset({Role.FACILITATEUR}),
        "clauses:participant": frozenset({Role.FACILITATEUR}),
        "clauses:edit_participant": frozenset({Role.FACILITATEUR}),
        "clauses:set_looking": frozenset({Role.FACILITATEUR}),
        "clauses:invite_participant": frozenset({Role.FACILITATEUR}),
        "clauses:erase_participant": frozenset({Role.FACILITATEUR}),
        "clauses:new_eligibility": frozenset({Role.FACILITATEUR}),
        "clauses:edit_eligibility": frozenset({Role.FACILITATEUR}),
        "clauses:decide_eligibility": frozenset({Role.FACILITATEUR}),
        "clauses:eligibility_proof": frozenset({Role.FACILITATEUR, Role.FAMILY}),
        "clauses:needs": frozenset({Role.FACILITATEUR, Role.EMPLOYER}),
        "clauses:new_need": frozenset({Role.FACILITATEUR, Role.EMPLOYER}),
        "clauses:need": frozenset({Role.FACILITATEUR, Role.EMPLOYER}),
        "clauses:edit_need": frozenset({Role.FACILITATEUR, Role.EMPLOYER}),
        "clauses:move_need": frozenset({Role.FACILITATEUR, Role.EMPLOYER}),
        "clauses:propose": frozenset({Role.FACILITATEUR}),
        "clauses:assignments": frozenset({Role.FACILITATEUR}),
        "clauses:new_contract": frozenset({Role.FACILITATEUR}),
        "clauses:assignment": frozenset({Role.FACILITATEUR, Role.EMPLOYER}),
        "clauses:hire": frozenset({Role.FACILITATEUR, Role.EMPLOYER}),
        "clauses:decline": frozenset({Role.FACILITATEUR, Role.EMPLOYER}),
        "clauses:edit_assignment": frozenset({Role.FACILITATEUR, Role.EMPLOYER}),
        "clauses:end_assignment": frozenset({Role.FACILITATEUR, Role.EMPLOYER}),
        "clauses:move_assignment": frozenset({Role.FACILITATEUR}),
        "clauses:after": frozenset({Role.FACILITATEUR}),
        "clauses:monitor": frozenset({Role.FACILITATEUR, Role.OFFICIAL, Role.ADMINISTRATOR}),
        "clauses:my_hours": frozenset({Role.FAMILY}),
        # social clauses, planning
        "clauses:plans": frozenset({Role.FACILITATEUR}),
        "clauses:plan": frozenset({Role.FACILITATEUR}),
        "clauses:delete_plan": frozenset({Role.FACILITATEUR}),
        # clauses, company
        "clauses:company": frozenset({Role.EMPLOYER}),
        "clauses:own_hours": frozenset({Role.EMPLOYER}),
        "clauses:payroll_table": frozenset({Role.EMPLOYER}),
        "clauses:hours_attestation": frozenset({Role.EMPLOYER, Role.FAMILY, Role.FACILITATEUR}),
        "clauses:declare": frozenset({Role.EMPLOYER, Role.FACILITATEUR}),
        "clauses:check_hours": frozenset({Role.EMPLOYER, Role.FACILITATEUR}),
        "clauses:correct_hours": frozenset({Role.EMPLOYER, Role.FACILITATEUR}),
        "clauses:take_back": frozenset({Role.EMPLOYER, Role.FACILITATEUR}),
        "clauses:declare_month": frozenset({Role.EMPLOYER, Role.FACILITATEUR}),
        "clauses:nothing_done": frozenset({Role.EMPLOYER, Role.FACILITATEUR}),
        "clauses:link": ANYONE,
        "clauses:renew_company_link": ANYONE,
        # what a link opened: without one, a page that says so
        "clauses:light": ANYONE,
        "clauses:light_account": ANYONE,
        "clauses:light_leave": ANYONE,
        "clauses:light_declare_month": ANYONE,
        "clauses:light_nothing_done": ANYONE,
        "clauses:light_check_hours": ANYONE,
        "clauses:light_correct_hours": ANYONE,
        "clauses:light_take_back": ANYONE,
        "clauses:company_access": frozenset({Role.FACILITATEUR}),
        "clauses:send_links": frozenset({Role.FACILITATEUR}),
        "clauses:commitment_access": frozenset({Role.FACILITATEUR}),
        "clauses:send_link": frozenset({Role.FACILITATEUR}),
        "clauses:revoke_links": frozenset({Role.FACILITATEUR}),
        # published contracts (DECP)
        "clauses:published": frozenset({Role.FACILITATEUR, Role.BUYER, Role.OFFICIAL}),
        "clauses:published_without": frozenset({Role.FACILITATEUR, Role.BUYER, Role.OFFICIAL}),
        "clauses:published_unfollowed": frozenset({Role.FACILITATEUR, Role.BUYER, Role.OFFICIAL}),
        "clauses:published_shares": frozenset({Role.FACILITATEUR, Role.BUYER, Role.OFFICIAL}),
        "clauses:published_contract": frozenset({Role.FACILITATEUR, Role.BUYER, Role.OFFICIAL}),
        "clauses:import_published": frozenset({Role.FACILITATEUR}),
        "clauses:published_import": frozenset({Role.FACILITATEUR}),
    }
    | journeys_who.WHO
    | incubation_house.HOUSE.WHO
    | premises_house.HOUSE.WHO
)

# What stands for a value in an address: nothing has these identifiers.
SAMPLES = {"uidb36": "0" * 32, "key": "x-x", "label": "accounts.account", "event_id": 0, "code": "QN00000A"}


def patterns(found: list, namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Every address, by its full name."""
    for pattern in found:
        if isinstance(pattern, URLPattern):
            yield ":".join([*namespaces, pattern.name or str(pattern.pattern)]), pattern
        else:
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from patterns(pattern.url_patterns, inner)


ADDRESSES = dict(patterns(get_resolver().url_patterns))


def sample_value(name: str, pattern: URLPattern) -> object:
    """Something of the right shape for one part of an address."""
    converter = type(pattern.pattern.converters.get(name)).__name__
    made = {"UUIDConverter": uuid.UUID(int=0), "IntConverter": 1, "SlugConverter": "none"}
    return SAMPLES.get(name, made.get(converter, "none"))


def sample_path(name: str, pattern: URLPattern) -> str:
    """An address of this name, of nothing that exists."""
    names = [*pattern.pattern.converters, *pattern.pattern.regex.groupindex]
    return reverse(name, kwargs={part: sample_value(part, pattern) for part in names})


def derived(pattern: URLPattern) -> str | frozenset[Role]:
    """Whom the view itself says it is for."""
    if roles := getattr(pattern.callback, "roles", None):
        return roles
    return SIGNED_IN if getattr(pattern.callback, "login_required", True) else ANYONE


def test_every_address_is_listed_and_says_the_same_as_its_line() -> None:
    assert sorted(set(ADDRESSES) - set(WHO)) == [], "say in WHO who may open these addresses"
    assert sorted(set(WHO) - set(ADDRESSES)) == [], "these addresses are gone"
    assert {name: who for name, who in WHO.items() if derived(ADDRESSES[name]) != who} == {}


def refused(response: HttpResponse) -> bool:
    """Whether the answer is that of a page that does not exist, or the sign-in page."""
    to_sign_in = response.status_code == 302 and response.headers["Location"].startswith(
        reverse("account_login")
    )
    return response.status_code == 404 or to_sign_in


def wrong_answers(browser: Client, roles: frozenset[Role] | None) -> list[str]:
    """Where the site answers otherwise than `WHO` says to someone of these roles (None: not signed in)."""
    wrong = []
    for name, who in WHO.items():
        pattern = ADDRESSES[name]
        fixed = not pattern.pattern.converters and not pattern.pattern.regex.groupindex
        allowed = who == ANYONE or (roles is not None and (who == SIGNED_IN or bool(roles & set(who))))
        for method in (browser.get, browser.post) if not allowed else (browser.get,):
            cache.clear()
            response = method(sample_path(name, pattern))
            bad = response.status_code >= 500 or (refused(response) if allowed and fixed else False)
            if bad or (not allowed and not refused(response)):
                wrong.append(f"{name} {method.__name__}: {response.status_code}")
    return wrong


# Addresses whose answer to a first visit is to go elsewhere, or that nothing is there yet.
ELSEWHERE = {
    "mfa_authenticate get: 302",
    "mfa_login_webauthn get: 302",
    "mfa_deactivate_totp get: 404",
    "mfa_view_recovery_codes get: 404",
    "mfa_download_recovery_codes get: 404",
}


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *Role])
def test_every_address_as(
    role: Role | None, account_of: Callable[..., Account], sign_in: Callable[[Account], Client]
) -> None:
    browser = Client() if role is None else sign_in(account_of(role))
    browser.raise_request_exception = False
    roles = None if role is None else frozenset({role})
    assert [line for line in wrong_answers(browser, roles) if line not in ELSEWHERE] == []


@pytest.mark.django_db
def test_every_address_as_an_account_without_a_role(
    account_of: Callable[..., Account], sign_in: Callable[[Account], Client]
) -> None:
    browser = sign_in(account_of(None))
    browser.raise_request_exception = False
    assert [line for line in wrong_answers(browser, frozenset()) if line not in ELSEWHERE] == []


@pytest.mark.django_db
def test_an_address_that_does_not_exist_is_a_404(client: Client) -> None:
    assert client.get("/nowhere/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
