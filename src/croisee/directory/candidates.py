"""Who is known already among many rows at once: those who may be the same person, found by index, then scored.

Four ways to be found, each by an index of its own: the birth date (also with day and month the other way round), the
names as they are compared (in either order), the telephone, the e-mail address. One query, however many the rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import F, FilteredRelation, Q

from croisee.directory.doubles import PERHAPS, PHONE_DIGITS, Identity, Score, phone_key, score
from croisee.directory.expressions import NAMES_KEY, PHONE_KEY, names_key
from croisee.directory.models import Capacity, Contact, Person

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody known who may be the person of a row: the row of `Person`, what is known, how likely it is."""

    person: UUID
    identity: Identity
    score: Score


def candidates(rows: Sequence[Identity]) -> list[list[Candidate]]:
    """For each row, those known who score 60 or more with it, the likeliest first; in one query."""
    known = _found(rows)
    finder = _Finder((pk, identity) for pk, identity in known.items())
    return [_likely(row, ((pk, known[pk]) for pk in finder.near(row))) for row in rows]


def within(rows: Sequence[Identity]) -> list[list[tuple[int, Score]]]:
    """For each row, the earlier rows of the same list that score 60 or more with it, the likeliest first."""
    finder = _Finder[int](enumerate(rows))
    found = []
    for place, row in enumerate(rows):
        scored = ((other, score(row, rows[other])) for other in finder.near(row) if other < place)
        likely = [(other, how) for other, how in scored if how.value >= PERHAPS]
        found.append(sorted(likely, key=lambda pair: (-pair[1].value, pair[0])))
    return found


def _likely(row: Identity, known: Iterable[tuple[UUID, Identity]]) -> list[Candidate]:
    scored = (Candidate(pk, identity, score(row, identity)) for pk, identity in known)
    likely = [one for one in scored if one.score.value >= PERHAPS]
    return sorted(likely, key=lambda one: (-one.score.value, str(one.person)))


def _found(rows: Sequence[Identity]) -> dict[UUID, Identity]:
    """Everybody whom one of the ways finds."""
    days = {day for row in rows for day in _days(row.birth_date)}
    names = {key for row in rows for key in _keys(row)}
    phones = {digits for row in rows if (digits := _digits(row.phone))}
    emails = {row.email.strip().lower() for row in rows} - {""}
    own = Contact.objects.filter(capacity=Capacity.SELF).order_by()
    ways = [
        Person.objects.order_by().filter(birth_date__in=days).values("pk"),
        Person.objects.order_by().alias(key=NAMES_KEY).filter(key__in=names).values("pk"),
        own.filter(email__in=emails).values("person"),
        own.alias(digits=PHONE_KEY).filter(digits__in=phones).values("person"),
    ]
    found = (
        Person.objects.filter(pk__in=ways[0].union(*ways[1:]))
        .order_by()
        .alias(own=FilteredRelation("contacts", condition=Q(contacts__capacity=Capacity.SELF)))
        .values_list("pk", "family_name", "given_name", "birth_date", F("own__phone"), F("own__email"))
    )
    return {
        pk: Identity(family, given, born, phone or "", email or "")
        for pk, family, given, born, phone, email in found
    }


class _Finder(Generic[K]):
    """Keys of identities by each way to be found."""

    def __init__(self, identities: Iterable[tuple[K, Identity]]) -> None:
        self.by: dict[object, list[K]] = defaultdict(list)
        for key, one in identities:
            self.by[one.birth_date].append(key)
            self.by[names_key(one.family_name, one.given_name)].append(key)
            if digits := _digits(one.phone):
                self.by["phone", digits].append(key)
            if email := one.email.strip().lower():
                self.by["email", email].append(key)

    def near(self, row: Identity) -> Iterable[K]:
        """Those found for a row, each once."""
        ways: list[object] = [*_days(row.birth_date), *_keys(row)]
        if digits := _digits(row.phone):
            ways.append(("phone", digits))
        if email := row.email.strip().lower():
            ways.append(("email", email))
        return dict.fromkeys(key for way in ways for key in self.by.get(way, ()))


def _days(day: date) -> list[date]:
    """The day, and the one with day and month the other way round when there is one."""
    return [day, day.replace(month=day.day, day=day.month)] if day.day <= 12 != day.month else [day]


def _keys(row: Identity) -> list[str]:
    return [names_key(row.family_name, row.given_name), names_key(row.given_name, row.family_name)]


def _digits(phone: str) -> str:
    """The digits by which a telephone is looked for; "" for what is none."""
    return phone_key(phone)[-PHONE_DIGITS:]
