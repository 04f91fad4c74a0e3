"""Committees: planned, their agenda, what they decide written line by line, and the minutes closed in one go."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.directory.services import Stale
from croisee.foundation.lifecycles.services import TransitionRefused, perform, perform_all
from croisee.journeys.models import Committee, CommitteeState, Decision, Journey, JourneyState, Verdict
from croisee.journeys.queries.entries import to_decide, waiting_for
from croisee.journeys.queries.referents import referents_of
from croisee.journeys.services.entries import news
from croisee.journeys.services.entries.entering import enter

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from croisee.foundation.accounts.models import Account


@dataclass(frozen=True)
class Line:
    """What is written of one request: the decision, why, who follows."""

    verdict: str
    reason: str = ""
    referent: Account | None = None


class Unready(ValidationError):  # noqa: N818  reads as the sentence it is
    """Minutes that cannot be closed yet. `lines` says what is missing, by decision and field of its line."""

    def __init__(self, messages: list[str], lines: Mapping[UUID, Mapping[str, str]]) -> None:
        self.lines = lines
        super().__init__(messages, code="unready")


def _planned(committee: Committee) -> Committee:
    """The meeting, locked. Raises ValidationError once its minutes are closed, or when it is cancelled."""
    rows = Committee.objects.select_for_update(of=("self",)).select_related("programme__organisation")
    row = rows.get(pk=committee.pk)
    if row.state != CommitteeState.PLANNED:
        said = {"state": row.get_state_display()}
        raise ValidationError(
            _("This meeting is not open any more (%(state)s): nothing was changed.") % said, code="over"
        )
    return row


@transaction.atomic
def plan(committee: Committee, *, seen: dt.datetime | None = None) -> Committee:
    """Write a meeting, new or moved. Raises Stale, or ValidationError by field (two meetings on one day)."""
    if not committee._state.adding:
        row = _planned(committee)
        if seen is not None and abs((row.updated_at - seen).total_seconds()) > 0.001:
            raise Stale
    committee.full_clean()
    committee.save()
    return committee


@transaction.atomic
def cancel(committee: Committee, account: Account) -> None:
    """Cancel a meeting: what was on its agenda waits for another one."""
    row = _planned(committee)
    row.decisions.all().delete()
    perform(row, "cancel", account)


@transaction.atomic
def set_agenda(committee: Committee, chosen: Collection[str]) -> int:
    """Have exactly these requests on the agenda; return how many there are.

    `chosen`: their keys. What does not wait in this programme, or is on another agenda, is left out. What was written
    of those that stay is kept.
    """
    row = _planned(committee)
    waiting = {str(one.pk): one for one in waiting_for(row)}
    wanted = [waiting[key] for key in dict.fromkeys(chosen) if key in waiting]
    row.decisions.exclude(journey__in=[one.pk for one in wanted]).delete()
    there = set(row.decisions.values_list("journey", flat=True))
    for one in wanted:
        if one.pk not in there:
            Decision.objects.create(committee=row, journey=one)
    return len(wanted)


@transaction.atomic
def write_down(committee: Committee, values: Mapping[str, Any], lines: Mapping[UUID, Line]) -> Committee:
    """Keep what is written during the meeting, unfinished as it is: nothing takes effect.

    `values`: members, minutes. `lines`, by the key of each decision.
    """
    row = _planned(committee)
    _keep(row, values, lines)
    return row


def _keep(row: Committee, values: Mapping[str, Any], lines: Mapping[UUID, Line]) -> list[Decision]:
    """Write the lines of those requests that still wait; return them in the order of the agenda."""
    row.members, row.minutes = values.get("members", row.members), values.get("minutes", row.minutes)
    row.save()
    # Journeys first, in one order everywhere: a request withdrawn meanwhile is either gone or waits behind us.
    keys = row.decisions.order_by().values_list("journey", flat=True)
    list(Journey.objects.filter(pk__in=list(keys)).order_by("pk").select_for_update(of=("self",)))
    row.decisions.exclude(journey__state=JourneyState.PROPOSED, journey__person__isnull=False).delete()
    decisions = list(to_decide(row))
    for decision in decisions:
        line = lines.get(decision.pk)
        if line is not None:
            decision.verdict, decision.reason = line.verdict, line.reason.strip()
            decision.referent = line.referent if line.verdict == Verdict.ACCEPTED else None
    Decision.objects.bulk_update(decisions, ["verdict", "reason", "referent"])
    return decisions


@transaction.atomic
def close(
    committee: Committee,
    values: Mapping[str, Any],
    lines: Mapping[UUID, Line],
    account: Account,
    *,
    today: dt.date | None = None,
) -> Committee:
    """Close the minutes: whoever is accepted enters on the day of the meeting, in one transaction with the refusals.

    Those postponed wait for the next meeting. Référents, who asked and the people are told. Raises Unready with what
    each line lacks, or ValidationError; nothing has changed then, not even what was written.
    """
    row = _planned(committee)
    decisions = _keep(row, values, lines)
    _check(row, decisions, today or timezone.localdate())
    accepted = [
        (one.journey, one.referent)
        for one in decisions
        if one.verdict == Verdict.ACCEPTED and one.referent is not None
    ]
    refused = [one.journey_id for one in decisions if one.verdict == Verdict.REFUSED]
    try:
        perform(row, "close", account)
        enter(accepted, row.held_on, account)
        perform_all(Journey.objects.filter(pk__in=refused), "refuse", account)
    except TransitionRefused as refusal:
        raise ValidationError(refusal.reason, code="moved") from refusal
    news.of_decisions(decisions)
    return row


def _check(row: Committee, decisions: Sequence[Decision], today: dt.date) -> None:
    """Raise Unready unless the committee could decide, and decided, on every line."""
    messages: list[str] = []
    if row.held_on > today:
        messages.append(_("The meeting is to come: its minutes are closed once it is held."))
    if not decisions:
        messages.append(_("Nothing is on the agenda: put requests on it, or cancel the meeting."))
    present = len(present_at(row.members))
    if present < row.programme.quorum:
        text = ngettext(
            "%(n)d member is needed to decide, and %(present)d is named: write the members present, one a line.",
            "%(n)d members are needed to decide, and %(present)d are named: write the members present, one a line.",
            row.programme.quorum,
        )
        messages.append(text % {"n": row.programme.quorum, "present": present})
    may_follow = set(referents_of(row.programme).values_list("pk", flat=True))
    lines: dict[UUID, dict[str, str]] = {}
    for number, decision in enumerate(decisions, 1):
        lacks = _lacking(decision, may_follow)
        if lacks:
            lines[decision.pk] = lacks
            who = {"number": number, "person": str(decision.journey.person), "what": " ".join(lacks.values())}
            messages.append(_("Line %(number)d, %(person)s: %(what)s") % who)
    if messages:
        raise Unready(messages, lines)


def present_at(members: str) -> list[str]:
    """The members named, one a line; the same name twice is one."""
    return list(dict.fromkeys(name for line in members.splitlines() if (name := " ".join(line.split()))))


def _lacking(decision: Decision, may_follow: Collection[UUID]) -> dict[str, str]:
    if decision.verdict == Verdict.WAITING:
        return {"verdict": _("say whether it is accepted, postponed or refused.")}
    if decision.verdict == Verdict.ACCEPTED:
        if decision.referent_id is None:
            return {"referent": _("choose the référent who follows this person.")}
        if decision.referent_id not in may_follow:
            return {"referent": _("this référent follows nobody in this programme any more: choose another.")}
    elif not decision.reason:
        return {"reason": _("say why it is not accepted: the person reads it.")}
    return {}
