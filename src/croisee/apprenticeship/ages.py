"""Who may sign which contract, by age on its first day.

Sources: code du travail L.6222-1 (apprenticeship: from 16 to 29 at its beginning; 15 for who has finished collège),
L.6222-2 (past 29: disability recognised, project of a company, high-level sport, next contract), L.6325-1
(professionnalisation: from 16 to 25, past that for jobseekers).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from croisee.apprenticeship.models import Contract

YOUNGEST, USUAL_YOUNGEST, OLDEST, OLDEST_IN_TRAINING = 15, 16, 29, 25


class AgeCase(TextChoices):
    """What an age asks for; the label of each but the first two is what the person states."""

    FITS = "fits", ""
    TOO_YOUNG = "too_young", _("One must be 15 on the first day of the contract.")
    COLLEGE = "college", _("I will have finished the 3e before the contract begins.")
    PAST_29 = (
        "past_29",
        _(
            "I may be an apprentice past 29: disability recognised (RQTH), project of a company, high-level sport, or "
            "a contract that follows another."
        ),
    )
    JOBSEEKER = "jobseeker", _("I am registered as a jobseeker.")


def age_on(birth_date: dt.date, day: dt.date) -> int:
    """Whole years on a day."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def age_case(birth_date: dt.date, starts_on: dt.date, contracts: Collection[str]) -> AgeCase:
    """What somebody of this age states to sign one of these contracts on this day."""
    age = age_on(birth_date, starts_on)
    if age < YOUNGEST:
        return AgeCase.TOO_YOUNG
    if age < USUAL_YOUNGEST:
        return AgeCase.COLLEGE if Contract.APPRENTICESHIP in contracts else AgeCase.TOO_YOUNG
    if Contract.APPRENTICESHIP in contracts and age <= OLDEST:
        return AgeCase.FITS
    if Contract.PROFESSIONAL in contracts:
        return AgeCase.FITS if age <= OLDEST_IN_TRAINING else AgeCase.JOBSEEKER
    return AgeCase.PAST_29
