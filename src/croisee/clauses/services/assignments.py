"""People proposed to companies, hired, gone: each verb in one transaction, so that two clicks make one assignment."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.clauses.models import (
    HIRED,
    Assignment,
    AssignmentState,
    Commitment,
    ContractType,
    Need,
    NeedState,
    Participant,
    Situation,
    Statement,
    Way,
)
from croisee.clauses.notices import people as notices
from croisee.clauses.queries import recipients
from croisee.clauses.queries.candidates import LIVING, Candidates, candidates
from croisee.clauses.reasons import as_kept
from croisee.clauses.services.eligibility import follow_contracts
from croisee.clauses.services.needs import fill_when_met
from croisee.directory.services import prefill
from croisee.foundation.accounts.fields import validate_siret
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.dates import last_day
from croisee.foundation.lifecycles.services import perform
from croisee.foundation.notices.services import send, send_to

CONTRACT = ("employer", "way", "contract_type", "job", "starts_on", "ends_on", "weekly_hours", "note")
REMINDED_AFTER = dt.timedelta(days=5)
REMINDED_UNTIL = dt.timedelta(days=42)
"""Six weeks: past them the proposal is the facilitateur's to take up again, not an e-mail's."""


def _locked(assignment: Assignment) -> Assignment:
    return (
        Assignment.objects.select_for_update(of=("self",))
        .select_related(
            "participant__person",
            "need",
            "commitment__organisation",
            "commitment__clause__lot__contract__operation__facilitateur",
        )
        .get(pk=assignment.pk)
    )


@transaction.atomic
def propose(
    need: Need, participants: Sequence[Participant], account: Account, *, today: dt.date | None = None
) -> list[Assignment]:
    """Propose people for a need: the company is told first names, skills and availability, by e-mail. All, or none.

    Why each was ranked so is kept, and whether they lived in a priority neighbourhood then. Raises ValidationError
    when the need is no longer open, when somebody is proposed or hired for it already, or is no longer eligible or
    looking.
    """
    day = today or timezone.localdate()
    # Two clicks, or two colleagues, make one proposal: the second waits here, then finds it.
    row = (
        Need.objects.select_for_update(of=("self",))
        .select_related("commitment__organisation", "commitment__clause__lot")
        .get(pk=need.pk)
    )
    if row.state != NeedState.OPEN:
        raise ValidationError(_("This need is no longer open: nobody can be proposed for it."))
    there = set(row.assignments.filter(state__in=LIVING).values_list("participant", flat=True))
    ranked = candidates(row, day)
    return [_proposed(row, one, there, ranked, day) for one in participants]


def _proposed(
    need: Need, participant: Participant, there: set[UUID], ranked: Candidates, day: dt.date
) -> Assignment:
    name = str(participant.person)
    if participant.pk in there:
        raise ValidationError(
            _("%(name)s is already proposed for this need.") % {"name": name}, code="already_proposed"
        )
    found = ranked.of(participant.pk)
    if found is None:
        raise ValidationError(
            _("%(name)s is not looking for work any more, or is not eligible then.") % {"name": name}
        )
    first = max(need.starts_on, day)
    assignment = _made(
        need.commitment,
        participant,
        {
            "employer": need.commitment.organisation,
            "way": Way.DIRECT,
            "contract_type": ContractType.CDD,
            "job": need.job,
            "starts_on": first,
            "ends_on": last_day(first, need.months),
            "weekly_hours": min(need.weekly_hours, participant.person.profile.weekly_hours),
        },
        need=need,
        reasons=as_kept(found),
    )
    _write_to_the_company(assignment, notices.PROPOSED, key=f"proposed:{assignment.pk}")
    return assignment


def _made(
    commitment: Commitment, participant: Participant, values: Mapping[str, Any], **more: Any
) -> Assignment:
    """A new assignment, proposed; the answer about the home is frozen in it."""
    person = participant.person
    assignment = Assignment(
        commitment=commitment,
        participant=participant,
        residence=person.residence,
        zone_codes=person.zone_codes,
        **{name: values[name] for name in CONTRACT if name in values},
        **more,
    )
    _refuse_dates(assignment)
    assignment.full_clean()
    try:
        with transaction.atomic():
            assignment.save()
    except IntegrityError as error:
        if "clauses_assignment_once" not in str(error):
            raise
        raise ValidationError(_("This person already has this contract here.")) from None
    return assignment


def _refuse_dates(assignment: Assignment) -> None:
    if assignment.ends_on and assignment.ends_on < assignment.starts_on:
        raise ValidationError({"ends_on": _("A contract cannot end before it begins.")})


def _write_to_the_company(assignment: Assignment, notice: Any, *, key: str) -> int:
    commitment = assignment.commitment
    return send_to(
        notice,
        recipients.company(commitment.organisation, commitment),
        key=key,
        context={"assignment": str(assignment.pk)},
    )


@transaction.atomic
def hire(assignment: Assignment, values: Mapping[str, Any], account: Account) -> Assignment:
    """The company takes the person: `values` of the contract (`CONTRACT`). Everyone concerned is told.

    Eligibility follows the contract, the person is no longer looking, the need is filled once it has all its people.
    Raises ValidationError by field, TransitionRefused when it was answered already.
    """
    row = _locked(assignment)
    perform(row, "hire", account)
    row = _locked(assignment)
    for name in CONTRACT:
        if name in values:
            setattr(row, name, values[name])
    _refuse_dates(row)
    row.full_clean()
    row.save()
    _follow(row.participant)
    if row.need is not None:
        fill_when_met(row.need, account)
    _tell_the_person(row)
    _tell_the_facilitateur(row, account)
    return row


def _follow(participant: Participant) -> None:
    """What follows a contract begun, changed or over: the dates of eligibility, whether the person looks for work."""
    kept = Participant.objects.select_for_update(of=("self",)).get(pk=participant.pk)
    follow_contracts(kept)
    at_work = kept.assignments.filter(state=AssignmentState.HIRED).exists()
    if at_work and kept.looking:
        kept.looking = False
        kept.save()


def _tell_the_person(assignment: Assignment) -> None:
    send_to(
        notices.HIRED,
        recipients.person(assignment.participant),
        key=f"hired:{assignment.pk}",
        context={"assignment": str(assignment.pk)},
    )


def _tell_the_facilitateur(assignment: Assignment, account: Account) -> None:
    others = [one for one in recipients.following(assignment) if one.pk != account.pk]
    context = {"assignment": str(assignment.pk)}
    send(notices.ANSWERED, others, key=f"answered:{assignment.pk}:{assignment.state}", context=context)


@transaction.atomic
def decline(assignment: Assignment, account: Account, why: str) -> Assignment:
    """The company does not take the person, and says why. ValidationError without a reason, TransitionRefused."""
    if not why.strip():
        raise ValidationError({"why": _("Write why in a few words: it helps to propose better next time.")})
    row = _locked(assignment)
    perform(row, "decline", account)
    row.why_over = why.strip()
    row.save()
    _tell_the_facilitateur(row, account)
    return row


@transaction.atomic
def add_contract(
    commitment: Commitment, participant: Participant, values: Mapping[str, Any], account: Account
) -> Assignment:
    """Somebody hired without a proposal: the contract is noted at once. Raises ValidationError by field.

    Hours count only while the person is eligible: a contract that begins otherwise is noted all the same, and its
    statements say so.
    """
    # The participant's row is what two clicks meet at.
    kept = Participant.objects.select_for_update(of=("self",)).select_related("person").get(pk=participant.pk)
    row = _made(commitment, kept, values)
    return hire(row, {}, account)


@transaction.atomic
def change_contract(assignment: Assignment, values: Mapping[str, Any], account: Account) -> Assignment:
    """Correct a contract: `values` of `CONTRACT`. Eligibility follows.

    Raises ValidationError by field; when months of it are declared outside the new dates.
    """
    row = _locked(assignment)
    for name in CONTRACT:
        if name in values:
            setattr(row, name, values[name])
    _refuse_dates(row)
    months = Statement.objects.filter(assignment=row).order_by("month").values_list("month", flat=True)
    if months and months[0] < row.starts_on.replace(day=1):
        raise ValidationError({"starts_on": _("Hours are declared before this day: correct them first.")})
    if months and row.ends_on and list(months)[-1] > row.ends_on:
        raise ValidationError({"ends_on": _("Hours are declared after this day: correct them first.")})
    row.full_clean()
    row.save()
    if row.state in HIRED:
        _follow(row.participant)
    return row


@transaction.atomic
def end(
    assignment: Assignment,
    account: Account,
    *,
    ends_on: dt.date,
    why: str = "",
    situation: str = Situation.UNKNOWN,
    looking: bool = False,
) -> Assignment:
    """The contract is over on a day: why, where the person is then, whether they look for work again.

    Raises ValidationError by field, TransitionRefused.
    """
    if ends_on > timezone.localdate():
        raise ValidationError({"ends_on": _("Note the end once the last day has come.")})
    row = _locked(assignment)
    perform(row, "end", account)
    row = _locked(assignment)
    row.ends_on, row.why_over, row.situation_at_end = ends_on, why.strip(), situation
    _refuse_dates(row)
    row.full_clean()
    row.save()
    _follow(row.participant)
    if looking:
        Participant.objects.filter(pk=row.participant_id).update(looking=True, updated_at=timezone.now())
    return row


@transaction.atomic
def resume(assignment: Assignment, account: Account) -> Assignment:
    """The contract goes on after all: the situation at its end is forgotten. Raises TransitionRefused."""
    row = _locked(assignment)
    perform(row, "resume", account)
    row = _locked(assignment)
    row.situation_at_end = row.situation_after = Situation.UNKNOWN
    row.situation_after_on, row.why_over = None, ""
    row.save()
    _follow(row.participant)
    return row


@transaction.atomic
def cancel(assignment: Assignment, account: Account) -> Assignment:
    """A proposal or contract that is not to be: no hours may be declared any more.

    Raises ValidationError when hours are declared already, TransitionRefused.
    """
    row = _locked(assignment)
    if Statement.objects.filter(assignment=row).exists():
        raise ValidationError(_("Hours are declared for this contract: note its end instead."))
    perform(row, "cancel", account)
    _follow(row.participant)
    return row


@transaction.atomic
def note_after(
    assignment: Assignment, account: Account, situation: str, *, today: dt.date | None = None
) -> Assignment:
    """Note where the person is six months after the contract. Raises ValidationError before its end."""
    row = _locked(assignment)
    day = today or timezone.localdate()
    if row.state != AssignmentState.ENDED:
        raise ValidationError(_("The situation six months later is noted once the contract is over."))
    if situation not in Situation.values:
        raise ValidationError({"situation": _("Choose a situation.")})
    row.situation_after, row.situation_after_on = situation, day
    row.save()
    return row


def remind_companies(now: dt.datetime) -> int:
    """Remind companies of proposals without an answer for five days, then each week up to six; how many e-mails."""
    today = timezone.localdate(now)
    waiting = Assignment.objects.filter(
        state=AssignmentState.PROPOSED,
        need__state=NeedState.OPEN,
        created_at__date__lte=today - REMINDED_AFTER,
        created_at__date__gte=today - REMINDED_UNTIL,
    ).select_related("commitment__organisation")
    told = 0
    for row in waiting.order_by("created_at").iterator(500):
        weeks = (today - timezone.localdate(row.created_at) - REMINDED_AFTER).days // 7
        told += _write_to_the_company(row, notices.REMINDED, key=f"waits:{row.pk}:{weeks}")
    return told


def employer_by_siret(siret: str, name: str = "") -> Organisation:
    """The organisation of this SIRET that signs the contract: known, or made with its name from SIRENE or `name`.

    Raises ValidationError for a number that is no SIRET, or a company that nobody knows the name of.
    """
    number = re.sub(r"\s", "", siret)
    known = Organisation.objects.filter(siret=number).first() if number else None
    if known is not None:
        return known
    try:
        validate_siret(number)
    except ValidationError as error:
        raise ValidationError({"employer_siret": error.messages}) from None
    found = prefill(number)
    called = (found or {}).get("name") or name.strip()
    if not called:
        raise ValidationError(
            {"employer_name": _("This number is not known here: write the company’s name.")}
        )
    made = Organisation(name=called, siret=number, kind=Kind.EMPLOYER)
    made.full_clean()
    made.save()
    return made
