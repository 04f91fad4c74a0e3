"""What is done with journeys because they are about people: why, until when, how they are erased and told, who sees."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import DateField, Exists, F, Func, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.directory import visibility
from croisee.directory.models import Consent, Person, Purpose
from croisee.directory.privacy import people_past
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import add_months
from croisee.foundation.registry import PersonalData, Retention, impersonal, personal_data
from croisee.journeys.models import (
    AccessRequest,
    Action,
    Appointment,
    Committee,
    Control,
    ControlItem,
    Correction,
    Decision,
    Dismissal,
    Exchange,
    Following,
    Journey,
    JourneyState,
    Milestone,
    Objective,
    Programme,
    Proof,
    ProofRequirement,
    ReturnColumn,
    ReturnTable,
    Situation,
    Step,
    WayCount,
)
from croisee.journeys.models.readers import journeys_of_team, journeys_opened
from croisee.journeys.services import erasing

MONTHS_NOT_ENTERED = 12
MONTHS_OF_REQUESTS = 12
YEARS_OF_MINUTES = 10
KEPT = _(
    "As long as each programme says after the exit; a year after the request for who did not enter. What is counted "
    "stays, without a name."
)
WITH_JOURNEY = _("As the journey.")
NOT_ENTERED = (JourneyState.PROPOSED, JourneyState.REFUSED, JourneyState.WITHDRAWN)


class _After(Func):
    """The day that comes so many months after another."""

    template = "(%(expressions)s))::date"
    arg_joiner = " + make_interval(months => "
    output_field = DateField()


def past(day: date) -> QuerySet[Journey]:
    """Journeys that are kept long enough on a day, of people who are not erased yet."""
    kept_until = _After(F("exited_on"), F("programme__retention_months"))
    rows = Journey.objects.filter(person__isnull=False).annotate(kept_until=kept_until)
    not_entered = Q(state__in=NOT_ENTERED, asked_on__lt=add_months(day, -MONTHS_NOT_ENTERED))
    return rows.filter(Q(state=JourneyState.ENDED, kept_until__lt=day) | not_entered)


def declare() -> None:
    """Announce purpose, retention, export and erasure of each model, and who sees these people."""
    visibility.register(
        "journeys",
        visibility.Sight(people=_people_seen, contacts=_contacts_seen, apart=_apart, needed=_needed),
    )
    impersonal(Programme, Action, ProofRequirement, ReturnTable, ReturnColumn, Control, WayCount)
    personal_data.register(
        Journey,
        PersonalData(
            purpose=_("Follow people one by one to work, step by step."),
            retention=Retention(KEPT, past),
            concerns=Journey.objects.of_oneself,
            erase=erasing.erase_journeys,
            export=_journey,
        ),
    )
    for model, purpose, export in _HANGING:
        personal_data.register(model, _hanging(model, purpose, export))
    _declare_others()


def _hanging(model: Any, purpose: Any, export: Callable[[Any], Mapping[str, object]]) -> PersonalData:
    """The rule of rows that hang on a journey: kept and told as it is."""
    return PersonalData(
        purpose=purpose,
        retention=Retention(WITH_JOURNEY, lambda day: model.objects.filter(journey__in=past(day))),
        concerns=lambda account: model.objects.filter(journey__in=Journey.objects.of_oneself(account)),
        erase=erasing.erase_hanging,
        export=export,
    )


def _declare_others() -> None:
    """What does not hang on one journey: access, ways, meetings."""
    personal_data.register(
        AccessRequest,
        PersonalData(
            purpose=_("Let another référent see a journey, for a reason and until a day, and prove it."),
            retention=Retention(_("A year after it was asked for."), _old_requests),
            concerns=lambda account: AccessRequest.objects.filter(person__in=_oneself(account)),
            erase=erasing.erase_requests,
            export=lambda row: {
                "asked_on": row.created_at.isoformat(),
                "why": row.reason,
                "state": row.state,
                "until": _day(row.until),
                "answer": row.answer,
            },
        ),
    )
    personal_data.register(
        Milestone,
        PersonalData(
            purpose=_("Show people their whole way, and to their référents as they consent."),
            retention=Retention(
                _("As what it is copied from; longer with the person’s consent."),
                lambda day: Milestone.objects.filter(person__in=people_past(day)),
            ),
            concerns=Milestone.objects.visible_to,
            erase=erasing.erase_milestones,
            export=lambda row: {
                "stage": row.stage,
                "from": row.starts_on.isoformat(),
                "to": _day(row.ends_on),
                "what": row.title,
                "where": row.where,
            },
        ),
    )
    personal_data.register(
        Committee,
        PersonalData(
            purpose=_("Prove who decided on entries, and when."),
            retention=Retention(
                _("Ten years after the meeting, for the audits of public funds."), _old_minutes
            ),
            concerns=lambda _account: Committee.objects.none(),
            erase=erasing.blank_committees,
            export=lambda row: {"held_on": row.held_on.isoformat(), "members": row.members},
        ),
    )


def _oneself(account: Account) -> QuerySet[Any, Any]:
    own = Person.objects.filter(contacts__account=account, contacts__capacity="self")
    return own.order_by().values("pk")


def _old_requests(day: date) -> QuerySet[AccessRequest]:
    since = add_months(day, -MONTHS_OF_REQUESTS)
    rows = AccessRequest.objects.filter(created_at__date__lt=since)
    return rows.filter(Q(until__isnull=True) | Q(until__lt=day))


def _old_minutes(day: date) -> QuerySet[Committee]:
    rows = Committee.objects.filter(held_on__lt=add_months(day, -12 * YEARS_OF_MINUTES))
    return rows.exclude(members="", minutes="")


# Who sees these people


def _team(account: Account, *, opened: bool) -> Q:
    """People of the journeys that `account` follows or manages, and of those opened to it."""
    condition = journeys_of_team(account)
    if opened:
        condition |= journeys_opened(account)
    return Q(Exists(Journey.objects.filter(condition, person=OuterRef("pk"))))


def _may_follow(account: Account) -> bool:
    return account.has_role(Role.REFERENT, Role.PROGRAMME_MANAGER)


def _people_seen(account: Account) -> Q:
    """The people one follows, those of the programmes one manages, those one was given access to."""
    return _team(account, opened=True) if _may_follow(account) else visibility.NOBODY


def _contacts_seen(account: Account) -> Q:
    """How to reach those one follows or manages: not those whom one may only read about."""
    if not _may_follow(account):
        return visibility.NOBODY
    condition = journeys_of_team(account)
    return Q(Exists(Journey.objects.filter(condition, person=OuterRef("person"))))


def _apart() -> Q:
    return Q(Exists(Journey.objects.filter(person=OuterRef("pk"))))


def _needed(day: date) -> Q:
    """Those of a journey that is not kept long enough yet, and those who asked that their way be kept."""
    kept = Journey.objects.filter(person=OuterRef("pk")).exclude(pk__in=past(day).order_by().values("pk"))
    way = Consent.objects.active().filter(person=OuterRef("pk"), purpose=Purpose.KEEP_WAY)
    return Q(Exists(kept)) | Q(Exists(way))


# What people are told of what is kept


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _journey(row: Journey) -> dict[str, object]:
    return {
        "programme": row.programme.name,
        "state": row.state,
        "asked_on": row.asked_on.isoformat(),
        "asked_by": row.asked_by_name,
        "why": row.why,
        "entered_on": _day(row.entered_on),
        "planned_end_on": _day(row.planned_end_on),
        "project": row.project,
        "project_job": row.project_job,
        "exited_on": _day(row.exited_on),
        "exit": row.exit_kind,
        "exit_note": row.exit_note,
        "priority_neighbourhood": row.residence,
        "neighbourhood": row.zone_codes,
    }


def _following(row: Following) -> dict[str, object]:
    return {
        "referent": str(row.referent),
        "since": row.started_on.isoformat(),
        "until": _day(row.ended_on),
        "note": row.note,
    }


def _situation(row: Situation) -> dict[str, object]:
    names = (
        "moment",
        "sex",
        "age",
        "level",
        "labour",
        "unemployed_months",
        "in_training",
        "searching",
        "qualified",
        "improved",
        "disability",
        "nationality",
        "housing_exclusion",
        "rural",
        "note",
    )
    return {"answered_on": _day(row.answered_on)} | {name: getattr(row, name) for name in names}


def _step(row: Step) -> dict[str, object]:
    return {
        "kind": row.kind,
        "what": row.title,
        "where": row.where,
        "state": row.state,
        "from": _day(row.starts_on),
        "planned_end": _day(row.planned_end_on),
        "ended_on": _day(row.ended_on),
        "outcome": row.outcome,
    }


def _proof(row: Proof) -> dict[str, object]:
    return {
        "kind": row.kind,
        "moment": row.moment,
        "name": row.name,
        "dated_on": _day(row.dated_on),
        "valid_until": _day(row.valid_until),
        "state": row.state,
        "why_refused": row.why_refused,
    }


def _exported(*names: str) -> Callable[[Any], Mapping[str, object]]:
    """The fields of a row by their names; days and hours as ISO text."""

    def export(row: Any) -> Mapping[str, object]:
        values = {name: getattr(row, name) for name in names}
        return {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in values.items()
        }

    return export


_FOLLOW_UP = _("Follow the person from one meeting to the next.")
_RETURNS = _("Prove to the European Social Fund Plus who was followed, and what came of it.")
_HANGING: tuple[tuple[type[Model], Any, Callable[[Any], Mapping[str, object]]], ...] = (
    (Following, _("Know who follows whom, and since when."), _following),
    (Decision, _("Decide on entries, and say why."), _exported("verdict", "reason")),
    (
        Objective,
        _("Agree on what the person wants to come to."),
        _exported("title", "note", "state", "due_on"),
    ),
    (Step, _("Plan the steps of the journey, and see what came of them."), _step),
    (Exchange, _FOLLOW_UP, _exported("on", "channel", "text")),
    (Appointment, _FOLLOW_UP, _exported("starts_at", "minutes", "subject", "place", "state")),
    (
        Correction,
        _("Let people correct what is written of them."),
        _exported("about", "text", "state", "answer"),
    ),
    (Dismissal, _("Suggest no opening again that is not wanted."), _exported("title", "reason")),
    (Situation, _RETURNS, _situation),
    (Proof, _RETURNS, _proof),
    (ControlItem, _("Check by sampling that proofs are sound."), _exported("state", "finding")),
)
