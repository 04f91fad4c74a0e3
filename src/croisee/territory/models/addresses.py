"""Streets and addresses of the national address base (BAN)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.territory.models.base import OpenDataQuerySet, point_in_degrees


class Position(models.TextChoices):
    """What a point stands for: how well an address is located. BAN's `type_position`, best first."""

    ENTRANCE = "entrance", _("entrance")
    BUILDING = "building", _("building")
    STAIRCASE = "staircase", _("staircase")
    DWELLING = "dwelling", _("dwelling")
    SERVICE = "service", _("technical service")
    POSTBOX = "postbox", _("letter box")
    PARCEL = "parcel", _("parcel")
    SEGMENT = "segment", _("street segment")
    INTERPOLATION = "interpolation", _("interpolated along the street")
    STREET = "street", _("middle of the street")
    COMMUNE = "commune", _("middle of the commune")
    UNKNOWN = "unknown", _("unknown")

    @property
    def is_plate(self) -> bool:
        """Whether the point is that of the address plate itself, so that a side of a street can be told."""
        return self in AT_THE_PLATE


AT_THE_PLATE = frozenset(
    {
        Position.ENTRANCE,
        Position.BUILDING,
        Position.STAIRCASE,
        Position.DWELLING,
        Position.SERVICE,
        Position.POSTBOX,
        Position.PARCEL,
    }
)


class Street(models.Model):
    """A street or a hamlet of one commune: what the address search looks among."""

    key = models.CharField(
        max_length=40, primary_key=True, help_text="The first two parts of its addresses' BAN identifier."
    )
    name = models.CharField(max_length=200)
    normalised = models.CharField(max_length=200)
    commune = models.ForeignKey("territory.Commune", models.CASCADE, related_name="streets")
    place = models.CharField(
        max_length=100, blank=True, help_text="The commune or district as the file names it."
    )
    postcodes = ArrayField(models.CharField(max_length=5), default=list)
    longitude = models.FloatField()
    latitude = models.FloatField()
    size = models.PositiveIntegerField(default=0, help_text="Its number of addresses.")
    data_set = models.ForeignKey("territory.DataSet", models.CASCADE, related_name="streets")

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["name", "key"]
        verbose_name = _("street")
        verbose_name_plural = _("streets")
        constraints = [point_in_degrees("street_point")]

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """A number of a street."""

    ban_id = models.CharField(max_length=60, primary_key=True)
    street = models.ForeignKey(Street, models.CASCADE, related_name="addresses", db_index=False)
    number = models.PositiveIntegerField()
    suffix = models.CharField(max_length=20, blank=True, help_text="bis, ter, a…")
    postcode = models.CharField(max_length=5, blank=True)
    longitude = models.FloatField()
    latitude = models.FloatField()
    position = models.CharField(max_length=15, choices=Position)
    zone_codes = ArrayField(
        models.CharField(max_length=20), default=list, help_text="Zones that held it when it was loaded."
    )

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["street", "number", "suffix"]
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        indexes = [models.Index(fields=["street", "number"], name="address_of_street")]
        constraints = [
            point_in_degrees("address_point"),
            models.CheckConstraint(name="address_position", condition=Q(position__in=Position.values)),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The address as one writes it: `12 bis Rue de Brest, 35000 Rennes`."""
        number = f"{self.number} {self.suffix}".strip() if self.number else ""
        town = f"{self.postcode} {self.street.place or self.street.commune.name}".strip()
        return f"{number} {self.street.name}, {town}".strip()
