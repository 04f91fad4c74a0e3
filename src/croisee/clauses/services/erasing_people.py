"""Taking people out: all of who they are, none of the hours that were validated.

Somebody who never had a contract is deleted. Of others the hours, the sex, the level, the year of birth, the criteria
and the answers frozen in contracts stay, for audits (FSE+), with nobody's name: the file hangs on a blank person.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from croisee.clauses.models import (
    HIRED,
    Assignment,
    ContactLog,
    Eligibility,
    Participant,
    Statement,
)
from croisee.clauses.queries.participants import ERASED
from croisee.directory import services as directory
from croisee.directory import visibility
from croisee.directory.models import Person, Profile
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit import services as audit

NOTHING_OF_ANYONE: dict[str, Any] = {"prescriber": None, "looking": False, "note": ""}


@transaction.atomic
def erase_participant(participant: Participant, account: Account | None) -> None:
    """Erase a participant and, when nothing else needs it, the person with contacts and account's role."""
    person = participant.person
    take_out(Participant.objects.filter(pk=participant.pk))
    needed = Q(enrolments__isnull=False) | visibility.people_needed(timezone.localdate())
    if not Person.objects.filter(needed, pk=person.pk).exists():
        directory.erase_person(person, account)


@transaction.atomic
def take_out(participants: QuerySet[Participant]) -> int:
    """Take these people out of the clauses; how many. Their `Person` stays, without any tie to them: see above.

    So does their work profile where another service needs them.
    """
    found = participants.select_related("person__profile").select_for_update(of=("self",))
    rows = list(found.order_by("pk"))
    people = [row.person_id for row in rows]
    keys = [row.pk for row in rows]
    _take_out_contacts(keys)
    _delete_unused_proposals(keys)
    working = set(Assignment.objects.filter(participant__in=keys).values_list("participant", flat=True))
    kept = [row for row in rows if row.pk in working]
    for row in kept:
        _blank(row)
    gone = [row.pk for row in rows if row.pk not in working]
    blank_eligibilities(Eligibility.objects.filter(participant__in=keys))
    blank_assignments(Assignment.objects.filter(participant__in=[row.pk for row in kept]))
    Participant.objects.filter(pk__in=gone).delete()
    audit.redact(Participant, keys)
    directory.forget_profiles(people)
    return len(rows)


def _blank(row: Participant) -> None:
    """Hang a file on a blank person, born the same year: reports count ages, sexes and levels."""
    known = row.person.profile
    person = Person.objects.create(
        given_name=ERASED[0], family_name=ERASED[1], birth_date=row.person.birth_date.replace(month=1, day=1)
    )
    Profile.objects.create(person=person, sex=known.sex, level=known.level, weekly_hours=0, minutes=0)
    for name, value in NOTHING_OF_ANYONE.items():
        setattr(row, name, value)
    row.person = person
    row.save()


def _delete_unused_proposals(keys: Iterable[UUID]) -> None:
    """Proposals that came to nothing say nothing that counts."""
    unused = Assignment.objects.filter(participant__in=keys).exclude(state__in=HIRED)
    unused = unused.exclude(
        pk__in=Statement.objects.filter(assignment__participant__in=keys).values("assignment")
    )
    found = list(unused.values_list("pk", flat=True))
    Assignment.objects.filter(pk__in=found).delete()
    audit.redact(Assignment, found)


def _take_out_contacts(keys: Iterable[UUID]) -> None:
    """What facilitateurs wrote of the person alone goes; what is about a contract too stays, without the person."""
    rows = ContactLog.objects.filter(participant__in=keys)
    treated = list(rows.values_list("pk", flat=True))
    rows.filter(contract__isnull=True, commitment__isnull=True).delete()
    ContactLog.objects.filter(pk__in=treated).update(participant=None, with_whom="", text="–")
    audit.redact(ContactLog, treated)


@transaction.atomic
def blank_eligibilities(rows: QuerySet[Eligibility]) -> int:
    """Take the proofs away, with their files and notes; the criteria and the dates stay. How many were treated."""
    found = list(rows)
    for row in found:
        if row.proof:
            transaction.on_commit(partial(row.proof.storage.delete, str(row.proof.name)))
    keys = [row.pk for row in found]
    Eligibility.objects.filter(pk__in=keys).update(
        proof="", proof_name="", note="", prolonged_because="", updated_at=timezone.now()
    )
    audit.redact(Eligibility, keys)
    return len(found)


@transaction.atomic
def blank_assignments(rows: QuerySet[Assignment]) -> int:
    """Take notes and reasons out of contracts; dates, ways and hours stay. How many were treated."""
    keys = list(rows.values_list("pk", flat=True))
    Assignment.objects.filter(pk__in=keys).update(note="", why_over="", reasons=[], updated_at=timezone.now())
    audit.redact(Assignment, keys)
    return len(keys)
