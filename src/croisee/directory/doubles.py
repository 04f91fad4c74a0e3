"""Whether two rows are one person: a score out of 100, with its reasons. No database.

Names, birth date, telephone and e-mail address are compared as people mistake them: accents, hyphens, compound names
cut short, first and family names swapped, day and month swapped, a digit off. From `SAME` on, two rows are taken for
one person; from `PERHAPS` on, somebody who knows must say so. A shared telephone or address alone says little:
families share theirs.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import OSA

from croisee.directory.names import name_key

SAME, PERHAPS = 90, 60
"""From which score two rows are one person, and from which they may be."""
ALIKE = 70
"""From which likeness of both names they may be one name mistyped; below, the less alike of the two decides."""
CUT_SHORT, REORDERED, CROSSED = 88.0, 95.0, 0.95
BIRTH_SWAPPED, BIRTH_DIGIT, BIRTH_OTHER = 0.92, 0.85, 0.5
FOUND_BY_CONTACT = 0.5
"""How much of what is missing to 100 a shared telephone, or e-mail address, makes up for; half when names differ."""
PHONE_DIGITS = 9
"""The digits of a French number after its prefix: those that tell one from another."""


class Reason(TextChoices):
    """What speaks for, or against, two rows being one person."""

    NAMES = "names", _("same names")
    NAMES_CROSSED = "names_crossed", _("first and family names the other way round")
    NAMES_ALIKE = "names_alike", _("names that look alike")
    BIRTH = "birth", _("same birth date")
    BIRTH_SWAPPED = "birth_swapped", _("birth date with day and month the other way round")
    BIRTH_DIGIT = "birth_digit", _("birth date one digit off")
    BIRTH_OTHER = "birth_other", _("another birth date")
    PHONE = "phone", _("same telephone")
    EMAIL = "email", _("same e-mail address")


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells who somebody is. Telephone and e-mail address may be empty."""

    family_name: str
    given_name: str
    birth_date: date
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """How likely two rows are one person, from 0 to 100, and why, in a fixed order."""

    value: int
    reasons: tuple[Reason, ...]

    @property
    def is_same(self) -> bool:
        """Whether they are taken for one person."""
        return self.value >= SAME

    @property
    def is_perhaps(self) -> bool:
        """Whether somebody must say so."""
        return PERHAPS <= self.value < SAME


def score(a: Identity, b: Identity) -> Score:
    """How likely `a` and `b` are one person. The same whichever comes first; 100 for somebody and themselves."""
    names, how = _names(a, b)
    born, when = _births(a.birth_date, b.birth_date)
    value = names * born
    reasons = [reason for reason in (how, when) if reason is not None]
    weight = FOUND_BY_CONTACT if names >= PERHAPS else FOUND_BY_CONTACT / 2
    shared = (
        (phone_key(a.phone), phone_key(b.phone), Reason.PHONE),
        (a.email.strip().lower(), b.email.strip().lower(), Reason.EMAIL),
    )
    for one, other, reason in shared:
        if one and one == other:
            value += (100 - value) * weight
            reasons.append(reason)
    return Score(round(value), tuple(reasons))


def phone_key(text: str) -> str:
    """A telephone number as E.164 writes it (+33612345678), a French one without its prefix too; "" for none."""
    digits = re.sub(r"\D", "", text)
    if text.strip().startswith("+"):
        return f"+{digits.replace('330', '33', 1) if digits.startswith('330') else digits}" if digits else ""
    if digits.startswith("00"):
        return phone_key(f"+{digits[2:]}")
    if len(digits) == PHONE_DIGITS + 1 and digits[0] == "0":
        return f"+33{digits[1:]}"
    if len(digits) == PHONE_DIGITS and digits[0] != "0":
        return f"+33{digits}"
    return f"+{digits}" if len(digits) > PHONE_DIGITS + 1 else ""


def _names(a: Identity, b: Identity) -> tuple[float, Reason | None]:
    """How alike the names are, from 0 to 100, straight or crossed, and how."""
    straight = _both(_alike(a.family_name, b.family_name), _alike(a.given_name, b.given_name))
    crossed = CROSSED * _both(_alike(a.family_name, b.given_name), _alike(a.given_name, b.family_name))
    if max(straight, crossed) < PERHAPS:
        return max(straight, crossed), None
    if crossed > straight:
        return crossed, Reason.NAMES_CROSSED
    return straight, Reason.NAMES if straight == 100 else Reason.NAMES_ALIKE


def _both(one: float, other: float) -> float:
    """Two likenesses as one: their mean, unless one of them is too low for one person."""
    low, mean = min(one, other), (one + other) / 2
    return mean if low >= ALIKE else min(mean, low * 0.8)


@lru_cache(maxsize=50_000)
def _words(name: str) -> tuple[str, frozenset[str]]:
    """A name as it is compared, and its words."""
    words = (name_key(word) for word in re.split(r"[\s\-'’.]+", name))
    return name_key(name), frozenset(word for word in words if word)


def _alike(one: str, other: str) -> float:
    """How alike two names are, from 0 to 100."""
    (key, words), (other_key, other_words) = _words(one), _words(other)
    if key == other_key:
        return 100.0
    if words == other_words:
        return REORDERED
    likeness = 100 * OSA.normalized_similarity(key, other_key)
    shared = words & other_words
    if shared in (words, other_words) and any(len(word) > 2 for word in shared):
        return max(likeness, CUT_SHORT)
    return likeness


def _births(a: date, b: date) -> tuple[float, Reason]:
    """What the birth dates leave of the likeness of names, and why."""
    if a == b:
        return 1.0, Reason.BIRTH
    if (a.year, a.month, a.day) == (b.year, b.day, b.month):
        return BIRTH_SWAPPED, Reason.BIRTH_SWAPPED
    if sum(x != y for x, y in zip(a.isoformat(), b.isoformat(), strict=True)) == 1:
        return BIRTH_DIGIT, Reason.BIRTH_DIGIT
    return BIRTH_OTHER, Reason.BIRTH_OTHER
