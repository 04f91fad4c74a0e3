"""What is done with what is known of people because it is about them: why, until when, how it is erased and told."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models import HIRED, Assignment, AssignmentState, Eligibility, Participant
from croisee.clauses.models.readers import is_facilitateur, of_company
from croisee.clauses.queries.participants import ERASED
from croisee.clauses.services.erasing_people import blank_assignments, blank_eligibilities, take_out
from croisee.directory import visibility
from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import add_months
from croisee.foundation.registry import PersonalData, Retention, personal_data

MONTHS_WITHOUT_CONTRACT, MONTHS_WITH = 24, 120
KEPT = _(
    "Two years after the last news of somebody who had no contract; ten years after the last contract, for the audits "
    "of public funds. Hours stay, without a name."
)


def past(day: date) -> QuerySet[Participant]:
    """Those kept long enough on a day, who are not erased yet."""
    contracts = Assignment.objects.filter(participant=OuterRef("pk"), state__in=HIRED)
    since = add_months(day, -MONTHS_WITH)
    recent = contracts.filter(
        Q(ends_on__gte=since) | Q(ends_on__isnull=True) | Q(state=AssignmentState.HIRED)
    )
    eligible = Eligibility.objects.filter(participant=OuterRef("pk"), ends_on__gte=day, state="verified")
    without = ~Exists(contracts) & Q(updated_at__date__lt=add_months(day, -MONTHS_WITHOUT_CONTRACT))
    rows = Participant.objects.filter(without | (Exists(contracts) & ~Exists(recent)))
    return rows.filter(~Exists(eligible)).exclude(person__given_name=ERASED[0], person__family_name=ERASED[1])


def _hanging(rows: QuerySet[Any], day: date) -> QuerySet[Any]:
    """Rows of those who are kept long enough."""
    return rows.filter(participant__in=past(day))


def _own(rows: QuerySet[Any], account: Account, path: str = "") -> QuerySet[Any]:
    """Rows about the very person of an account."""
    return rows.filter(
        **{f"{path}person__contacts__account": account, f"{path}person__contacts__capacity": "self"}
    )


def declare() -> None:
    """Announce purpose, retention, export and erasure of each model, and who sees these people."""
    visibility.register(
        "clauses",
        visibility.Sight(people=_people_seen, contacts=_contacts_seen, apart=_apart, needed=_needed),
    )
    personal_data.register(
        Participant,
        PersonalData(
            purpose=_("Find work under social clauses for people far from employment."),
            retention=Retention(KEPT, past),
            concerns=lambda account: _own(Participant.objects.all(), account),
            erase=take_out,
            export=_participant,
        ),
    )
    personal_data.register(
        Eligibility,
        PersonalData(
            purpose=_("Prove that hours were done by people whom the clauses are for."),
            retention=Retention(KEPT, lambda day: _hanging(Eligibility.objects.all(), day)),
            concerns=lambda account: _own(Eligibility.objects.all(), account, "participant__"),
            erase=blank_eligibilities,
            export=_eligibility,
        ),
    )
    personal_data.register(
        Assignment,
        PersonalData(
            purpose=_("Follow the contract of each person, and count the hours that companies owe."),
            retention=Retention(KEPT, lambda day: _hanging(Assignment.objects.all(), day)),
            concerns=lambda account: _own(Assignment.objects.all(), account, "participant__").select_related(
                "employer"
            ),
            erase=blank_assignments,
            export=_assignment,
        ),
    )


def _people_seen(account: Account) -> Q:
    """Participants, for facilitateurs; for a company, those who work for it or did."""
    if is_facilitateur(account):
        return Q(clause_participant__isnull=False)
    company = of_company(account, "employer", "commitment__organisation")
    if company == of_company(account):
        return visibility.NOBODY
    hired = Assignment.objects.filter(company, participant__person=OuterRef("pk"), state__in=HIRED)
    return Q(Exists(hired))


def _contacts_seen(account: Account) -> Q:
    """The addresses of participants, for facilitateurs alone."""
    return Q(person__clause_participant__isnull=False) if is_facilitateur(account) else visibility.NOBODY


def _apart() -> Q:
    return Q(clause_participant__isnull=False)


def _needed(day: date) -> Q:
    """Those who are not kept long enough yet, and the blank ones that hours hang on."""
    return Q(clause_participant__isnull=False) & ~Q(pk__in=past(day).values("person"))


def _participant(row: Participant) -> dict[str, object]:
    return {
        "looking": row.looking,
        "note": row.note,
    }


def _eligibility(row: Eligibility) -> dict[str, object]:
    return {
        "criterion": row.criterion,
        "state": row.state,
        "proof": row.proof_name,
        "proof_on": row.proof_on and row.proof_on.isoformat(),
        "from": row.starts_on and row.starts_on.isoformat(),
        "until": row.ends_on and row.ends_on.isoformat(),
        "prolonged_because": row.prolonged_because,
        "note": row.note,
    }


def _assignment(row: Assignment) -> dict[str, object]:
    return {
        "employer": row.employer.name,
        "job": row.job,
        "way": row.way,
        "contract": row.contract_type,
        "from": row.starts_on.isoformat(),
        "to": row.ends_on and row.ends_on.isoformat(),
        "weekly_hours": float(row.weekly_hours),
        "state": row.state,
        "situation_at_end": row.situation_at_end,
        "situation_after": row.situation_after,
        "note": row.note,
    }
