"""Pupils: added, changed, moved to another class, gone and come back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.changes import tell
from croisee.directory.models import Enrolment, Person, SchoolClass
from croisee.directory.names import person_key
from croisee.directory.residence import HOME_FIELDS, answer_home, set_home
from croisee.foundation.accounts.models import Account, Organisation

NAMES = ("given_name", "family_name")


class Stale(ValidationError):  # noqa: N818  reads as the sentence it is
    """What was on the page changed meanwhile, in another tab or by somebody else."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This was changed meanwhile, here or by somebody else: look at it as it is now, then begin again."
            ),
            code="stale",
        )


def locked(person: Person, seen: datetime | None = None) -> Person:
    """The person's row, locked; raises Stale when it changed since `seen` (its `updated_at` then)."""
    row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if seen is not None and abs((row.updated_at - seen).total_seconds()) > 0.001:
        raise Stale
    return row


@transaction.atomic
def add_pupil(school_class: SchoolClass, values: Mapping[str, Any], *, answer_only: bool = False) -> Person:
    """A new pupil of a class. `values`: given_name, family_name, birth_date; address and needs if there are any.

    The home is answered about at once; with `answer_only` the address is then forgotten. Raises ValidationError when
    the pupil is in a class of that school already.
    """
    # Two clicks, or two colleagues, make one pupil: the second waits here, then finds it.
    Organisation.objects.select_for_update().get(pk=school_class.school_id)
    person = Person(**{name: values[name] for name in (*NAMES, "birth_date")}, needs=values.get("needs", ""))
    if (there := same_pupil(person, school_class)) is not None:
        raise ValidationError(
            _("%(name)s, born on the same day, is in class %(class)s already."),
            code="already_there",
            params={"name": str(there.person), "class": there.school_class.name},
        )
    home = answer_home(values.get("address", ""), values.get("lon"), values.get("lat"))
    set_home(person, home, answer_only=answer_only)
    person.full_clean()
    person.save()
    Enrolment.objects.create(person=person, school_class=school_class)
    return person


def same_pupil(person: Person, school_class: SchoolClass) -> Enrolment | None:
    """The enrolment in that school of somebody of the same names (as compared) and birth date, if there is one."""
    born = Enrolment.objects.active().filter(
        school_class__school=school_class.school_id, person__birth_date=person.birth_date
    )
    key = person_key(person.family_name, person.given_name, person.birth_date)
    for enrolment in born.exclude(person=person.pk).select_related("person", "school_class"):
        other = enrolment.person
        if person_key(other.family_name, other.given_name, other.birth_date) == key:
            return enrolment
    return None


@transaction.atomic
def change_person(
    person: Person,
    values: Mapping[str, Any],
    account: Account | None,
    *,
    seen: datetime | None = None,
    answer_only: bool = False,
) -> list[str]:
    """Change what is known of a person; return what followed, in words.

    `values` may hold given_name, family_name, birth_date, needs, address. A new address is answered about; the same one
    is not asked about again (`ask_home_again` does). Raises Stale, or ValidationError by field.
    """
    row = locked(person, seen)
    changed = set()
    for name in (*NAMES, "birth_date", "needs"):
        if name in values and values[name] != getattr(row, name):
            setattr(row, name, values[name])
            changed.add("name" if name in NAMES else name)
    address = values.get("address", row.address).strip()
    if address != row.address and (address or row.residence == "unknown"):
        set_home(row, answer_home(address), answer_only=answer_only)
        changed.add("home")
    return _saved(person, row, changed, account)


@transaction.atomic
def ask_home_again(person: Person, account: Account | None) -> list[str]:
    """Answer again, with today's outlines, about the address that is kept; ValidationError when none is."""
    row = locked(person)
    if not row.address and row.lon is None:
        raise ValidationError(_("The address was not kept: write it again to have it answered about."))
    set_home(row, answer_home(row.address), answer_only=False)
    return _saved(person, row, {"home"}, account)


@transaction.atomic
def forget_address(person: Person, account: Account | None) -> list[str]:
    """Keep only the answer about the home: the address and its point are erased. ValidationError without an answer."""
    row = locked(person)
    if row.residence == "unknown":
        raise ValidationError(_("Nothing is answered about this address yet: without it, nothing could be."))
    row.address, row.lon, row.lat = "", None, None
    return _saved(person, row, {"home"}, account)


def _saved(person: Person, row: Person, changed: set[str], account: Account | None) -> list[str]:
    """Save the row, bring `person` to the same state, and tell who listens."""
    if not changed:
        return []
    row.full_clean()
    row.save()
    for name in (*NAMES, "birth_date", "needs", *HOME_FIELDS, "updated_at"):
        setattr(person, name, getattr(row, name))
    return tell(row, changed, account)


@transaction.atomic
def move_pupil(person: Person, school_class: SchoolClass, account: Account | None) -> list[str]:
    """Put a pupil into another class, from today; return what followed, in words.

    In the same school and year the reference stays; elsewhere the old enrolment ends and a new one begins. A pupil who
    had left comes back so. Into the present class nothing happens.
    """
    row = locked(person)
    present = row.enrolments.active().select_related("school_class").first()
    if present is not None and present.school_class_id == school_class.pk:
        return []
    if present is not None and _same_place(present.school_class, school_class):
        present.school_class = school_class
        present.save()
    else:
        if present is not None:
            present.left_on = timezone.localdate()
            present.save()
        Enrolment.objects.create(person=row, school_class=school_class)
    return tell(row, {"class"}, account)


def _same_place(one: SchoolClass, other: SchoolClass) -> bool:
    return (one.school_id, one.school_year) == (other.school_id, other.school_year)


@transaction.atomic
def leave(person: Person, account: Account | None, on: date | None = None) -> list[str]:
    """The pupil leaves the school, on a day (today by default); return what followed. Once left, nothing happens.

    Raises ValidationError for a day to come: what is known then is entered then.
    """
    day = on or timezone.localdate()
    if day > timezone.localdate():
        raise ValidationError({"left_on": _("Enter a departure once it has taken place.")})
    row = locked(person)
    present = row.enrolments.active().first()
    if present is None:
        return []
    present.left_on = day
    present.save()
    return tell(row, {"left"}, account)


@transaction.atomic
def come_back(enrolment: Enrolment, account: Account | None) -> list[str]:
    """Undo a departure: the pupil is in that class again, under the same reference.

    Raises ValidationError when the pupil is in another class meanwhile.
    """
    row = locked(enrolment.person)
    present = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if present.left_on is None:
        return []
    if row.enrolments.active().exists():
        raise ValidationError(_("This pupil is in another class meanwhile."), code="elsewhere")
    present.left_on = None
    present.save()
    return tell(row, {"came_back"}, account)
