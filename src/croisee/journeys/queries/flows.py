"""The flow from internship to apprenticeship, to work, to a company: counts of ways, cut and hidden as it must be."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Sum
from django.utils.translation import gettext as _

from croisee.foundation.accounts.models import Account
from croisee.journeys.flow_cuts import bands, hidden_of
from croisee.journeys.flow_layout import BAND, Band, Flow, Path, layout
from croisee.journeys.models import Stage, WayCount
from croisee.territory.models import Zone, ZoneKind

YEARS = 3
"""How many cohorts a band holds: one alone would tell of few people."""
ORDER = [str(stage) for stage in Stage]
ALL, INSIDE, OUTSIDE = "all", "inside", "outside"


@dataclass(frozen=True)
class Part:
    """What may be chosen: everything, a band of cohorts, a side, a neighbourhood."""

    key: str
    label: str
    group: str


@dataclass(frozen=True)
class WayRow:
    """A way and how many people took it."""

    path: Path
    people: int
    share: float

    @property
    def stages(self) -> str:
        """The stages in words, in their order."""
        return " → ".join(str(Stage(stage).label) for stage in self.path)


@dataclass(frozen=True)
class FlowShown:
    """One part of a cut: its people, the ways shown, the people of the others, the picture. None of it if withheld."""

    part: Part
    people: int
    ways: list[WayRow]
    others: int
    flow: Flow
    withheld: bool = False
    parts: list[Part] = field(default_factory=list)

    @property
    def bands(self) -> list["BandShown"]:
        """The bands of the picture, with their words: after them, or before in the right half."""
        return [BandShown(band) for band in self.flow.bands]


@dataclass(frozen=True)
class BandShown:
    """A band and its words."""

    band: Band

    @property
    def label(self) -> str:
        """The stage, in the reader's language."""
        return str(Stage(self.band.stage).label)

    @property
    def before(self) -> bool:
        """Whether the words stand before it."""
        return self.band.is_last

    @property
    def words_at(self) -> float:
        """Where the words begin, or end when they stand before."""
        return self.band.x - 6 if self.before else self.band.x + BAND + 6


def flow_shown(account: Account, asked: str) -> FlowShown:
    """The flow of the part asked for (all when it is none that there is). Two queries, whatever the people."""
    counted = _counted(account)
    names = _zone_names(counted.zones)
    by_band = {key: counted.bands[key] for key in counted.bands}
    parts = [
        Part(ALL, _("All"), ""),
        *(Part(f"c{key}", key, _("Cohorts (year of the first stage)")) for key in by_band),
        Part(INSIDE, _("Priority neighbourhoods"), _("Where people live")),
        Part(OUTSIDE, _("Elsewhere"), _("Where people live")),
        *(Part(f"z{code}", names.get(code, code), _("Neighbourhood")) for code in sorted(counted.zones)),
    ]
    part = next((one for one in parts if one.key == asked), parts[0])
    hidden = _hidden(counted, part.key)
    ways = counted.of(part.key)
    people = sum(ways.values())
    if hidden is None:
        return FlowShown(part, 0, [], 0, layout({}, ORDER), people > 0, parts)
    shown = {tuple(name.split(">")): count for name, count in ways.items() if count and name not in hidden}
    rows = [
        WayRow(path, count, 100 * count / people)
        for path, count in sorted(shown.items(), key=lambda way: (-way[1], way[0]))
    ]
    return FlowShown(part, people, rows, people - sum(shown.values()), layout(shown, ORDER), parts=parts)


@dataclass(frozen=True)
class _Counted:
    """How many took each way: all, by band, by side, by neighbourhood."""

    everyone: Mapping[str, int]
    bands: Mapping[str, Mapping[str, int]]
    sides: Mapping[str, Mapping[str, int]]
    zones: Mapping[str, Mapping[str, int]]

    def of(self, key: str) -> Mapping[str, int]:
        """The counts of one part."""
        if key == ALL:
            return self.everyone
        if key in (INSIDE, OUTSIDE):
            return self.sides[key]
        return self.bands[key[1:]] if key[0] == "c" else self.zones[key[1:]]


def _counted(account: Account) -> _Counted:
    rows = list(
        WayCount.objects.visible_to(account)
        .order_by()
        .values_list("cohort", "zone", "path")
        .annotate(number=Sum("people"))
    )
    cohorts = bands({cohort for cohort, *_rest in rows}, YEARS)
    band_of = {year: key for key, (first, last) in cohorts.items() for year in range(first, last + 1)}
    everyone: dict[str, int] = defaultdict(int)
    by_band: dict[str, dict[str, int]] = {key: defaultdict(int) for key in cohorts}
    sides: dict[str, dict[str, int]] = {INSIDE: defaultdict(int), OUTSIDE: defaultdict(int)}
    zones: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for cohort, zone, path, number in rows:
        everyone[path] += number
        by_band[band_of[cohort]][path] += number
        sides[INSIDE if zone else OUTSIDE][path] += number
        if zone:
            zones[zone][path] += number
    return _Counted(everyone, by_band, sides, zones)


def _hidden(counted: _Counted, key: str) -> frozenset[str] | None:
    """The ways not shown in a part; None where the part is withheld whole."""
    whole = hidden_of({ALL: counted.everyone})
    if ALL in whole.parts:
        return None
    above = whole.ways[ALL]
    if key == ALL:
        return above
    if key[0] == "c":
        found = hidden_of(counted.bands, above)
        return None if key[1:] in found.parts else found.ways[key[1:]]
    sides = hidden_of(counted.sides, above)
    if key in (INSIDE, OUTSIDE):
        return None if key in sides.parts else sides.ways[key]
    if INSIDE in sides.parts:
        return None
    zones = hidden_of(counted.zones, sides.ways[INSIDE])
    return None if key[1:] in zones.parts else zones.ways[key[1:]]


def _zone_names(codes: Mapping[str, object]) -> dict[str, str]:
    """What neighbourhoods are called, where they are loaded."""
    rows = Zone.objects.filter(kind=ZoneKind.QPV, code__in=list(codes)).order_by("generation")
    return dict(rows.values_list("code", "name"))
