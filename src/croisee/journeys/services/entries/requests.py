"""Requests for entry: made for somebody known or new, corrected, withdrawn, decided where there is no committee."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory import services as directory
from croisee.directory.models import Contact, Person, Profile
from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.journeys.models import (
    LIVING,
    CommitteeState,
    Decision,
    Journey,
    JourneyState,
    Programme,
    Verdict,
)
from croisee.journeys.queries.referents import referents_of
from croisee.journeys.services.entries import news
from croisee.journeys.services.entries.entering import enter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from croisee.foundation.accounts.models import Account

UNSAID: tuple[Any, ...] = (None, "", [], "unknown")
FIELDS = ("asked_on", "prescriber", "asked_by_name", "why", "project", "project_job")


@transaction.atomic
def ask_entry(
    programme: Programme,
    values: Mapping[str, Any],
    account: Account,
    *,
    person: Person | None = None,
    another: bool = False,
) -> Journey:
    """Ask that somebody enters a programme. `values`: given_name, family_name, birth_date, address, email, phone, those
    of a work profile, and `FIELDS`.

    `person` is the known person that it is; `another` says that it is nobody known (`directory.identified`). Of
    somebody whom `account` may not see, only what is missing is filled in: a request opens nobody's file. Raises
    AlreadyKnown, or ValidationError by field.
    """
    if not programme.is_open:
        raise ValidationError({"programme": _("This programme takes nobody at present.")}, code="closed")
    is_new = person is None
    found = directory.identified(values, person=person, another=another)
    Person.objects.select_for_update(no_key=True).get(pk=found.pk)
    if Journey.objects.filter(person=found, programme=programme, state__in=LIVING).exists():
        raise ValidationError(
            _("This person is in this programme already, or asked for: a second request would count twice."),
            code="already_there",
        )
    _write_person(found, values, account, is_own=is_new or _sees(account, found))
    journey = Journey(person=found, programme=programme, written_by=account)
    _fill(journey, values)
    return journey


def _sees(account: Account, person: Person) -> bool:
    return bool(Person.objects.visible_to(account).filter(pk=person.pk).exists())


def _write_person(person: Person, values: Mapping[str, Any], account: Account, *, is_own: bool) -> None:
    """What is said of the person: all of it, or what nobody knew."""
    if values.get("address") and not person.address:
        directory.change_person(person, {"address": values["address"]}, account)
    if is_own or not Profile.objects.filter(person=person).exists():
        said = {name: values[name] for name in directory.PROFILE_FIELDS if values.get(name) not in UNSAID}
        directory.change_profile(person, said)
    given = {name: values[name] for name in ("email", "phone") if values.get(name)}
    if given and (is_own or not Contact.objects.filter(person=person, capacity="self").exists()):
        directory.write_own_contact(person, given, account)


def _fill(journey: Journey, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in values:
            setattr(journey, name, values[name])
    if journey.asked_on > timezone.localdate():
        raise ValidationError({"asked_on": _("A request is entered once it is made: this day is to come.")})
    journey.full_clean()
    journey.save()


@transaction.atomic
def change_request(
    journey: Journey, values: Mapping[str, Any], *, seen: dt.datetime | None = None
) -> Journey:
    """Correct a request that waits. `values`: `FIELDS`. Raises Stale, or ValidationError once it is decided."""
    row = _locked(journey)
    if seen is not None and abs((row.updated_at - seen).total_seconds()) > 0.001:
        raise directory.Stale
    if row.state != JourneyState.PROPOSED:
        raise ValidationError(_("This request is decided: it is not changed any more."), code="decided")
    _fill(row, values)
    return row


def _locked(journey: Journey) -> Journey:
    rows = Journey.objects.select_for_update(of=("self",)).select_related("programme", "person")
    return rows.get(pk=journey.pk)


@transaction.atomic
def withdraw(journey: Journey, account: Account) -> None:
    """Take a request back: it leaves the agendas of meetings to come. Raises ValidationError once it is decided."""
    row = _locked(journey)
    _move(row, "withdraw", account)
    Decision.objects.filter(journey=row, committee__state=CommitteeState.PLANNED).delete()


@transaction.atomic
def accept_directly(journey: Journey, referent: Account | None, on: dt.date, account: Account) -> Journey:
    """Where no committee decides: the person enters on a day, followed by `referent`; they are told.

    Raises ValidationError by field.
    """
    row = _decidable(journey)
    if referent is None or not referents_of(row.programme).filter(pk=referent.pk).exists():
        raise ValidationError({"referent": _("Choose the référent who follows this person.")})
    if not row.asked_on <= on <= timezone.localdate():
        raise ValidationError(
            {"on": _("The day of entry is between the day of the request and today.")}, code="day"
        )
    try:
        enter([(row, referent)], on, account)
    except TransitionRefused as refusal:
        raise ValidationError(refusal.reason, code="moved") from refusal
    decision = Decision.objects.create(journey=row, verdict=Verdict.ACCEPTED, referent=referent)
    news.of_decisions([decision])
    return row


@transaction.atomic
def refuse_directly(journey: Journey, reason: str, account: Account) -> Journey:
    """Where no committee decides: refuse, with the reason, which the person reads. Raises ValidationError."""
    row = _decidable(journey)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is refused: the person reads it.")}, code="reason")
    _move(row, "refuse", account)
    news.of_decisions(
        [Decision.objects.create(journey=row, verdict=Verdict.REFUSED, reason=reason.strip()[:500])]
    )
    return row


def _decidable(journey: Journey) -> Journey:
    row = _locked(journey)
    if row.programme.has_committee:
        raise ValidationError(_("A committee decides who enters this programme."), code="committee")
    if row.person is None:
        raise ValidationError(_("This person is erased: nothing is left to decide."), code="erased")
    return row


def _move(row: Journey, transition: str, account: Account) -> None:
    try:
        perform(row, transition, account)
    except TransitionRefused as refusal:
        raise ValidationError(refusal.reason, code="moved") from refusal
