"""Whether a contract must carry a social execution condition, and the answer in words.

Source: code de la commande publique L2112-2-1 (loi 2021-1104 du 22 août 2021, article 35): in contracts whose estimated
value before tax is equal to the European threshold or above (L2124-1), for consultations launched from the day on which
the article is in force. Pure: thresholds and dates are given by who asks (`queries.obligation` reads the figures).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from croisee.clauses.formula import quantity

ARTICLE = "L2112-2-1"


class Answer(StrEnum):
    """What the law asks."""

    OBLIGATORY = "obligatory"
    NOT_OBLIGATORY = "not_obligatory"
    NOT_YET = "not_yet"
    UNKNOWN = "unknown"
    OUT_OF_SCOPE = "out_of_scope"


class Bought(TextChoices):
    """What is bought, as the question is asked."""

    WORKS = "works", gettext_lazy("works")
    SUPPLIES_SERVICES = "supplies_services", gettext_lazy("supplies or services")
    CONCESSION = "concession", gettext_lazy("a concession")


class BuyerKind(TextChoices):
    """Who buys: the threshold of supplies and services depends on it."""

    LOCAL = "local", gettext_lazy("a local authority or its institution")
    STATE = "state", gettext_lazy("the State or its institution")


class Missing(StrEnum):
    """What the question cannot be answered without."""

    NATURE = "nature"
    BUYER = "buyer"
    ESTIMATE = "estimate"
    DATE = "date"
    THRESHOLD = "threshold"


MISSING = {
    Missing.NATURE: gettext_lazy("what is bought"),
    Missing.BUYER: gettext_lazy("who buys (State or local authority)"),
    Missing.ESTIMATE: gettext_lazy("the estimated value before tax, all lots together"),
    Missing.DATE: gettext_lazy("the day the consultation is launched"),
    Missing.THRESHOLD: gettext_lazy("the European threshold of that day, on the page of figures"),
}
_KEYS = {
    (Bought.WORKS, BuyerKind.LOCAL): "works",
    (Bought.WORKS, BuyerKind.STATE): "works",
    (Bought.SUPPLIES_SERVICES, BuyerKind.LOCAL): "supplies_services",
    (Bought.SUPPLIES_SERVICES, BuyerKind.STATE): "state_supplies_services",
}


@dataclass(frozen=True)
class Threshold:
    """A European threshold in euros before tax, for a nature (`key`), between two days (included; open when None)."""

    key: str
    value: Decimal
    valid_from: dt.date
    valid_until: dt.date | None
    source: str = ""

    def holds_on(self, day: dt.date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class Obligation:
    """The answer, what is missing for one, the threshold compared with, and the words to say it in."""

    answer: Answer
    words: str
    missing: tuple[Missing, ...] = ()
    threshold: Threshold | None = None

    @property
    def tone(self) -> str:
        """How a badge shows it."""
        return {
            Answer.OBLIGATORY: "warn",
            Answer.NOT_OBLIGATORY: "ok",
            Answer.NOT_YET: "ok",
            Answer.UNKNOWN: "info",
            Answer.OUT_OF_SCOPE: "info",
        }[self.answer]

    @property
    def label(self) -> str:
        """The answer in two words."""
        return {
            Answer.OBLIGATORY: pgettext("clause", "obligatory"),
            Answer.NOT_OBLIGATORY: pgettext("clause", "not obligatory"),
            Answer.NOT_YET: pgettext("clause", "not obligatory yet"),
            Answer.UNKNOWN: pgettext("clause", "cannot say"),
            Answer.OUT_OF_SCOPE: pgettext("clause", "another rule"),
        }[self.answer]

    @property
    def missing_words(self) -> list[str]:
        """What is missing, in words."""
        return [str(MISSING[one]) for one in self.missing]


def obligation(
    bought: Bought | None,
    estimate: Decimal | None,
    consulted_on: dt.date | None,
    buyer: BuyerKind | None,
    *,
    in_force_from: dt.date | None,
    thresholds: Sequence[Threshold],
) -> Obligation:
    """What the law asks of a contract estimated at `estimate` euros before tax, consulted on that day.

    `in_force_from`: the first day of consultations that the article governs; None when no figure says it.
    """
    if bought == Bought.CONCESSION:
        words = _(
            "Concessions have articles of their own in the code: this page answers for public contracts alone."
        )
        return Obligation(Answer.OUT_OF_SCOPE, words)
    if consulted_on is not None and in_force_from is not None and consulted_on < in_force_from:
        return Obligation(Answer.NOT_YET, _not_yet(consulted_on, in_force_from))
    missing = _missing(bought, estimate, consulted_on, buyer)
    threshold = None
    if not missing and bought and consulted_on:
        key = _KEYS[bought, buyer or BuyerKind.LOCAL]
        threshold = next((one for one in thresholds if one.key == key and one.holds_on(consulted_on)), None)
    if not missing and (threshold is None or in_force_from is None):
        missing = (Missing.THRESHOLD,)
    if missing or estimate is None or threshold is None or consulted_on is None:
        return Obligation(Answer.UNKNOWN, _unknown(missing), missing, threshold)
    obliged = estimate >= threshold.value
    answer = Answer.OBLIGATORY if obliged else Answer.NOT_OBLIGATORY
    return Obligation(answer, _compared(estimate, threshold, consulted_on, obliged=obliged), (), threshold)


def _missing(
    bought: Bought | None, estimate: Decimal | None, consulted_on: dt.date | None, buyer: BuyerKind | None
) -> tuple[Missing, ...]:
    asked = {
        Missing.NATURE: bought,
        Missing.BUYER: buyer if bought == Bought.SUPPLIES_SERVICES else True,
        Missing.ESTIMATE: estimate,
        Missing.DATE: consulted_on,
    }
    return tuple(name for name, value in asked.items() if value is None or value == "")


def _not_yet(consulted_on: dt.date, in_force_from: dt.date) -> str:
    return _(
        "No: the consultation of %(day)s was launched before %(start)s, the day article %(article)s of the "
        "code de la commande publique came into force. A clause may be set all the same (L2112-2)."
    ) % {
        "day": date_format(consulted_on, "DATE_FORMAT"),
        "start": date_format(in_force_from, "DATE_FORMAT"),
        "article": ARTICLE,
    }


def _unknown(missing: Sequence[Missing]) -> str:
    return _("Cannot say yet. Give %(what)s.") % {"what": "; ".join(str(MISSING[one]) for one in missing)}


def _compared(estimate: Decimal, threshold: Threshold, day: dt.date, *, obliged: bool) -> str:
    values = {
        "estimate": quantity(estimate, "eur"),
        "threshold": quantity(threshold.value, "eur"),
        "day": date_format(day, "DATE_FORMAT"),
        "what": {
            "works": _("for works"),
            "supplies_services": _("for supplies and services of local authorities"),
            "state_supplies_services": _("for supplies and services of the State"),
        }[threshold.key],
        "article": ARTICLE,
    }
    if obliged:
        return (
            _(
                "Yes: estimated at %(estimate)s before tax, the contract reaches the European threshold of "
                "%(threshold)s %(what)s in force on %(day)s. Article %(article)s of the code de la commande publique "
                "asks for a social execution condition, or for an exception with its reason."
            )
            % values
        )
    return (
        _(
            "No: estimated at %(estimate)s before tax, the contract is below the European threshold of "
            "%(threshold)s %(what)s in force on %(day)s (article %(article)s of the code de la commande publique). "
            "A clause may be set all the same (L2112-2)."
        )
        % values
    )
