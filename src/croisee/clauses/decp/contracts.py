"""A contract of a DECP file as it is kept, or why it is not."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from croisee.foundation.registry import Text


class Refused(Exception):  # noqa: N818  reads as the sentence it is
    """The record cannot be kept: its text names the field, says what is wrong and what to do."""

    def __init__(self, field: str, problem: str, remedy: Text) -> None:
        words = {"field": field, "problem": problem, "remedy": remedy}
        super().__init__(_("“%(field)s”: %(problem)s %(remedy)s") % words if field else f"{problem} {remedy}")


@dataclass(slots=True)
class Published:
    """A published contract as it is stored; amounts in euros before tax, `said_on` the day of its newest version."""

    buyer_siret: str
    decp_id: str
    kind: str
    buyer_name: str
    nature: str
    purchase: str
    object: str
    cpv: str
    procedure: str
    place_code: str
    place_type: str
    months: int | None
    initial_amount: Decimal
    amount: Decimal
    notified_on: dt.date
    published_on: dt.date | None
    said_on: dt.date
    holders: list[dict[str, str]]
    social: list[str] | None
    environmental: list[str] | None
    framework: str
    modifications: int
    format: str
    buyer_key_fails: bool = False
    unknown_consideration: bool = False
