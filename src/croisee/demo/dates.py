"""When a demonstration takes place: around the day it is made, whatever that day is."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from croisee.demo.generator.families import SCHOOL_YEAR
from croisee.stages.phases import Phase

# Days after the opening of wishes: what happens when, in every campaign of the demonstration.
CALENDAR = {
    "opens_at": 0,
    "closes_at": 20,
    "publishes_at": 23,
    "confirm_by": 33,
    "second_opens_at": 36,
    "second_closes_at": 43,
    "second_publishes_at": 46,
    "second_confirm_by": 53,
}
FIRST_WEEK = 60
# On which day of its calendar a campaign is, so that it shows a phase.
DAY_OF = {
    Phase.DRAFT: -20,
    Phase.ANNOUNCED: -7,
    Phase.OPEN: 10,
    Phase.CLOSED: 21,
    Phase.CONFIRMING: 27,
    Phase.BETWEEN: 34,
    Phase.SECOND_OPEN: 39,
    Phase.SECOND_CLOSED: 44,
    Phase.SECOND_CONFIRMING: 49,
    Phase.UNDER_WAY: FIRST_WEEK,
    Phase.FINISHED: FIRST_WEEK + 28,
    Phase.CANCELLED: 5,
}
MORNING, NOON, EVENING = time(8), time(12), time(20)
HOURS = {"opens_at": MORNING, "second_opens_at": MORNING, "publishes_at": NOON, "second_publishes_at": NOON}


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """The school year of the demonstration: the one that holds its day."""

    autumn: int

    @classmethod
    def of(cls, day: date) -> "SchoolYear":
        """The school year of a day: it begins in August."""
        return cls(day.year if day.month >= 8 else day.year - 1)

    @property
    def name(self) -> str:
        """As it is written: 2026-2027."""
        return f"{self.autumn}-{self.autumn + 1}"

    def birth(self, made: date) -> date:
        """A birth date of the generator, who makes pupils for one school year, as it is for this one."""
        return date(made.year + self.autumn - SCHOOL_YEAR, 1, 1) + (made - date(made.year, 1, 1))


def moments(today: date, day: int) -> dict[str, datetime]:
    """The moments of a campaign that is on day `day` of its calendar."""
    first = today - timedelta(days=day)
    return {
        name: timezone.make_aware(datetime.combine(first + timedelta(days=after), HOURS.get(name, EVENING)))
        for name, after in CALENDAR.items()
    }


def first_monday(today: date, day: int) -> date:
    """The Monday of the first week of internships of a campaign that is on day `day` of its calendar."""
    about = today - timedelta(days=day - FIRST_WEEK)
    return about - timedelta(days=about.weekday())
