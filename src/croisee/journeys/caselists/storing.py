"""A caseload taken in: people, profiles, journeys along their lifecycle, who follows them; nothing twice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.directory import services as directory
from croisee.directory.models import Capacity, Contact, Person, Profile
from croisee.directory.residence import answer_home, set_home
from croisee.foundation.database.locks import hold
from croisee.foundation.imports.kinds import Outcome, Tables, Target
from croisee.foundation.lifecycles.services import perform_each
from croisee.foundation.tables import FaultyInput
from croisee.journeys.caselists.columns import SLOT
from croisee.journeys.caselists.matching import Analysis, Match, analyse
from croisee.journeys.caselists.news import PATHS, news_of
from croisee.journeys.models import (
    ENTERED,
    FOLLOWED,
    Channel,
    Exchange,
    Following,
    Journey,
    JourneyState,
)

if TYPE_CHECKING:
    from uuid import UUID

    from croisee.foundation.accounts.models import Account
    from croisee.journeys.caselists.goal import Goal

LOCK = "journeys.caselist"
BATCH = 500
PROFILE = ("sex", "level", "jobs")
EXIT = ("exited_on", "exit_kind")
ORDER = ("accept", "pause", "resume", "end", "refuse", "withdraw")
"""In which order moves are made: nobody is paused before they entered."""


@dataclass
class Counts:
    """What a caseload did."""

    people: int = 0
    journeys: int = 0
    updated: int = 0
    same: int = 0

    def words(self) -> str:
        """In one line."""
        if not (self.people or self.journeys or self.updated):
            return _("Nothing changed: all of them were already there, as the file says.")
        parts = [
            ngettext("%(n)d new person", "%(n)d new people", self.people) % {"n": self.people},
            ngettext("%(n)d journey added", "%(n)d journeys added", self.journeys) % {"n": self.journeys},
            ngettext("%(n)d row updated", "%(n)d rows updated", self.updated) % {"n": self.updated},
            ngettext("%(n)d row unchanged", "%(n)d rows unchanged", self.same) % {"n": self.same},
        ]
        numbers = (self.people, self.journeys, self.updated, self.same)
        return ", ".join(part for part, n in zip(parts, numbers, strict=True) if n) + "."


def store(tables: Tables, account: Account, target: Target) -> Outcome:
    """Take a caseload in, inside the transaction of the import; the second time the same file changes nothing.

    Raises FaultyInput when somebody became known meanwhile whom the sender must recognise.
    """
    # Two files at once, of whichever programmes, make one person of whom is in both: the second looks again.
    hold([LOCK])
    found = analyse(tables[SLOT], target)
    if found.faults:
        raise FaultyInput(found.faults)
    return _Storing(found, account, target).done()


class _Storing:
    """One caseload being taken in."""

    def __init__(self, found: Analysis, account: Account, target: Target) -> None:
        self.goal: Goal = target.value
        self.found, self.account, self.target = found, account, target
        self.counts = Counts()
        self.news = {id(one): news_of(one, target, found.seen) for one in found.matches}
        self.done_rows = 0

    def done(self) -> Outcome:
        new = [one for one in self.found.matches if one.root is one and one.person is None]
        self._add_people(new)
        for match in self.found.matches:
            match.person = match.root.person
        just_added = {id(one) for one in new}
        for match in self.found.matches:
            if id(match) not in just_added:
                self._update_person(match)
        added = [one for one in self.found.matches if one.journey is None]
        there = [one for one in self.found.matches if one.journey is not None]
        self._add_journeys(added)
        self._update_journeys([one for one in there if self.news[id(one)]])
        self.counts.updated = sum(bool(self.news[id(one)]) for one in there)
        self.counts.same = len(there) - self.counts.updated
        return Outcome(self.target.url, self.counts.words())

    def _step(self) -> None:
        self.done_rows += 1
        self.target.advance(self.done_rows, len(self.found.matches) + 1)

    def _add_people(self, new: list[Match]) -> None:
        """The people whom nobody knows, with their own contact and profile."""
        people, contacts, profiles = [], [], []
        for match in new:
            row, said = match.row, match.row.known
            person = Person(
                family_name=row.identity.family_name,
                given_name=row.identity.given_name,
                birth_date=row.identity.birth_date,
            )
            if address := said.get("address"):
                set_home(person, answer_home(address), answer_only=False)
            match.person = person
            people.append(person)
            contacts.append(
                Contact(
                    person=person,
                    capacity=Capacity.SELF,
                    name=str(person)[:150],
                    email=said.get("email", ""),
                    phone=said.get("phone", ""),
                )
            )
            profiles.append(Profile(person=person, **{name: said[name] for name in PROFILE if name in said}))
            self._step()
        Person.objects.bulk_create(people, batch_size=BATCH)
        Contact.objects.bulk_create(contacts, batch_size=BATCH)
        Profile.objects.bulk_create(profiles, batch_size=BATCH)
        self.counts.people = len(people)

    def _update_person(self, match: Match) -> None:
        """What the row says that was not known, or that the sender wants changed."""
        said, person = self.news[id(match)].person, match.person
        if said and person is not None:
            if "address" in said:
                directory.change_person(person, {"address": said["address"]}, self.account)
            if {"email", "phone"} & said.keys():
                directory.write_own_contact(person, said, self.account)
            if set(PROFILE) & said.keys():
                directory.change_profile(person, said)
        self._step()

    def _add_journeys(self, matches: list[Match]) -> None:
        """Journeys that are not in the programme yet: one a person at a time, the oldest first."""
        turns: dict[int, list[Match]] = defaultdict(list)
        of_person: dict[UUID, int] = defaultdict(int)
        for match in sorted(matches, key=lambda one: one.row.period):
            if match.person is not None:
                turns[of_person[match.person.pk]].append(match)
                of_person[match.person.pk] += 1
        for turn in turns.values():
            self._add_turn(turn)
        self.counts.journeys = len(matches)

    def _add_turn(self, matches: list[Match]) -> None:
        for match in matches:
            match.journey = self._journey(match)
        Journey.objects.bulk_create([one.journey for one in matches if one.journey], batch_size=BATCH)
        moves = {id(one): PATHS.get((JourneyState.PROPOSED, one.row.state), ()) for one in matches}
        self._move(matches, moves)
        self._follow([one for one in matches if one.row.state in ENTERED and one.row.referent is not None])
        self._note_contacts([one for one in matches if one.row.last_contact and one.row.state in ENTERED])

    def _journey(self, match: Match) -> Journey:
        """A journey as it is asked for, with the dates that it will need."""
        said, person = match.row.journey, match.person
        day = said.get("asked_on") or said.get("entered_on") or timezone.localdate()
        values = {name: value for name, value in said.items() if name not in (*EXIT, "asked_on")}
        return Journey(
            person=person,
            programme=self.goal.programme,
            asked_on=day,
            written_by=self.account,
            residence=person.residence if person else "",
            zone_codes=person.zone_codes if person else "",
            **values,
        )

    def _update_journeys(self, matches: list[Match]) -> None:
        """What the rows say of journeys that are there: what was empty, and the moves since."""
        changed = []
        for match in matches:
            said = self.news[id(match)].journey
            if match.journey is not None and said:
                for name, value in said.items():
                    setattr(match.journey, name, value)
                changed.append(match.journey)
        Journey.objects.bulk_update(changed, ["planned_end_on", "project", "project_job"], batch_size=BATCH)
        self._move(matches, {id(one): self.news[id(one)].moves for one in matches})
        self._follow([one for one in matches if self.news[id(one)].referent])
        self._note_contacts([one for one in matches if self.news[id(one)].last_contact])

    def _move(self, matches: list[Match], moves: dict[int, tuple[str, ...]]) -> None:
        """Take journeys along their lifecycle, move by move, each with its own dates."""
        for name in ORDER:
            changes: dict[Any, dict[str, Any]] = {}
            for match in matches:
                if match.journey is not None and name in moves[id(match)]:
                    changes[match.journey.pk] = self._values(match, name)
            if changes:
                perform_each(Journey, changes, name, self.account)
        ended = [one.journey for one in matches if one.journey is not None and "end" in moves[id(one)]]
        for following in Following.objects.filter(journey__in=ended, ended_on=None).select_related("journey"):
            following.ended_on = max(
                following.journey.exited_on or following.started_on, following.started_on
            )
            following.save()

    def _values(self, match: Match, move: str) -> dict[str, Any]:
        said = match.row.journey
        if move == "end":
            return {name: said[name] for name in EXIT}
        if move == "accept":
            # What is counted at entry is the home as it is known when the entry is written.
            person = match.person
            home = {"residence": person.residence, "zone_codes": person.zone_codes} if person else {}
            return {"entered_on": said["entered_on"], **home}
        return {}

    def _follow(self, matches: list[Match]) -> None:
        """Who follows each, since the entry, until the exit."""
        rows = []
        for match in matches:
            journey, said = match.journey, match.row.journey
            if journey is None or match.row.referent is None:
                continue
            is_new = self.news[id(match)].referent is False
            starts = (
                said["entered_on"]
                if is_new or "accept" in self.news[id(match)].moves
                else timezone.localdate()
            )
            ends = said.get("exited_on") if match.row.state not in FOLLOWED else None
            rows.append(
                Following(journey=journey, referent=match.row.referent, started_on=starts, ended_on=ends)
            )
        Following.objects.bulk_create(rows, batch_size=BATCH)

    def _note_contacts(self, matches: list[Match]) -> None:
        """The last contact known, as an exchange of that day."""
        text = _("Last contact known when the caseload was imported.")
        Exchange.objects.bulk_create(
            (
                Exchange(
                    journey=one.journey,
                    on=one.row.last_contact,
                    channel=Channel.MEETING,
                    text=text,
                    by=one.row.referent or self.account,
                )
                for one in matches
                if one.row.last_contact is not None
            ),
            batch_size=BATCH,
        )
