"""What the territory's tables share: they are open data, and some have an outline on the map."""

from typing import TYPE_CHECKING, Self, TypeVar

import shapely
from django.db import models
from django.db.models import Q

from croisee.foundation.records import VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

M = TypeVar("M", bound=models.Model)


class OpenDataQuerySet(VisibleQuerySet[M]):
    """Rows of open data: everybody may see them, signed in or not."""

    def visible_to(self, account: "Reader") -> Self:
        """All rows: the files they come from are published."""
        return self.all()


class Outlined(models.Model):
    """Abstract: an outline in longitude and latitude (WGS 84), as WKB with its bounds; None when unknown."""

    outline = models.BinaryField(null=True, editable=False)
    west = models.FloatField(null=True, editable=False)
    south = models.FloatField(null=True, editable=False)
    east = models.FloatField(null=True, editable=False)
    north = models.FloatField(null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def geometry(self) -> shapely.Geometry | None:
        """The outline as a shapely geometry; a new object at each call, so that no two threads share one."""
        return None if self.outline is None else shapely.from_wkb(bytes(self.outline))

    @geometry.setter
    def geometry(self, geometry: shapely.Geometry | None) -> None:
        if geometry is None:
            self.outline = self.west = self.south = self.east = self.north = None
            return
        self.outline = shapely.to_wkb(geometry, output_dimension=2)
        self.west, self.south, self.east, self.north = map(float, geometry.bounds)


def whole_outline(name: str) -> models.CheckConstraint:
    """The constraint that an outline and its bounds are there together, in degrees, or absent together."""
    bounds = ("west", "south", "east", "north")
    absent = Q(outline__isnull=True, **{f"{side}__isnull": True for side in bounds})
    # A comparison with NULL is not false: that nothing is NULL has to be said.
    present = Q(
        outline__isnull=False,
        **{f"{side}__isnull": False for side in bounds},
        west__gte=-180,
        east__lte=180,
        south__gte=-90,
        north__lte=90,
        west__lte=models.F("east"),
        south__lte=models.F("north"),
    )
    return models.CheckConstraint(name=name, condition=absent | present)


def point_in_degrees(name: str) -> models.CheckConstraint:
    """The constraint that a longitude and a latitude are there together, in degrees, or absent together."""
    absent = Q(longitude__isnull=True, latitude__isnull=True)
    present = Q(
        longitude__isnull=False,
        latitude__isnull=False,
        longitude__range=(-180, 180),
        latitude__range=(-90, 90),
    )
    return models.CheckConstraint(name=name, condition=absent | present)
