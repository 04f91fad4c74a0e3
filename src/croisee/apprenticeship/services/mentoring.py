"""Mentors invited and checked; pairs proposed, accepted by both, met, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.apprenticeship.models import (
    LIVING_PAIRS,
    Mentor,
    MentorNote,
    Mentorship,
    MentorshipState,
)
from croisee.apprenticeship.notices import mentoring as notices
from croisee.apprenticeship.queries.mentoring import is_minor, without_meeting
from croisee.directory.models import Person
from croisee.directory.residence import answer_home
from croisee.foundation.accounts import services as accounts
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import perform

FIELDS = ("jobs", "presentation", "city", "most", "available", "minors")


@transaction.atomic
def invite(organisation: Organisation, email: str, name: str) -> Mentor:
    """Invite somebody to be a mentor, by e-mail; again for who is one. Raises ValidationError for a closed account."""
    return begin(accounts.invite(email, organisation, Role.MENTOR, name).account)


def begin(account: Account) -> Mentor:
    """The mentor that `account` is, from now on if it was not."""
    mentor, _new = Mentor.objects.get_or_create(account=account)
    return mentor


@transaction.atomic
def change(mentor: Mentor, values: Mapping[str, Any]) -> Mentor:
    """Change what a mentor says; a town is put on the map once. Raises ValidationError by field."""
    row = Mentor.objects.select_for_update(of=("self",)).get(pk=mentor.pk)
    moved = "city" in values and values["city"] != row.city
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    if moved:
        home = answer_home(row.city) if row.city else None
        row.lon, row.lat = (home.lon, home.lat) if home else (None, None)
    if values.get("charter") and row.charter_on is None:
        row.charter_on = timezone.localdate()
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def check(mentor: Mentor, *, minors: bool) -> Mentor:
    """Note that a manager checked who a mentor is, and whether minors may be followed."""
    row = Mentor.objects.select_for_update(of=("self",)).get(pk=mentor.pk)
    row.checked_on, row.minors = timezone.localdate(), minors
    row.save()
    return row


@transaction.atomic
def propose(
    mentor: Mentor, person: Person, account: Account, why: str, *, representative_on: date | None = None
) -> Mentorship:
    """Propose a pair: both are told, and each accepts or declines.

    Raises ValidationError when the mentor is not ready or has no room, when the person has one, or for a minor without
    the accord of a legal representative.
    """
    row = Mentor.objects.select_for_update(of=("self",)).get(pk=mentor.pk)
    # Two mentors proposed at once to one person: the second waits here, then finds the first.
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    if row.charter_on is None or row.checked_on is None or not row.available:
        raise ValidationError(_("This mentor is not ready: the charter and the check come first."))
    if row.mentorships.filter(state__in=LIVING_PAIRS).count() >= row.most:
        raise ValidationError(_("This mentor follows as many people as agreed."))
    if is_minor(person):
        if not row.minors:
            raise ValidationError(_("This mentor was not checked for minors."))
        if representative_on is None:
            raise ValidationError(
                {
                    "representative_on": _(
                        "A minor needs the accord of a legal representative: write its date."
                    )
                }
            )
    pair = Mentorship(
        mentor=row, person=person, why=why, proposed_by=account, representative_on=representative_on
    )
    pair.full_clean()
    pair.save()
    notices.tell(notices.PROPOSED, pair)
    return pair


def _locked(pair: Mentorship) -> Mentorship:
    found: Mentorship = (
        Mentorship.objects.select_for_update(of=("self",))
        .select_related("mentor__account", "person")
        .get(pk=pair.pk)
    )
    return found


@transaction.atomic
def accept(pair: Mentorship, *, as_mentor: bool) -> Mentorship:
    """One of the two accepts; once both have, the pair begins. Twice is once. ValidationError once it is over."""
    row = _locked(pair)
    if row.state == MentorshipState.UNDER_WAY:
        return row
    if row.state != MentorshipState.PROPOSED:
        raise ValidationError(_("This pair is not proposed any more."))
    today = timezone.localdate()
    if as_mentor:
        row.mentor_accepted_on = row.mentor_accepted_on or today
    else:
        row.person_accepted_on = row.person_accepted_on or today
    row.save()
    if row.mentor_accepted_on and row.person_accepted_on:
        row.started_on = today
        row.save()
        perform(row, "begin", None)
        notices.tell(notices.BEGUN, row)
    return row


@transaction.atomic
def leave(pair: Mentorship, account: Account, why: str, said: str = "") -> Mentorship:
    """Decline a pair that is proposed, or end one under way, with why and what one says of it.

    Raises ValidationError without a reason, TransitionRefused once it is over.
    """
    row = _locked(pair)
    if not why.strip():
        raise ValidationError({"why": _("Say why, in a few words.")})
    proposed = row.state == MentorshipState.PROPOSED
    row.why_ended = why.strip()[:300]
    if not proposed:
        row.ended_on = timezone.localdate()
        if row.mentor.account_id == account.pk:
            row.said_by_mentor = said.strip()[:2000]
        else:
            row.said_by_person = said.strip()[:2000]
    row.save()
    perform(row, "decline" if proposed else "end", account)
    notices.tell(notices.ENDED, row)
    return row


@transaction.atomic
def note(pair: Mentorship, values: Mapping[str, Any], account: Account) -> MentorNote:
    """Note a meeting of a pair under way. Raises ValidationError by field."""
    row = _locked(pair)
    if row.state != MentorshipState.UNDER_WAY:
        raise ValidationError(_("The pair has not begun, or is over."))
    if values["on"] > timezone.localdate():
        raise ValidationError({"on": _("Note a meeting once it has taken place.")})
    made = MentorNote(
        mentorship=row, on=values["on"], text=values["text"], shared=values["shared"], by=account
    )
    made.full_clean()
    made.save()
    return made


@transaction.atomic
def remind(now: datetime) -> int:
    """Remind mentors of pairs that have not met for six weeks; once in six weeks. How many."""
    today = timezone.localdate(now)
    keys = list(without_meeting(today).values_list("pk", flat=True))
    rows = Mentorship.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=keys)
    count = 0
    for row in rows.select_related("mentor__account", "person"):
        notices.tell(notices.QUIET, row, key=today.isoformat())
        row.reminded_on = today
        row.save()
        count += 1
    return count
