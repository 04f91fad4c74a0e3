"""The loaded zones as indexes of the engine: made once for each state of the data, shared by all who ask."""

import threading
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pyarrow as pa
from django.db.models import Count, Max
from numpy.typing import NDArray

from croisee.engine.zones import Index
from croisee.territory.models import DataSet, DataSetKind, Zone, ZoneKind
from croisee.territory.rules import BANDS

Version = tuple[object, ...]
_making = threading.Lock()


@dataclass(frozen=True, slots=True)
class ZoneFacts:
    """What is said of a zone beside its outline."""

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class ZoneLayer:
    """The zones of one kind and generation: `zones[i]` is what `index` calls its i-th.

    `covered` holds the communes in which the absence of a zone means that there is none.
    """

    kind: str
    generation: int
    index: Index
    zones: tuple[ZoneFacts, ...]
    covered: frozenset[str]


def version() -> Version:
    """What changes whenever a zone does."""
    zones = Zone.objects.aggregate(count=Count("pk"), latest=Max("updated_at"))
    sets = DataSet.objects.filter(kind=DataSetKind.QPV).aggregate(count=Count("pk"), latest=Max("updated_at"))
    return (*zones.values(), *sets.values())


def zone_layer(kind: str = ZoneKind.QPV, generation: int | None = None) -> ZoneLayer | None:
    """The loaded zones with outlines of one kind, of `generation` or of the newest; None when there are none."""
    layers = [layer for layer in zone_layers() if layer.kind == kind]
    return next((layer for layer in layers if generation in (None, layer.generation)), None)


def zone_layers() -> tuple[ZoneLayer, ...]:
    """Every kind and generation of zones that has outlines, newest generation first."""
    current = version()
    with _making:
        return _zone_layers(current)


@lru_cache(maxsize=1)
def _zone_layers(_version: Version) -> tuple[ZoneLayer, ...]:
    groups: dict[tuple[str, int], list[Zone]] = defaultdict(list)
    for zone in Zone.objects.filter(outline__isnull=False).order_by("kind", "-generation", "code"):
        groups[zone.kind, zone.generation].append(zone)
    covered: dict[int, set[str]] = defaultdict(set)
    for generation, communes in DataSet.objects.filter(kind=DataSetKind.QPV).values_list(
        "generation", "covered_communes"
    ):
        covered[generation or 0] |= set(communes)
    return tuple(
        ZoneLayer(
            kind,
            generation,
            Index(
                [bytes(zone.outline or b"") for zone in zones],
                [zone.code for zone in zones],
                bands=BANDS,
                crs=4326,
            ),
            tuple(ZoneFacts(zone.code, zone.name, zone.valid_from, zone.valid_to) for zone in zones),
            frozenset(covered[generation]) if kind == ZoneKind.QPV else frozenset(),
        )
        for (kind, generation), zones in groups.items()
    )


class ZoneTagger:
    """Every zone, of every kind and generation, that holds each point: PostgreSQL array literals, for COPY."""

    def __init__(self, layers: tuple[ZoneLayer, ...]) -> None:
        self._layers = [layer for layer in layers if layer.kind != ZoneKind.ZFU]

    def tag(self, longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> pa.Array:
        """`{}` or `{QP059079,QN05977M}` for each point."""
        points, codes = [np.empty(0, np.int64)], [np.empty(0, object)]
        for layer in self._layers:
            hits = layer.index.locate(longitude, latitude, crs=4326)
            inside = hits[hits.level == 0]
            points.append(inside.point)
            codes.append(np.array(layer.index.codes, dtype=object)[inside.zone])
        point, code = np.concatenate(points), np.concatenate(codes)
        order = np.argsort(point, kind="stable")
        point, code = point[order], code[order]
        literals = np.full(len(longitude), "{}", dtype=object)
        starts = np.flatnonzero(np.diff(point, prepend=-1))
        sizes = np.diff(starts, append=len(point))
        alone = starts[sizes == 1]
        literals[point[alone]] = np.array([f"{{{one}}}" for one in code[alone]], dtype=object)
        for start, size in zip(starts[sizes > 1], sizes[sizes > 1], strict=True):
            literals[point[start]] = "{" + ",".join(code[start : start + size]) + "}"
        return pa.array(literals, pa.string())


def tagger() -> ZoneTagger:
    """A tagger for the zones as they are loaded now."""
    return ZoneTagger(zone_layers())
