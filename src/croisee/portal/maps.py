"""What a map of a page shows: its layers, and what it sets off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from croisee.territory.models import Zone, ZoneKind


@dataclass(frozen=True)
class Layer:
    """A layer of the map, drawn from the territory's GeoJSON or from that at `source`.

    One without a label cannot be switched off. `asked_by` is the id of a form of the page, which is posted to `source`
    whenever a place is chosen on the map (`lon`, `lat`): the address of a page then tells no place.
    """

    name: str
    label: str | Promise = ""
    swatch: str = ""
    shown: bool = True
    source: str = ""
    asked_by: str = ""

    @property
    def url(self) -> str:
        """Where its GeoJSON is."""
        return self.source or reverse("portal:geojson", args=[self.name])


@dataclass(frozen=True)
class MapView:
    """A map as `partials/map.html` draws it.

    `bounds` is "west,south,east,north"; without them, the map is as large as the layer `fit`, if anything is drawn of
    it. `point` "lon,lat" is marked, which the legend calls `point_label`; the zone of `code` is set off.
    """

    layers: Sequence[Layer] = field(default_factory=list)
    bounds: str = ""
    fit: str = ""
    point: str = ""
    point_label: str | Promise = ""
    code: str = ""

    @property
    def asked(self) -> Layer | None:
        """The layer that follows the place chosen."""
        return next((layer for layer in self.layers if layer.asked_by), None)

    @property
    def names(self) -> str:
        """The layers' names, the lowest first."""
        return " ".join(layer.name for layer in self.layers)


def territory_layers(generations: Sequence[int], kinds: set[str], stops: bool = False) -> list[Layer]:
    """Every layer for which something is loaded, the lowest first; at first the newest generation is shown."""
    layers = [Layer("communes", _("Communes"), "communes")]
    if ZoneKind.NEIGHBOURHOOD in kinds:
        layers.append(
            Layer("neighbourhoods", _("City neighbourhoods"), "neighbourhoods", shown=not generations)
        )
    for generation in sorted(generations):
        newest = generation == max(generations)
        band = _("300 m around them (%(year)s)") % {"year": generation}
        layers.append(Layer(f"bands-{generation}", band, "band", shown=False))
        label = _("Priority neighbourhoods %(year)s") % {"year": generation}
        layers.append(Layer(f"qpv-{generation}", label, "qpv" if newest else "qpv-old", newest))
    if stops:
        layers.append(Layer("stops", _("Stops of public transport"), "stops", shown=False))
    return [*layers, Layer("schools", _("Schools (REP, REP+ in colour)"), "school rep")]


def zone_map(zone: Zone) -> MapView:
    """The map of a zone's page: the zone set off, its surroundings, the schools."""
    name = f"qpv-{zone.generation}" if zone.kind == ZoneKind.QPV else f"{zone.kind}s"
    layers = [Layer("communes"), Layer(name), Layer("schools")]
    return MapView(layers, bounds_around(zone), code=zone.code)


def bounds_around(zone: Zone, margin: float = 0.25) -> str:
    """The zone's box, widened on each side by a share of its size."""
    if zone.west is None or zone.south is None or zone.east is None or zone.north is None:
        return ""
    across, along = (zone.east - zone.west) * margin, (zone.north - zone.south) * margin
    box = (zone.west - across, zone.south - along, zone.east + across, zone.north + along)
    return ",".join(f"{value:.5f}" for value in box)
