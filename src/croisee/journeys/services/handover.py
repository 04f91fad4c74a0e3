"""People handed over from one référent to another: on a day, with a word, one or many at once; nothing is lost.

What belongs to the journey (steps, proofs, corrections) stays where it is. Appointments to come pass to who follows
then. A handover is undone by another one; the history of who followed whom stays.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg.errors import ExclusionViolation, UniqueViolation

from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import in_words
from croisee.foundation.notices.services import send, send_to
from croisee.journeys.models import FOLLOWED, Appointment, AppointmentState, Following, Journey
from croisee.journeys.notices import caseload as notices
from croisee.journeys.queries.recipients import people_of
from croisee.journeys.queries.referents import referents_of_all

MOST = 500
"""People handed over at once, at most."""
AHEAD = dt.timedelta(days=366)
"""How far ahead a handover may be dated."""


@dataclass(frozen=True)
class Word:
    """What the one who leaves tells: to all, and of each journey by its key."""

    to_all: str = ""
    of_each: Mapping[UUID, str] = field(default_factory=dict)

    def of(self, journey: UUID) -> str:
        """What is kept with one journey."""
        said = "\n".join(
            text.strip() for text in (self.to_all, self.of_each.get(journey, "")) if text.strip()
        )
        return said[: Following._meta.get_field("note").max_length]


@dataclass(frozen=True)
class Done:
    """What a handover did: its key, how many people, how many appointments passed, how many are to be planned again."""

    key: UUID
    people: int
    appointments: int
    clashes: int


Seen = Mapping[UUID, UUID | None]
"""The open following of each journey as a page showed it; None for a journey without référent."""


@transaction.atomic
def hand_over(
    journeys: Sequence[Journey],
    to: Account,
    account: Account,
    *,
    on: dt.date | None = None,
    word: Word | None = None,
    seen: Seen | None = None,
) -> Done:
    """Have `to` follow these journeys from a day on (today); all of them, or none.

    The one before sees them until the eve. A handover to come replaces one that was planned. Both référents are told in
    one e-mail each, the people in one each.

    Raises ValidationError: nobody chosen, a day past or too far, somebody who may not follow people in one of the
    programmes, a journey that is over, handed over meanwhile (`seen`), or followed by `to` already.
    """
    today = timezone.localdate()
    day = on or today
    _check_day(day, today)
    rows = _locked(journeys)
    if not referents_of_all({row.programme_id for row in rows}).filter(pk=to.pk).exists():
        text = _("%(name)s does not follow people in this programme: choose somebody of its team.")
        raise ValidationError({"to": text % {"name": to}})
    before = _followings([row.pk for row in rows])
    for row in rows:
        _check(row, before.get(row.pk, []), seen)
    changes = _Changes(day, today, to, word or Word())
    for row in rows:
        changes.add(row, before.get(row.pk, []))
    changes.write()
    left = {one.referent_id for followings in before.values() for one in followings}
    passed, clashes = _pass_appointments(rows, left, to, day)
    done = Done(uuid.uuid4(), len(rows), passed, clashes)
    _tell(done, changes, rows, to, account)
    return done


def _check_day(day: dt.date, today: dt.date) -> None:
    if day < today:
        raise ValidationError({"on": _("A handover begins today or later: write a day to come.")})
    if day > today + AHEAD:
        raise ValidationError({"on": _("This is more than a year ahead: write a nearer day.")})


def _locked(journeys: Sequence[Journey]) -> list[Journey]:
    """The rows, locked in the order of their keys, so that two handovers at once wait for each other."""
    keys = {one.pk for one in journeys}
    if not keys:
        raise ValidationError(_("Tick at least one person."))
    if len(keys) > MOST:
        text = _("Hand over at most %(n)d people at once.")
        raise ValidationError(text % {"n": MOST})
    found = Journey.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    return list(found.select_related("person", "programme"))


def _followings(keys: Collection[UUID]) -> dict[UUID, list[Following]]:
    """Who follows each journey, or is to, from the first."""
    rows = Following.objects.filter(journey__in=keys).select_related("referent")
    found: dict[UUID, list[Following]] = {}
    for row in rows.order_by("started_on", "created_at"):
        found.setdefault(row.journey_id, []).append(row)
    return found


def _check(journey: Journey, followings: Sequence[Following], seen: Seen | None) -> None:
    name = str(journey.person or _("erased person"))
    if journey.state not in FOLLOWED:
        text = _("The journey of %(name)s is not under way: it cannot be handed over.")
        raise ValidationError(text % {"name": name})
    last = next((one for one in followings if one.ended_on is None), None)
    if seen is not None and journey.pk in seen and seen[journey.pk] != (last.pk if last else None):
        text = _("%(name)s was handed over meanwhile to %(other)s: look again before you go on.")
        raise ValidationError(text % {"name": name, "other": last.referent if last else "–"}, code="stale")


class _Changes:
    """What becomes of the followings of some journeys when `to` follows them from a day on."""

    def __init__(self, day: dt.date, today: dt.date, to: Account, word: Word) -> None:
        self.day, self.today, self.to, self.word = day, today, to, word
        self.dropped: list[UUID] = []
        self.closed: list[UUID] = []
        self.reopened: list[UUID] = []
        self.new: list[Following] = []
        self.left: dict[UUID, tuple[Account, int]] = {}

    def add(self, journey: Journey, followings: Sequence[Following]) -> None:
        """One journey: what was to begin later is dropped, what goes on that day ends, unless it is `to`'s."""
        going_on = [one for one in followings if one.ended_on is None or one.ended_on > self.day]
        to_come = [one for one in going_on if one.started_on >= self.day and one.started_on > self.today]
        now = [one for one in going_on if one not in to_come]
        # Dropping what was planned leaves its forerunner without a successor: it goes on until this day.
        first = min((one.started_on for one in to_come), default=None)
        now += [one for one in followings if first is not None and one.ended_on == first and one not in now]
        same = next((one for one in now if one.referent_id == self.to.pk), None)
        if same is not None and not to_come:
            text = _("%(name)s is followed by %(other)s already.")
            name = str(journey.person or _("erased person"))
            raise ValidationError(text % {"name": name, "other": self.to}, code="same")
        self.dropped += [one.pk for one in to_come]
        if same is not None:
            self.reopened.append(same.pk)
        else:
            self.new.append(
                Following(
                    journey=journey, referent=self.to, started_on=self.day, note=self.word.of(journey.pk)
                )
            )
        for one in now:
            if one is not same:
                self.closed.append(one.pk)
        for one in (*now, *to_come):
            if one.referent_id != self.to.pk:
                account, count = self.left.get(one.referent_id, (one.referent, 0))
                self.left[one.referent_id] = account, count + 1

    def write(self) -> None:
        """All of it; a journey has one référent at a time, or nothing is written."""
        now = timezone.now()
        rows = Following.objects.all()
        rows.filter(pk__in=self.dropped).delete()
        rows.filter(pk__in=self.closed).update(ended_on=self.day, updated_at=now)
        rows.filter(pk__in=self.reopened).update(ended_on=None, updated_at=now)
        try:
            with transaction.atomic():
                rows.bulk_create(self.new)
        except IntegrityError as error:
            if not isinstance(error.__cause__, UniqueViolation):
                raise
            raise ValidationError(
                _("Somebody was handed over meanwhile: look again."), code="stale"
            ) from None


def _pass_appointments(
    rows: Sequence[Journey], left: Collection[UUID], to: Account, day: dt.date
) -> tuple[int, int]:
    """Appointments to come pass to `to`: how many, and how many are at an hour that is taken, so with nobody yet."""
    midnight = timezone.make_aware(dt.datetime.combine(day, dt.time.min), timezone.get_default_timezone())
    since = max(midnight, timezone.now())
    planned = Appointment.objects.filter(state=AppointmentState.PLANNED)
    theirs = planned.filter(
        Q(with_account__in=left) | Q(with_account=None), journey__in=rows, starts_at__gte=since
    ).exclude(with_account=to)
    own = planned.filter(with_account=to, starts_at__gte=since - dt.timedelta(days=1))
    busy = [(one.starts_at, one.minutes) for one in own]
    moved: list[UUID] = []
    clashing: list[UUID] = []
    for one in theirs.order_by("starts_at", "pk"):
        if any(_overlap((one.starts_at, one.minutes), other) for other in busy):
            clashing.append(one.pk)
        else:
            moved.append(one.pk)
            busy.append((one.starts_at, one.minutes))
    now = timezone.now()
    planned.filter(pk__in=clashing).update(with_account=None, updated_at=now)
    try:
        with transaction.atomic():
            planned.filter(pk__in=moved).update(with_account=to, updated_at=now)
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        text = _("An appointment was planned meanwhile at the same hour: try again.")
        raise ValidationError(text, code="stale") from None
    return len(moved), len(clashing)


def _overlap(one: tuple[dt.datetime, int], other: tuple[dt.datetime, int]) -> bool:
    (start, minutes), (other_start, other_minutes) = one, other
    return start < other_start + dt.timedelta(minutes=other_minutes) and other_start < start + dt.timedelta(
        minutes=minutes
    )


def _tell(done: Done, changes: _Changes, rows: Sequence[Journey], to: Account, account: Account) -> None:
    """One e-mail to each référent but who does it; one to each person."""
    context: dict[str, Any] = {"on": changes.day.isoformat(), "people": done.people, "by": str(account.pk)}
    if to.pk != account.pk:
        more = {"appointments": done.appointments, "clashes": done.clashes}
        send(notices.RECEIVED, [to], key=f"handover:{done.key}", context=context | more)
    for one, count in changes.left.values():
        if one.pk != account.pk and one.is_active:
            told = context | {"people": count, "to": str(to.pk)}
            send(notices.GIVEN, [one], key=f"handover:{done.key}", context=told)
    for journey, recipients in people_of(rows):
        send_to(
            notices.NEW_REFERENT,
            recipients,
            key=f"handover:{done.key}:{journey.pk}",
            context={"journey": str(journey.pk), "referent": str(to.pk), "on": changes.day.isoformat()},
        )


def said(done: Done, to: Account, day: dt.date) -> str:
    """What was done, in a sentence."""
    text = ngettext(
        "%(n)d person is followed by %(name)s from %(day)s.",
        "%(n)d people are followed by %(name)s from %(day)s.",
        done.people,
    )
    return text % {"n": done.people, "name": to, "day": in_words(day)}
