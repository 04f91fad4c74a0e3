"""Maps of single places, for pages of any app."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from croisee.portal import queries
from croisee.portal.maps import Layer, MapView, territory_layers
from croisee.territory.models import ZoneKind

register = template.Library()

# Around a point, about 1 km on each side.
NORTH_SOUTH, EAST_WEST = 0.009, 0.013


@register.inclusion_tag("partials/map.html")
def point_map(longitude: float, latitude: float, code: str = "") -> dict[str, Any]:
    """A small map around a point, with the priority neighbourhoods there; the one of `code` is set off."""
    box = (longitude - EAST_WEST, latitude - NORTH_SOUTH, longitude + EAST_WEST, latitude + NORTH_SOUTH)
    generations = sorted(queries.generations())
    view = MapView(
        layers=[Layer("communes"), *(Layer(f"qpv-{generation}") for generation in generations)],
        bounds=",".join(f"{value:.5f}" for value in box),
        point=f"{longitude:.6f},{latitude:.6f}",
        code=code,
    )
    return {"map": view, "small": True, "label": _("The address and the priority neighbourhoods around it")}


@register.inclusion_tag("partials/map.html")
def areas_map(longitude: str, latitude: str, source: str, form: str, label: str) -> dict[str, Any]:
    """The map of the territory with the areas that `source` answers when the form of that id is posted to it."""
    layers = territory_layers(queries.generations(), queries.kinds() - {ZoneKind.SUBNEIGHBOURHOOD})
    ground, *others = [layer for layer in layers if layer.name.startswith(("communes", "qpv-"))]
    areas = Layer("areas", source=source, asked_by=form)
    view = MapView(
        [ground, areas, *others[-1:]],
        fit=areas.name,
        point=f"{longitude},{latitude}",
        point_label=_("where one starts from"),
    )
    return {"map": view, "small": False, "label": label}


@register.inclusion_tag("partials/map.html")
def points_map(
    source: str, points: str, label: str, point: str = "", point_label: str = ""
) -> dict[str, Any]:
    """The map of the territory with the points of the GeoJSON at `source`, which the legend calls `points`.

    Their properties: `name`, `detail` (what is said when one is picked), `weight` (how large), `strong` (in colour).
    `point` ("lon,lat") is marked as `point_label`.
    """
    layers = territory_layers(queries.generations(), queries.kinds() - {ZoneKind.SUBNEIGHBOURHOOD})
    kept = [layer for layer in layers if not layer.name.startswith(("bands-", "schools"))]
    layer = Layer("points", points, "school rep", source=source)
    view = MapView([*kept, layer], fit=layer.name, point=point, point_label=point_label)
    return {"map": view, "small": False, "label": label}


@register.inclusion_tag("partials/map.html")
def outlines_map(
    source: str, outlines: str, label: str, points_source: str = "", points: str = ""
) -> dict[str, Any]:
    """The map of the territory with the outlines of the GeoJSON at `source`, which the legend calls `outlines`.

    With the points of the GeoJSON at `points_source`, called `points`, as `points_map` draws them.
    """
    layers = territory_layers(queries.generations(), queries.kinds() - {ZoneKind.SUBNEIGHBOURHOOD})
    kept = [layer for layer in layers if layer.name.startswith(("communes", "qpv-"))]
    limits = Layer("limits", outlines, "qpv-old", source=source)
    dots = [Layer("points", points, "school rep", source=points_source)] if points_source else []
    return {"map": MapView([*kept, limits, *dots], fit=limits.name), "small": False, "label": label}
