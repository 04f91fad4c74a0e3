"""The light of a lot: whether its hours keep pace with its time. Decided in SQL: any number of lots sorts by it.

Hours count as soon as they are sent: those that wait to be checked are no delay of the company's. The rule, in `RULE`,
is written on the page of the portfolio.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Expression,
    F,
    FloatField,
    Func,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest, Least
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.clauses.models import CLOSED, FOLLOWED, Lot, LotState
from croisee.clauses.queries.balances import with_balance
from croisee.foundation.dates import in_words

EARLY = 0.10
"""The part of the time before which nothing is said of the pace."""
SLACK, LATE = 0.10, 0.40
"""The part of the hours due that may be missing at the end, at the present pace, before amber and before red."""
_NUMBER = FloatField()


class Light(TextChoices):
    """What the facilitateur sees at once."""

    GREEN = "green", gettext_lazy("green: on pace")
    AMBER = "amber", gettext_lazy("amber: to watch")
    RED = "red", gettext_lazy("red: late")
    GREY = "grey", gettext_lazy("grey: nothing to say yet")


TONES = {Light.GREEN: "ok", Light.AMBER: "warn", Light.RED: "bad", Light.GREY: ""}
RULE: tuple[tuple[Light, str | Promise], ...] = (
    (
        Light.GREEN,
        gettext_lazy(
            "All hours are done, or at the present pace at most 10 per cent of them will be missing at the end."
        ),
    ),
    (
        Light.AMBER,
        gettext_lazy(
            "At the present pace 10 to 40 per cent of the hours will be missing; or more, but the people hired are "
            "enough to do them all."
        ),
    ),
    (
        Light.RED,
        gettext_lazy(
            "More than 40 per cent will be missing and the people hired are not enough; or the end is past and "
            "hours are missing."
        ),
    ),
    (
        Light.GREY,
        gettext_lazy(
            "The lot is not under way, has no hours due or no dates, or less than 10 per cent of its time has passed."
        ),
    ),
)


def _days(until: Any, since: Any) -> Expression:
    """Days from `since` to `until`, both included, as a number that divides."""
    return Func(
        Cast(until, DateField()),
        Cast(since, DateField()),
        template="(%(expressions)s + 1)::float8",
        arg_joiner=" - ",
        output_field=_NUMBER,
    )


def _number(value: float) -> Expression:
    return Value(value, output_field=_NUMBER)


def with_light(lots: QuerySet[Lot], today: dt.date, *, few: bool = False) -> QuerySet[Any]:
    """Lots with their hours, and what is said of them on a day.

    The hours come from the view that sums once for all lots; with `few`, from sums made for each of these lots: the
    faster way for those of a contract, the slower one for a portfolio.

    `due`, `done`, `waiting`, `forecast`: hours (Decimal). `begins`: their first day, or that of the notification.
    `elapsed`: the part of their time that has passed (0 to 1). `missing`: hours that will be missing at the end at the
    present pace, or that are since the end (a float); None where nothing is said. `light`: a `Light`.
    """
    zero = _number(0.0)
    day = Value(today, output_field=DateField())
    hours = ("due", "done", "waiting", "forecast")
    counted = (
        with_balance(lots, today) if few else lots.annotate(**{one: F(f"standing__{one}") for one in hours})
    )
    timed = counted.annotate(
        begins=Coalesce("starts_on", "contract__notified_on"),
        declared=F("done") + F("waiting"),
    )
    whole = Greatest(_days(F("ends_on"), F("begins")), _number(1.0))
    passed = timed.annotate(
        elapsed=Least(_number(1.0), Greatest(zero, _days(day, F("begins")) / whole), output_field=_NUMBER)
    )
    nothing_said = (
        ~Q(state__in=FOLLOWED) | Q(due__lte=0) | Q(ends_on=None) | Q(begins=None) | Q(begins__gt=today)
    )
    due, declared, elapsed = Cast(F("due"), _NUMBER), Cast(F("declared"), _NUMBER), F("elapsed")
    enough_people = Q(forecast__gte=F("due") - F("declared"))
    return passed.annotate(
        missing=Case(
            When(nothing_said, then=None),
            When(declared__gte=F("due"), then=zero),
            When(ends_on__lt=today, then=due - declared),
            When(elapsed__lt=EARLY, then=None),
            default=Greatest(zero, due - declared / elapsed, output_field=_NUMBER),
            output_field=_NUMBER,
        ),
        light=Case(
            When(nothing_said, then=Value(Light.GREY.value)),
            When(declared__gte=F("due"), then=Value(Light.GREEN.value)),
            When(ends_on__lt=today, then=Value(Light.RED.value)),
            When(elapsed__lt=EARLY, then=Value(Light.GREY.value)),
            When(declared__gte=due * (1 - SLACK) * elapsed, then=Value(Light.GREEN.value)),
            When(Q(declared__gte=due * (1 - LATE) * elapsed) | enough_people, then=Value(Light.AMBER.value)),
            default=Value(Light.RED.value),
            output_field=CharField(),
        ),
    )


@dataclass(frozen=True)
class Reading:
    """What is said of one lot: its light, the tone of the badge, and why in a sentence."""

    light: Light
    tone: str
    sentence: str

    @property
    def label(self) -> str:
        """The colour as a word: what a badge shows to who does not see it."""
        return str(self.light.label).partition(":")[0].strip()


def reading(lot: Any, today: dt.date) -> Reading:
    """The light of a lot of `with_light`, with its sentence in the reader's language."""
    light = Light(lot.light)
    return Reading(light, TONES[light], _sentence(lot, today))


@dataclass(frozen=True)
class Shares:
    """What a bar draws, in per cent of the hours due: done, waiting after it, and where today is in the lot's time."""

    done: float
    waiting: float
    elapsed: float


def shares(lot: Any) -> Shares:
    """The bar of a lot of `with_light`."""
    if not lot.due:
        return Shares(0.0, 0.0, 0.0)
    done = min(100.0, float(100 * lot.done / lot.due))
    waiting = min(100.0 - done, float(100 * lot.waiting / lot.due))
    elapsed = float(100 * lot.elapsed) if lot.elapsed is not None and lot.missing is not None else 0.0
    return Shares(round(done, 1), round(waiting, 1), min(99.0, round(elapsed, 1)))


def shown_hours(hours: Decimal | float) -> str:
    """A number of hours as text: `1 234 h`, without decimals."""
    return _("%(n)s h") % {"n": number_format(round(hours), use_l10n=True, force_grouping=True)}


def _percent(part: Decimal | float) -> str:
    return number_format(round(part * 100), use_l10n=True)


def _sentence(lot: Any, today: dt.date) -> str:
    if lot.missing is None:
        return _why_grey(lot, today)
    words = {
        "day": in_words(today, "j F"),
        "end": in_words(lot.ends_on, "j F Y"),
        "missing": shown_hours(lot.missing),
        "time": _percent(lot.elapsed),
        "done": _percent((lot.done + lot.waiting) / lot.due),
    }
    if lot.missing == 0 and lot.done + lot.waiting >= lot.due:
        said = _("All the hours due are done.")
    elif lot.ends_on < today:
        said = _("The lot ended on %(end)s and %(missing)s are missing.") % words
    else:
        said = _paced(lot, words)
    return f"{said} {_waiting(lot)}".strip()


def _paced(lot: Any, words: dict[str, str]) -> str:
    if round(lot.missing) == 0:
        text = _(
            "On %(day)s, %(time)s %% of the time has passed and %(done)s %% of the hours are done; at the present pace "
            "all will be done on %(end)s."
        )
        return text % words
    text = _(
        "On %(day)s, %(time)s %% of the time has passed and %(done)s %% of the hours are done; at the present pace "
        "%(missing)s will be missing on %(end)s."
    )
    if lot.light == Light.AMBER and lot.forecast >= lot.due - lot.done - lot.waiting:
        text += " " + _("The people hired are enough to do them all by then.")
    return text % words


def _waiting(lot: Any) -> str:
    if not lot.waiting:
        return ""
    return _("%(hours)s of them wait to be checked.") % {"hours": shown_hours(lot.waiting)}


def _why_grey(lot: Any, today: dt.date) -> str:
    if lot.state in CLOSED:
        return _("The lot is closed: %(done)s done of %(due)s due.") % {
            "done": shown_hours(lot.done),
            "due": shown_hours(lot.due),
        }
    if lot.state not in FOLLOWED:
        return _("The lot is not awarded yet: %(state)s.") % {"state": LotState(lot.state).label}
    if lot.due <= 0:
        return _("No hour is due: the clause asks for none, or nothing is ordered yet.")
    if lot.ends_on is None or lot.begins is None:
        return _("Give the first and the last day of the lot: without them nothing can be said of its pace.")
    if lot.begins > today:
        days = (lot.begins - today).days
        text = ngettext("Begins in %(n)s day, on %(day)s.", "Begins in %(n)s days, on %(day)s.", days)
        return text % {"n": days, "day": in_words(lot.begins, "j F Y")}
    return _("%(time)s %% of the time has passed: too early to say.") % {"time": _percent(lot.elapsed)}
