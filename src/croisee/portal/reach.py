"""What the public pages show of what is within reach: a table of neighbourhoods, a map of squares, sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from croisee.foundation.listings import Column, Listing
from croisee.portal.maps import Layer, MapView
from croisee.portal.queries import generations
from croisee.territory.models import ReachSurvey, Zone, ZoneReach
from croisee.territory.reach.computing import LIMITS
from croisee.territory.reach.queries import (
    Counted,
    basis_of,
    counted,
    counted_things,
    is_outdated,
    surveys,
    total_of,
    zone_rows,
)
from croisee.territory.reach.squares import outlines
from croisee.territory.reach.things import Thing
from croisee.territory.travel.wording import rests_on

BOUNDS = (0.5, 0.8, 1.25, 2.0)
"""Between the five classes of the map, as shares of the median."""
CLASSES: tuple[tuple[str, str | Promise], ...] = (
    ("far-below", gettext_lazy("less than half the median")),
    ("below", gettext_lazy("from half to 0.8 times the median")),
    ("about", gettext_lazy("about the median (0.8 to 1.25 times)")),
    ("above", gettext_lazy("from 1.25 times to twice the median")),
    ("far-above", gettext_lazy("more than twice the median")),
)
DECIMALS = 5
NOTHING = '{"type":"FeatureCollection","features":[]}'
KEPT_S = 24 * 3600


@dataclass(frozen=True)
class Shown:
    """What of the computations a page shows: one EPCI, one thing, one time."""

    survey: ReachSurvey
    others: Sequence[ReachSurvey]
    thing: Thing
    minutes: int

    @classmethod
    def asked_by(cls, request: HttpRequest) -> Shown | None:
        """As the address says: `epci`, `what`, `minutes`; what it does not say is the first. None without any."""
        found = surveys()
        if not found:
            return None
        asked = request.GET
        survey = next((one for one in found if one.pk == asked.get("epci")), found[0])
        things = counted_things(survey)
        known = [thing for thing in things if total_of(survey, thing)] or things
        thing = next((one for one in things if one.name == asked.get("what")), known[0])
        minutes = LIMITS[1] if asked.get("minutes") == str(LIMITS[1]) else LIMITS[0]
        return cls(survey, found, thing, minutes)

    def query(self, **changes: object) -> str:
        """The parameters that ask for this, with changes."""
        said = {"epci": self.survey.pk} if len(self.others) > 1 else {}
        return urlencode({**said, "what": self.thing.name, "minutes": self.minutes, **changes})

    @property
    def medians(self) -> list[Counted]:
        """What half of the addresses reach of the thing, in each time."""
        return counted(self.survey, self.thing, (self.survey.median_30, self.survey.median_45))

    @property
    def median(self) -> int:
        """The same, in the time shown."""
        return next(one.median for one in self.medians if one.minutes == self.minutes)

    @property
    def total(self) -> int:
        """How many of the thing there are."""
        return total_of(self.survey, self.thing)

    @property
    def tag(self) -> str:
        """Changes whenever the squares do."""
        said = (self.survey.pk, self.survey.computed_at.timestamp(), self.thing.name, self.minutes)
        return f'"{"-".join(map(str, said))}-{get_language()}"'

    def tabs(self) -> dict[str, list[tuple[str, str, bool]]]:
        """The links to the other territories, things and times."""
        page = reverse("portal:reach")
        of_epci = [(f"?epci={one.pk}", str(one.epci), one is self.survey) for one in self.others]
        of_thing = [
            (f"{page}?{self.query(what=thing.name)}", str(thing.label), thing is self.thing)
            for thing in counted_things(self.survey)
        ]
        of_time = [
            (
                f"{page}?{self.query(minutes=limit)}",
                _("in %(n)d minutes") % {"n": limit},
                limit == self.minutes,
            )
            for limit in LIMITS
        ]
        return {"territories": of_epci if len(of_epci) > 1 else [], "things": of_thing, "times": of_time}


def state(request: HttpRequest) -> str | None:
    """The entity tag of the squares that are asked for; None without any."""
    shown = Shown.asked_by(request)
    return shown.tag if shown else None


# The table


@dataclass(frozen=True)
class Row:
    """A neighbourhood of the table: of each thing, by name, the counts of each time."""

    zone: Zone
    name: str
    code: str
    addresses: int
    counts: dict[str, list[Counted]]


def rows_of(survey: ReachSurvey) -> list[Row]:
    """The neighbourhoods that hold addresses, by name."""
    things = counted_things(survey)
    return [
        Row(
            row.zone,
            row.zone.name or row.zone.code,
            row.zone.code,
            row.addresses,
            {thing.name: counted(survey, thing, (row.within_30, row.within_45)) for thing in things},
        )
        for row in zone_rows(survey)
    ]


def zones_table(request: HttpRequest, shown: Shown) -> Listing:
    """The neighbourhoods with one thing in both times; with all things when it is exported."""
    columns = [
        Column(
            "name", _("Neighbourhood"), sort="name", link=lambda row: reverse("portal:zone", args=[row.code])
        ),
        Column("addresses", _("Addresses"), sort="addresses", numeric=True),
    ]
    listing = Listing(
        request,
        rows_of(shown.survey),
        [*columns, *_columns(shown.thing)],
        name="reach",
        search=["name", "code"],
        empty_title=_("No priority neighbourhood holds addresses"),
        empty_text=_(
            "Load the outlines of the priority neighbourhoods; what is within reach follows by itself."
        ),
    )
    if listing.wants_export:
        of_all = [column for thing in counted_things(shown.survey) for column in _columns(thing, True)]
        listing.columns = [Column("code", _("Code")), *columns, *of_all]
    return listing


def _columns(thing: Thing, named: bool = False) -> Iterator[Column]:
    """How many are reached, and in hundredths of the median, in each time; `named`, also of what, and the median."""
    for place, minutes in enumerate(LIMITS):
        names = {"minutes": minutes, "what": thing.label}

        def one(row: Row, place: int = place) -> Counted:
            return row.counts[thing.name][place]

        count = _("%(what)s in %(minutes)d min") if named else _("In %(minutes)d min")
        yield Column(
            f"n{minutes}{thing.name if named else ''}",
            count % names,
            lambda row, one=one: one(row).count,
            sort="count",
            numeric=True,
        )
        if named:
            median = _("Median of the metropolis: %(what)s in %(minutes)d min") % names
            yield Column(f"m{minutes}{thing.name}", median, lambda row, one=one: one(row).median)
        share = (
            _("%(what)s in %(minutes)d min, %% of the median")
            if named
            else _("%% of the median, %(minutes)d min")
        )
        yield Column(
            f"p{minutes}{thing.name if named else ''}",
            share % names,
            lambda row, one=one: _rounded(one(row)),
            sort="percent",
            numeric=True,
            bar=lambda row, one=one: min(100.0, one(row).percent or 0.0),
        )


def _rounded(one: Counted) -> int | None:
    return None if one.percent is None else round(one.percent)


# The map


def squares_map(shown: Shown) -> MapView:
    """The communes, the squares in their class, the outlines of the neighbourhoods."""
    source = f"{reverse('portal:reach_squares')}?{shown.query(epci=shown.survey.pk)}"
    layers = [Layer("communes"), Layer("squares", _("Squares of 200 m"), "about", source=source)]
    if drawn := generations():
        outline = reverse("portal:geojson", args=[f"qpv-{max(drawn)}"])
        layers.append(Layer("limits", _("Priority neighbourhoods"), "limits", source=outline))
    return MapView(layers)


def squares_geojson(shown: Shown) -> str:
    """The squares with their class and what is said of each, kept until they are computed again."""
    made = cache.get_or_set(f"portal.reach.{shown.tag}", lambda: _written(shown), timeout=KEPT_S)
    return str(made)


def _written(shown: Shown) -> str:
    place = shown.survey.things.index(shown.thing.name)
    within = f"within_{shown.minutes}__{place}"
    rows = list(shown.survey.square_rows.values_list("east", "north", "addresses", within))
    if not rows:
        return NOTHING
    east, north, addresses, counts = np.array(rows, dtype=np.int64).T
    corners = np.round(outlines(east, north, shown.survey.grid), DECIMALS).tolist()
    median = shown.median
    classes = np.searchsorted(BOUNDS, counts / median, side="right") + 1 if median else np.full(len(rows), 3)
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": _said(shown, int(number), int(count), int(held)),
                "geometry": {"type": "Polygon", "coordinates": [corner]},
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for corner, number, count, held in zip(corners, classes, counts, addresses, strict=True)
    ]
    return '{"type":"FeatureCollection","features":[' + ",\n".join(lines) + "]}"


def _said(shown: Shown, number: int, count: int, addresses: int) -> dict[str, object]:
    name = _("%(count)s in %(minutes)d minutes") % {
        "count": shown.thing.counted(count),
        "minutes": shown.minutes,
    }
    living = ngettext("%(n)s address", "%(n)s addresses", addresses) % {"n": number_format(addresses)}
    if shown.median:
        share = _("%(percent)d%% of the median") % {"percent": round(100 * count / shown.median)}
        living = f"{share} · {living}"
    return {"class": number, "name": name, "detail": living, "url": ""}


# In words


@dataclass(frozen=True)
class InWords:
    """What is within reach of a neighbourhood: a few sentences for each thing."""

    survey: ReachSurvey
    lines: list[tuple[str | Promise, str]]
    rests_on: str
    outdated: bool


def in_words(zone: Zone) -> InWords | None:
    """What is within reach of a neighbourhood, where most of its addresses are counted; None when none are."""
    rows = ZoneReach.objects.filter(zone=zone).select_related("survey__epci")
    row = rows.order_by("-addresses").first()
    if row is None:
        return None
    survey = row.survey
    lines = [
        (thing.label, _sentences(thing, counted(survey, thing, (row.within_30, row.within_45))))
        for thing in counted_things(survey)
        if total_of(survey, thing)
    ]
    return InWords(survey, lines, rests_on(basis_of(survey)), is_outdated(survey))


@dataclass(frozen=True)
class Fewer:
    """How many neighbourhoods there are, and how many of them reach less than the median in the shorter time."""

    less: int
    all: int


def reaching_less(name: str) -> Fewer | None:
    """Of the neighbourhoods of all territories; None when nothing is computed, or nothing is counted."""
    below = []
    rows = ZoneReach.objects.select_related("survey").only(
        "within_30", "survey__things", "survey__totals", "survey__median_30"
    )
    for row in rows:
        survey = row.survey
        place = survey.things.index(name) if name in survey.things else None
        if place is not None and survey.totals[place]:
            below.append(row.within_30[place] < survey.median_30[place])
    return Fewer(sum(below), len(below)) if below else None


def _sentences(thing: Thing, counts: Sequence[Counted]) -> str:
    first, *others = counts
    said = _(
        "In %(minutes)d minutes one reaches %(count)s from here; half of the metropolis’s addresses reach "
        "%(median)s or more."
    )
    more = _("In %(minutes)d minutes: %(count)s, against %(median)s.")
    return " ".join(
        text
        % {
            "minutes": one.minutes,
            "count": thing.counted(one.count)
            if one is first
            else number_format(one.count, force_grouping=True),
            "median": number_format(one.median, force_grouping=True),
        }
        for one, text in [(first, said), *((one, more) for one in others)]
    )
