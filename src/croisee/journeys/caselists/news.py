"""What a row would change of somebody known and of their journey: what is empty is filled, the rest when asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from croisee.directory.doubles import phone_key
from croisee.directory.models import Level, Residence, Sex
from croisee.journeys.caselists import columns as c
from croisee.journeys.caselists.goal import OVERWRITE
from croisee.journeys.models import ENTERED, FOLLOWED, Journey, JourneyState

if TYPE_CHECKING:
    from uuid import UUID

    from croisee.directory.models import Person
    from croisee.foundation.imports.kinds import Target
    from croisee.journeys.caselists.matching import Match

COLUMN_OF = {
    "sex": c.SEX,
    "level": c.LEVEL,
    "jobs": c.JOBS,
    "address": c.ADDRESS,
    "phone": c.PHONE,
    "email": c.EMAIL,
    "planned_end_on": c.PLANNED_END,
    "project": c.PROJECT,
    "project_job": c.JOBS,
    "state": c.STATE,
    "referent": c.REFERENT,
    "last_contact": c.LAST_CONTACT,
}
"""Under which column of ours each thing changed is told."""
PATHS: dict[tuple[str, str], tuple[str, ...]] = {
    (JourneyState.PROPOSED, JourneyState.UNDER_WAY): ("accept",),
    (JourneyState.PROPOSED, JourneyState.PAUSED): ("accept", "pause"),
    (JourneyState.PROPOSED, JourneyState.ENDED): ("accept", "end"),
    (JourneyState.PROPOSED, JourneyState.REFUSED): ("refuse",),
    (JourneyState.PROPOSED, JourneyState.WITHDRAWN): ("withdraw",),
    (JourneyState.UNDER_WAY, JourneyState.PAUSED): ("pause",),
    (JourneyState.UNDER_WAY, JourneyState.ENDED): ("end",),
    (JourneyState.PAUSED, JourneyState.UNDER_WAY): ("resume",),
    (JourneyState.PAUSED, JourneyState.ENDED): ("end",),
}
"""The moves that take a journey from one state to another; what is over is not opened again by a file."""
ONLY_WHEN_ASKED = ("pause", "resume")


@dataclass
class News:
    """What would change. `kept`: what the file says otherwise and is left as it is known."""

    person: dict[str, Any] = field(default_factory=dict)
    journey: dict[str, Any] = field(default_factory=dict)
    moves: tuple[str, ...] = ()
    referent: bool = False
    last_contact: bool = False
    kept: list[str] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        """What changes, as columns of ours, in the order of the table."""
        names = [*self.person, *self.journey]
        names += ["state"] * bool(self.moves) + ["referent"] * self.referent
        names += ["last_contact"] * self.last_contact
        changed = {COLUMN_OF[name] for name in names if name in COLUMN_OF}
        return [column.name for column in c.COLUMNS if column.name in changed]

    def __bool__(self) -> bool:
        return bool(self.person or self.journey or self.moves or self.referent or self.last_contact)


def news_of(match: Match, target: Target, seen: set[UUID]) -> News:
    """What a row changes of somebody known, and of their journey when it is in the programme already.

    What is empty is filled. What is known otherwise changes only when the sender asked for it and may see the person;
    the e-mail address of somebody who has an account never does: it opens the account.
    """
    news = News()
    if match.person is None:
        return news
    asked = OVERWRITE in target.choices
    if match.first is None:
        _about_person(news, match, may=asked and match.person.pk in seen)
    if match.journey is not None:
        _about_journey(news, match, match.journey, may=asked)
    return news


def _about_person(news: News, match: Match, *, may: bool) -> None:
    person: Person = match.person  # type: ignore[assignment]  # asked for somebody known alone
    own = next(iter(person.own), None)  # type: ignore[attr-defined]  # prefetched
    profile = getattr(person, "profile", None)
    known = {
        "address": person.address or ("…" if person.residence != Residence.UNKNOWN else ""),
        "phone": own.phone if own else "",
        "email": own.email if own else "",
        "sex": "" if profile is None or profile.sex == Sex.UNKNOWN else profile.sex,
        "level": "" if profile is None or profile.level == Level.UNKNOWN else profile.level,
        "jobs": profile.jobs if profile else [],
    }
    has_account = own is not None and own.account_id is not None
    for name, value in match.row.known.items():
        if value in (Sex.UNKNOWN, Level.UNKNOWN) or _same(name, known[name], value):
            continue
        if not known[name] or (may and not (name == "email" and has_account)):
            news.person[name] = value
        else:
            news.kept.append(name)


def _same(name: str, known: Any, value: Any) -> bool:
    if name == "phone" and known:
        return known == value or (phone_key(known) != "" and phone_key(known) == phone_key(value))
    if name == "address":
        # An answer kept without its address stands, whatever the file says.
        return known in (value, "…")
    return bool(known == value)


def _about_journey(news: News, match: Match, journey: Journey, *, may: bool) -> None:
    row = match.row
    for name in ("planned_end_on", "project", "project_job"):
        value, known = row.journey.get(name), getattr(journey, name)
        if value and value != known:
            if not known or may:
                news.journey[name] = value
            else:
                news.kept.append(name)
    moves = PATHS.get((journey.state, row.state), ())
    if moves and (may or not set(moves) <= set(ONLY_WHEN_ASKED)) and _in_order(match, journey):
        news.moves = moves
    elif journey.state != row.state:
        news.kept.append("state")
    followed = row.state in FOLLOWED and (news.moves or journey.state in FOLLOWED)
    current = journey.current  # type: ignore[attr-defined]  # prefetched
    news.referent = bool(followed and row.referent is not None and not current)
    if current and row.referent is not None and current[0].referent_id != row.referent.pk:
        news.kept.append("referent")
    if row.last_contact and (journey.last_contact_on is None or row.last_contact > journey.last_contact_on):
        news.last_contact = bool(news.moves) or journey.state in ENTERED


def _in_order(match: Match, journey: Journey) -> bool:
    """Whether the exit that a row says comes after the entry that is known."""
    exited = match.row.journey.get("exited_on")
    return journey.entered_on is None or exited is None or bool(exited >= journey.entered_on)


def told(names: list[str], target: Target) -> str:
    """Columns in words."""
    return ", ".join(str(c.LABELS[name]) for name in names) or _("nothing")
