"""Why something about a place or a wish cannot be done, in sentences for the person who asked."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _


class Refused(ValidationError):  # noqa: N818  reads as the sentence it is
    """Something cannot be done; `reason` says why, in the reader's language."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoSeat(Refused):
    """No seat is left for this person."""


class HasPlace(Refused):
    """The person already has a place."""


class NotOffered(Refused):
    """The opportunity takes nobody now."""


class AlreadyAsked(Refused):
    """The person already has an open application to this period."""


class ListFull(Refused):
    """The list is as long as it may be."""


class StaleList(Refused):
    """The list is no longer the one that the page showed."""


class TooLate(Refused):
    """The date to answer is past."""


def refusal_of(error: IntegrityError) -> Refused:
    """The sentence for a constraint of applications and periods that did not hold; the error itself for others."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if name == "period_never_overfull":
        return NoSeat(_("All seats of this week are taken."))
    if name == "application_one_place_a_person":
        return HasPlace(_("This pupil already has a place: it must be given back first."))
    if name == "application_open_once":
        return AlreadyAsked(_("This place is already in the list."))
    raise error
