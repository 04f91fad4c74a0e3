"""What the pages of a round read, beyond a filter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.stages import small_counts, wording
from croisee.stages.models import Round, RoundOffer, RoundPupil
from croisee.stages.travel import basis_kept
from croisee.territory.models import School
from croisee.territory.travel.wording import rests_on

MOST_FREE_SHOWN = 10


@dataclass(frozen=True)
class RankRow:
    """Pupils who got the wish of one rank."""

    label: str
    pupils: int
    percent: float


@dataclass(frozen=True)
class SchoolRow:
    """A school in a round."""

    uai: str
    name: str
    pupils: int
    placed: int
    first: int
    pupils_url: str

    @property
    def without(self) -> int:
        """Pupils without a place."""
        return self.pupils - self.placed

    @property
    def share(self) -> float:
        """Percentage of pupils with a place."""
        return 100 * self.placed / self.pupils


@dataclass(frozen=True)
class ComparisonRow:
    """A figure for protected pupils and others, by the rule then by first come, first served."""

    label: str
    cells: list[str]


def figures(round_: Round, *, exact: bool) -> dict[str, Any]:
    """The figures of a computed round, in words, with its pupils by rank; unless `exact`, no count of a few pupils."""
    summary = round_.summary
    everyone = summary["result"]["everyone"]
    pupils = everyone["pupils"]
    lines = [(wording.rank_label(line["rank"]), line["everyone"]) for line in summary["ranks"]]
    if not exact:
        lines = small_counts.merged(lines, _("other ranks, together"))
    parts = {
        "pupils": pupils,
        "placed": everyone["placed"],
        "first": everyone["first"],
        "without": pupils - everyone["placed"],
        "alone_placed": summary["alone_placed"],
    }
    texts = {
        name: wording.number(part) if exact else small_counts.shown(part, pupils)
        for name, part in parts.items()
    }
    ranks = [RankRow(label, count, 100 * count / max(pupils, 1)) for label, count in lines]
    return {**summary, **texts, "ranks": ranks}


def travel_rests_on(round_: Round) -> str:
    """What the travel times of a round rest on, in words; empty where it went by distance."""
    kept = round_.summary.get("travel")
    return rests_on(basis_kept(kept)) if kept else ""


def gap(round_: Round, *, exact: bool) -> list[ComparisonRow]:
    """What protected pupils and others got: a column each."""
    return _compared([round_.summary["result"][group] for group in ("protected", "others")], exact=exact)


def without_the_rule(round_: Round, *, exact: bool) -> list[ComparisonRow]:
    """The same wishes, lists not continued, by the rule and by first come, first served; protected, then others."""
    rules = [round_.summary["own_lists"], round_.summary["queue"]]
    return _compared([rule[group] for group in ("protected", "others") for rule in rules], exact=exact)


def _compared(groups: list[dict[str, Any]], *, exact: bool) -> list[ComparisonRow]:
    """A row a figure; unless `exact`, dashes where one of its cells would tell of fewer than five pupils."""

    def share(name: str) -> Callable[[dict[str, Any]], str]:
        return lambda group: wording.share(group[name], group["pupils"])

    # Each figure with the count of pupils that it rests on.
    figures: list[tuple[str, str, Callable[[dict[str, Any]], str]]] = [
        (_("Pupils"), "pupils", lambda group: wording.number(group["pupils"])),
        (_("With a place"), "placed", share("placed")),
        (_("On their first wish"), "first", share("first")),
        (_("On one of their first three wishes"), "top", share("top")),
        (_("Mean rank of the wishes granted"), "placed", lambda group: wording.number(group["mean_rank"])),
        (_("On a reserved seat"), "reserved_seats", lambda group: wording.number(group["reserved_seats"])),
    ]
    rows = []
    for label, count, figure in figures:
        told = exact or not any(small_counts.is_hidden(group[count], group["pupils"]) for group in groups)
        rows.append(
            ComparisonRow(label, [figure(group) if told else wording.number(None) for group in groups])
        )
    return rows


def weeks(round_: Round) -> list[str]:
    """The weeks in which a round has offers, in order."""
    return list(round_.offers.order_by("week").values_list("week", flat=True).distinct())


def with_free(offers: QuerySet[RoundOffer]) -> QuerySet[RoundOffer]:
    """Offers with their free seats as `left`, so that one can sort and filter by them."""
    return offers.annotate(left=F("seats") - F("taken"))


def by_school(pupils: QuerySet[RoundPupil]) -> list[SchoolRow]:
    """The schools of these pupils, with what theirs got."""
    rows = list(
        pupils.order_by("school_uai")
        .values("round", "school_uai")
        .annotate(pupils=Count("pk"), placed=Count("offer"), first=Count("pk", filter=Q(rank=1)))
    )
    names = _names([row["school_uai"] for row in rows])
    return [
        SchoolRow(
            uai=row["school_uai"],
            name=names.get(row["school_uai"], row["school_uai"]),
            pupils=row["pupils"],
            placed=row["placed"],
            first=row["first"],
            pupils_url=reverse("stages:pupils", args=[row["round"]]) + f"?q={row['school_uai']}",
        )
        for row in rows
    ]


def school_names(pupils: QuerySet[RoundPupil]) -> Callable[[RoundPupil], str]:
    """A function from a pupil to the name of its school, which asks the database once for all of them."""
    names: dict[str, str] | None = None

    def name(pupil: RoundPupil) -> str:
        nonlocal names
        if names is None:
            names = _names(pupils.order_by().values("school_uai"))
        return names.get(pupil.school_uai, pupil.school_uai)

    return name


def _names(uais: Any) -> dict[str, str]:
    return dict(School.objects.filter(uai__in=uais).values_list("uai", "name"))


def nearest_free(pupil: RoundPupil) -> list[RoundOffer]:
    """Offers of the pupil's week with a seat left, nearest first; none for a pupil with a place."""
    if pupil.offer_id is not None:
        return []
    free = pupil.round.offers.filter(week=pupil.week, taken__lt=F("seats"))
    known = {offer.reference: offer for offer in free}
    near = [known.pop(item["offer"]) for item in pupil.nearby if item["offer"] in known]
    return [*near, *known.values()][:MOST_FREE_SHOWN]


def offers_geojson(offers: Iterable[RoundOffer]) -> dict[str, Any]:
    """Offers that have coordinates, as GeoJSON points in lon/lat."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [offer.lon, offer.lat]},
                "properties": {
                    "name": offer.title,
                    "detail": _("%(free)d of %(seats)d seats free, %(week)s")
                    % {"free": offer.free, "seats": offer.seats, "week": offer.week},
                    "weight": offer.seats,
                    "strong": bool(offer.free),
                },
            }
            for offer in offers
            if offer.lon is not None
        ],
    }
