"""A campaign as the three tables that a round is computed from: the same as files give, read from the database.

Pupils are known by the reference of their enrolment, offers by the beginning of their identifier. Nothing is written.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from croisee.directory.models import Enrolment, Person
from croisee.foundation.tables import Table
from croisee.opportunities.models import (
    Application,
    ApplicationState,
    Opportunity,
    OpportunityState,
    Period,
    Source,
)
from croisee.opportunities.models.applications import HOLDING
from croisee.stages.files.columns import COLUMNS
from croisee.stages.models import Campaign, HostKind
from croisee.stages.models.internships import KIND
from croisee.stages.parameters import PRIVATE_HOST_AGE
from croisee.stages.queries.protection import protected

REFERENCE_LENGTH = 8


@dataclass(frozen=True)
class CampaignMarket:
    """The tables by kind, and what their keys stand for: pupils' references, offers in a week, wishes.

    `notes` says in sentences what does not count, and why; naming nobody.
    """

    tables: dict[str, Table]
    persons: dict[str, Person]
    periods: dict[tuple[str, str], UUID]
    notes: list[str] = field(default_factory=list)

    def digests(self) -> dict[str, str]:
        """SHA-256 of each table, written as CSV: two markets with the same digests are the same."""
        return {kind: hashlib.sha256(as_csv(table)).hexdigest() for kind, table in self.tables.items()}


def iso_week(day: date) -> str:
    """`2027-W05` for any day of that week."""
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02}"


def as_csv(table: Table) -> bytes:
    """A table as a CSV file in UTF-8, in memory."""
    text = io.StringIO()
    names = [name for name in table.columns if table.has(name)]
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(zip(*(table.columns[name] for name in names), strict=True))
    return text.getvalue().encode()


def seats_open(campaign: Campaign) -> QuerySet[Period]:
    """The periods whose seats a round of `campaign` may give: of published offers that everyone finds, of ours."""
    return Period.objects.filter(
        opportunity__kind=KIND,
        opportunity__internship__campaign=campaign,
        opportunity__state=OpportunityState.PUBLISHED,
        opportunity__listed=True,
        opportunity__source=Source.OWN,
    )


def pupils_of(campaign: Campaign) -> QuerySet[Any]:
    """The pupils of the campaign: in a class that has its week (annotated `monday`)."""
    return (
        Enrolment.objects.active()
        .filter(school_class__weeks__campaign=campaign)
        .annotate(monday=F("school_class__weeks__monday"))
    )


def market(campaign: Campaign, turn: int, on: date | None = None) -> CampaignMarket:
    """The tables of a round: who has no place yet, the seats that are left, the wishes of that turn.

    Seats held are left out, reserved ones too; past the day until which they wait (`on`, by default today), reserved
    seats are open to all. Wishes for another week than the pupil's own, or for offers without a seat, do not count.
    """
    day = on or timezone.localdate()
    holders = Application.objects.filter(call=campaign.pk, state__in=HOLDING).values("person")
    enrolments = list(
        pupils_of(campaign)
        .exclude(person__in=holders)
        .select_related("person", "school_class__school")
        .order_by("reference")
    )
    periods = list(
        seats_open(campaign)
        .filter(taken__lt=F("seats"))
        .annotate(
            reserved_held=Count(
                "applications",
                filter=Q(applications__state__in=HOLDING, applications__reserved_seat=True),
            )
        )
        .select_related("opportunity__organisation", "opportunity__internship")
        .order_by("opportunity", "starts_on")
    )
    references = _references(period.opportunity for period in periods)
    asked = Application.objects.filter(call=campaign.pk, turn=turn, state=ApplicationState.ASKED)
    wishes = list(asked.order_by("created_at", "pk").values_list("person_id", "period_id", "rank"))
    pupil_of = {enrolment.person_id: enrolment for enrolment in enrolments}
    week_of = {enrolment.person_id: iso_week(enrolment.monday) for enrolment in enrolments}
    offer_of = {
        period.pk: (references[period.opportunity_id], iso_week(period.starts_on)) for period in periods
    }
    kept = [
        (pupil_of[person].reference, str(rank), offer_of[period][0])
        for person, period, rank in wishes
        if rank and person in week_of and period in offer_of and offer_of[period][1] == week_of[person]
    ]
    return CampaignMarket(
        tables={
            "offers": _table("offers", [_offer(period, references, day) for period in periods]),
            "pupils": _table("pupils", _pupils(enrolments)),
            "wishes": _table("wishes", kept),
        },
        persons={enrolment.reference: enrolment.person for enrolment in enrolments},
        periods={offer_of[period.pk]: period.pk for period in periods},
        notes=_notes(len(wishes) - len(kept)),
    )


def _references(opportunities: Iterable[Opportunity]) -> dict[UUID, str]:
    """A short reference of each offer, always the same; its whole identifier, should two begin alike."""
    keys = {opportunity.pk for opportunity in opportunities}
    short: dict[str, int] = {}
    for key in keys:
        short[key.hex[:REFERENCE_LENGTH]] = short.get(key.hex[:REFERENCE_LENGTH], 0) + 1
    return {
        key: key.hex if short[key.hex[:REFERENCE_LENGTH]] > 1 else key.hex[:REFERENCE_LENGTH] for key in keys
    }


def _offer(period: Any, references: dict[UUID, str], day: date) -> tuple[str, ...]:
    offer = period.opportunity
    free = period.seats - period.taken
    released = offer.reserved_until is not None and day > offer.reserved_until
    reserved = 0 if released else min(max(period.reserved - period.reserved_held, 0), free)
    return (
        references[offer.pk],
        offer.title,
        str(offer.get_sector_display()),
        offer.organisation.siret,
        ", ".join(part for part in (offer.address, f"{offer.postcode} {offer.city}".strip()) if part)
        or offer.organisation.name,
        _degrees(offer.lon),
        _degrees(offer.lat),
        iso_week(period.starts_on),
        str(free),
        str(reserved),
        _least_age(offer),
    )


def _least_age(offer: Opportunity) -> str:
    """What the host asks; else the law: 14 unless the host is public (code du travail L.4153-1)."""
    internship = offer.internship
    lawful = 0 if internship.host_kind == HostKind.PUBLIC else PRIVATE_HOST_AGE
    return str(lawful if internship.least_age is None else internship.least_age)


def _pupils(enrolments: list[Any]) -> list[tuple[str, ...]]:
    answers = protected(enrolment.person for enrolment in enrolments)
    return [
        (
            enrolment.reference,
            enrolment.school_class.school.uai,
            enrolment.person.birth_date.isoformat(),
            # A home known by its answer alone has no address: distances are then measured from the school.
            enrolment.person.address or enrolment.school_class.school.name,
            _degrees(enrolment.person.lon),
            _degrees(enrolment.person.lat),
            iso_week(enrolment.monday),
            "1" if answers[enrolment.person_id] else "0",
            "",
        )
        for enrolment in enrolments
    ]


def _degrees(value: float | None) -> str:
    return "" if value is None else repr(value)


def _table(kind: str, rows: Sequence[tuple[str, ...]]) -> Table:
    names = [column.name for column in COLUMNS[kind]]
    headers = {name: name for name in (names if kind != "pupils" else names[:-1])}
    columns = {name: [row[index].strip() for row in rows] for index, name in enumerate(headers)}
    columns |= {name: [""] * len(rows) for name in names if name not in headers}
    return Table(f"{kind}.csv", columns, headers, list(range(2, len(rows) + 2)))


def _notes(wishes_left_out: int) -> list[str]:
    if not wishes_left_out:
        return []
    return [
        ngettext(
            "%(n)d wish does not count: it is for another week than the pupil's, for an offer without a free seat, "
            "or of a pupil who has a place or no week.",
            "%(n)d wishes do not count: they are for another week than the pupil's, for an offer without a free "
            "seat, or of pupils who have a place or no week.",
            wishes_left_out,
        )
        % {"n": wishes_left_out}
    ]
