"""Schools, and their place in priority education."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Left, Mod, Right, Substr
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from croisee.foundation.identifiers import UAI_LETTERS
from croisee.territory.models.base import OpenDataQuerySet, point_in_degrees


class SchoolKind(models.TextChoices):
    """What is taught there."""

    PRIMARY = "ecole", _("primary school")
    COLLEGE = "college", _("collège")
    LYCEE = "lycee", _("lycée")
    OTHER = "other", _("other school")


class EducationPriority(models.TextChoices):
    """Place in priority education. `UNKNOWN` until a file of a school year has said it."""

    UNKNOWN = "", _("not known")
    NONE = "none", _("outside priority education")
    REP = "REP", _("REP")
    REP_PLUS = "REP+", _("REP+")


class QpvSituation(models.TextChoices):
    """Where the ministry says the school stands, as against priority neighbourhoods."""

    UNKNOWN = "", _("not known")
    INSIDE = "inside", _("in a priority neighbourhood")
    NEAR = "near", _("less than 300 m from a priority neighbourhood")
    OUTSIDE = "outside", _("outside priority neighbourhoods")


class Location(models.TextChoices):
    """How well a school is located."""

    POINT = "point", _("at its point")
    COMMUNE = "commune", _("at the middle of its commune")
    NONE = "none", _("not located")


class School(models.Model):
    """A school by its UAI, put together from the directory and the files of priority education."""

    uai = models.CharField(max_length=8, primary_key=True)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=SchoolKind)
    is_public = models.BooleanField(null=True)
    address = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=5, blank=True)
    commune = models.ForeignKey("territory.Commune", models.SET_NULL, null=True, related_name="schools")
    epci = models.ForeignKey("territory.Epci", models.CASCADE, related_name="schools")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    location = models.CharField(max_length=10, choices=Location, default=Location.NONE)
    priority = models.CharField(max_length=5, choices=EducationPriority, blank=True)
    priority_year = models.PositiveSmallIntegerField(
        null=True, help_text="Year in which that school year began."
    )
    qpv_situation = models.CharField(max_length=10, choices=QpvSituation, blank=True)

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["name", "uai"]
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        constraints = [
            models.CheckConstraint(name="school_uai", condition=Q(uai__regex=r"^[0-9]{7}[A-HJ-NPR-Z]$")),
            models.CheckConstraint(
                name="school_uai_letter",
                condition=Exact(
                    Substr(
                        Value(UAI_LETTERS), Mod(Cast(Left(F("uai"), 7), models.IntegerField()), 23) + 1, 1
                    ),
                    Right(F("uai"), 1),
                ),
            ),
            models.CheckConstraint(name="school_kind", condition=Q(kind__in=SchoolKind.values)),
            models.CheckConstraint(
                name="school_priority", condition=Q(priority__in=EducationPriority.values)
            ),
            models.CheckConstraint(
                name="school_located",
                condition=Q(location=Location.NONE, longitude__isnull=True)
                | Q(location__in=[Location.POINT, Location.COMMUNE], longitude__isnull=False),
            ),
            point_in_degrees("school_point"),
        ]

    def __str__(self) -> str:
        return self.name or self.uai

    @property
    def is_priority(self) -> bool:
        """Whether it belongs to a REP or a REP+ network."""
        return self.priority in {EducationPriority.REP, EducationPriority.REP_PLUS}
