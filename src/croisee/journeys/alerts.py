"""What asks for the attention of who follows a journey: a table of rules, each one a sentence.

Pure: no database, no clock. `queries.caseload` says the same rules in SQL, for lists of thousands; a test holds the two
equal.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from croisee.journeys.models.exchanges import AppointmentState
from croisee.journeys.models.journeys import FOLLOWED, JourneyState
from croisee.journeys.models.steps import OPEN_STEPS, WORK, StepState

SOON_DAYS, LATER_DAYS, EXIT_DAYS, MISSED_DAYS = 30, 60, 90, 180
"""Days ahead for ends of contracts (two) and of journeys; days back for a missed appointment."""
BEGUN = (StepState.UNDER_WAY, StepState.PAUSED)
"""States of a step that has begun and goes on: a contract that may end."""
SINCE = (AppointmentState.PLANNED, AppointmentState.ATTENDED)
"""States of an appointment that makes up for a missed one before it."""


class Alert(TextChoices):
    """What there is to look at, the most pressing first."""

    NO_REFERENT = "no_referent", _("no référent")
    STEP_LATE = "step_late", _("step past its planned end")
    CONTRACT_30 = "contract_30", _("contract ends within 30 days")
    MISSED = "missed", _("appointment missed, none since")
    NO_CONTACT = "no_contact", _("no contact for too long")
    ELSEWHERE = "elsewhere", _("something ends in another service")
    CONTRACT_60 = "contract_60", _("contract ends within 60 days")
    EXIT_DUE = "exit_due", _("journey ends within 90 days, or should have")
    PROOFS = "proofs", _("proofs missing")


TONES: Mapping[str, str] = MappingProxyType(
    {
        Alert.NO_REFERENT: "bad",
        Alert.STEP_LATE: "bad",
        Alert.CONTRACT_30: "bad",
        Alert.MISSED: "bad",
        Alert.NO_CONTACT: "warn",
        Alert.ELSEWHERE: "warn",
        Alert.CONTRACT_60: "warn",
        Alert.EXIT_DUE: "warn",
        Alert.PROOFS: "info",
    }
)
"""The badge of each."""


@dataclass(frozen=True, slots=True)
class StepFacts:
    """A step: its kind, its state, its planned end."""

    kind: str
    state: str
    planned_end_on: dt.date | None


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """An appointment: its state, and its day and hour as clocks here show them."""

    state: str
    starts_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a journey on a day.

    `has_referent`: somebody follows it on that day. `elsewhere`: days on which something ends in other services.
    `proofs_missing`: a proof that the programme asks for is not there.
    """

    state: str
    contact_weeks: int
    entered_on: dt.date | None
    planned_end_on: dt.date | None
    last_contact_on: dt.date | None
    has_referent: bool
    proofs_missing: bool = False
    steps: Sequence[StepFacts] = ()
    appointments: Sequence[AppointmentFacts] = ()
    elsewhere: Sequence[dt.date] = ()


def no_referent(facts: Facts, today: dt.date) -> bool:
    """Nobody follows it today."""
    return not facts.has_referent


def no_contact(facts: Facts, today: dt.date) -> bool:
    """Under way, and the last contact (the entry, without any) is more than the programme's weeks ago."""
    last = facts.last_contact_on or facts.entered_on
    if facts.state != JourneyState.UNDER_WAY or last is None:
        return False
    return (today - last).days > 7 * facts.contact_weeks


def step_late(facts: Facts, today: dt.date) -> bool:
    """An open step was to end before today."""
    return any(
        step.state in OPEN_STEPS and step.planned_end_on is not None and step.planned_end_on < today
        for step in facts.steps
    )


def _days_of_work_left(facts: Facts, today: dt.date) -> int | None:
    """The days until the first contract under way ends; None without one that ends."""
    left = [
        (step.planned_end_on - today).days
        for step in facts.steps
        if step.kind in WORK and step.state in BEGUN and step.planned_end_on and step.planned_end_on >= today
    ]
    return min(left, default=None)


def contract_30(facts: Facts, today: dt.date) -> bool:
    """A contract under way ends within 30 days."""
    left = _days_of_work_left(facts, today)
    return left is not None and left <= SOON_DAYS


def contract_60(facts: Facts, today: dt.date) -> bool:
    """The first contract to end does so in 31 to 60 days."""
    left = _days_of_work_left(facts, today)
    return left is not None and SOON_DAYS < left <= LATER_DAYS


def missed(facts: Facts, today: dt.date) -> bool:
    """An appointment was missed in the last 180 days, with none planned or attended after it, nor any contact since."""
    for one in facts.appointments:
        if one.state != AppointmentState.MISSED or (today - one.starts_at.date()).days > MISSED_DAYS:
            continue
        made_up = any(
            other.state in SINCE and other.starts_at > one.starts_at for other in facts.appointments
        )
        spoken = facts.last_contact_on is not None and facts.last_contact_on > one.starts_at.date()
        if not made_up and not spoken:
            return True
    return False


def elsewhere(facts: Facts, today: dt.date) -> bool:
    """An eligibility or a contract ends within 60 days in another service, as the person lets it be shown."""
    return any(0 <= (day - today).days <= LATER_DAYS for day in facts.elsewhere)


def exit_due(facts: Facts, today: dt.date) -> bool:
    """The planned end of the journey is at most 90 days ahead, or past."""
    return facts.planned_end_on is not None and (facts.planned_end_on - today).days <= EXIT_DAYS


def proofs(facts: Facts, today: dt.date) -> bool:
    """A proof that the programme asks for is missing."""
    return facts.proofs_missing


RULES: Mapping[Alert, Callable[[Facts, dt.date], bool]] = MappingProxyType(
    {
        Alert.NO_REFERENT: no_referent,
        Alert.STEP_LATE: step_late,
        Alert.CONTRACT_30: contract_30,
        Alert.MISSED: missed,
        Alert.NO_CONTACT: no_contact,
        Alert.ELSEWHERE: elsewhere,
        Alert.CONTRACT_60: contract_60,
        Alert.EXIT_DUE: exit_due,
        Alert.PROOFS: proofs,
    }
)
"""The rule of each alert."""


def alerts_of(facts: Facts, today: dt.date) -> tuple[Alert, ...]:
    """The alerts of a journey on a day, the most pressing first; none for one that is not followed."""
    if facts.state not in FOLLOWED:
        return ()
    return tuple(alert for alert in Alert if RULES[alert](facts, today))
