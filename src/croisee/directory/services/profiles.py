"""Work profiles: written by whoever looks for work with a person, erased once no service does."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from croisee.directory import visibility
from croisee.directory.models import Person, Profile
from croisee.directory.services.people import locked
from croisee.foundation.audit import services as audit

PROFILE_FIELDS = (
    "sex",
    "level",
    "jobs",
    "weekly_hours",
    "available_from",
    "available_until",
    "mode",
    "minutes",
)


@transaction.atomic
def change_profile(person: Person, values: Mapping[str, Any]) -> Profile:
    """Write what is known of a person for work, for the first time or again; return it.

    `values` may hold any of PROFILE_FIELDS; the others stay as they are. Nothing is written when nothing changes.
    Raises ValidationError by field.
    """
    # Two services that follow the same person make one profile: the second waits here, then finds it.
    locked(person)
    profile = Profile.objects.filter(person=person).first() or Profile()
    is_new = profile._state.adding
    profile.person = person
    given = {name: values[name] for name in PROFILE_FIELDS if name in values}
    changed = {name: value for name, value in given.items() if getattr(profile, name) != value}
    for name, value in changed.items():
        setattr(profile, name, value)
    if is_new or changed:
        profile.full_clean()
        profile.save()
    return profile


@transaction.atomic
def forget_profiles(people: Iterable[UUID]) -> int:
    """Erase the work profiles of those of these people whom no service needs any more; return how many.

    The people themselves stay: they may be pupils of a school. The history keeps its lines, blanked.
    """
    needed = Person.objects.filter(visibility.people_needed(timezone.localdate()))
    found = Profile.objects.filter(person__in=list(people)).exclude(person__in=needed)
    keys = list(found.values_list("pk", flat=True))
    Profile.objects.filter(pk__in=keys).delete()
    audit.redact(Profile, keys)
    return len(keys)
