"""The results of rounds in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.dates import in_words
from croisee.foundation.identifiers import week_monday
from croisee.foundation.listings import shown_text
from croisee.stages.models import RoundPupil


@dataclass(frozen=True)
class ReasonShown:
    """Why a wish was not granted."""

    title: str
    text: str


def number(value: float | None) -> str:
    """A figure as the reader's language writes it; a dash when there is none."""
    return shown_text(value)


def share(part: int, whole: int) -> str:
    """“12 (34.5 %)”; a dash when the whole is empty."""
    return (
        _("%(part)s (%(percent)s %%)")
        % {
            "part": number(part),
            "percent": number(100 * part / whole),
        }
        if whole
        else number(None)
    )


def week(code: str) -> str:
    """“from 1 to 5 February 2027” for the ISO week `2027-W05`: internships last from Monday to Friday."""
    return week_of_monday(week_monday(code))


def week_of_monday(monday: date) -> str:
    """The same, of the week that begins on `monday`."""
    friday = monday + timedelta(days=4)
    return _("from %(start)s to %(end)s") % {
        "start": in_words(monday, "j" if friday.month == monday.month else "j F"),
        "end": in_words(friday, "j F Y"),
    }


def rank_label(number: int) -> str:
    """“wish 1”; 0 is a place beyond the wishes, -1 none."""
    if number < 0:
        return _("no place")
    return _("wish %d") % number if number else _("beyond the wishes, within reach")


def rank(pupil: RoundPupil) -> str:
    """The rank of the wish a pupil got, or how else the place came."""
    return rank_label(-1 if pupil.rank is None else pupil.rank)


def rank_tone(pupil: RoundPupil) -> str:
    """The tone of the badge that shows the rank."""
    if pupil.rank is None:
        return "bad"
    return "ok" if pupil.rank == 1 else "info" if pupil.rank else "warn"


def reasons(items: Iterable[Mapping[str, Any]]) -> list[ReasonShown]:
    """Why each higher wish was not granted, from what the round kept."""
    return [ReasonShown(item["title"], _reason(item)) for item in items]


def _reason(item: Mapping[str, Any]) -> str:
    seats, asked, reserved = item["seats"], item["asked"], item["reserved"]
    if item["kind"] == "no_seats":
        return _("This offer had no seat.")
    full = ngettext(
        "Its only seat went to a pupil served before by the draw; %(asked)d asked for it.",
        "Its %(seats)d seats went to pupils served before by the draw; %(asked)d asked for them.",
        seats,
    ) % {"seats": seats, "asked": asked}
    if item["kind"] == "priority_and_reserve":
        kept = (
            ngettext(
                "%d seat was reserved for pupils of priority neighbourhoods and schools.",
                "%d seats were reserved for pupils of priority neighbourhoods and schools.",
                reserved,
            )
            % reserved
        )
        return f"{full} {kept}"
    return full
