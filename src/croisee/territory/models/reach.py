"""What was computed of the things that each place reaches in 30 and 45 minutes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from croisee.territory.models.base import OpenDataQuerySet


def _counts(help_text: str = "") -> ArrayField:
    return ArrayField(models.PositiveIntegerField(), default=list, help_text=help_text)


class ReachSurvey(models.Model):
    """One computation for an EPCI, which takes the place of the one before. Arrays are in the order of `things`."""

    epci = models.OneToOneField(
        "territory.Epci", models.CASCADE, primary_key=True, related_name="reach_survey"
    )
    computed_at = models.DateTimeField()
    loaded = models.CharField(max_length=64, help_text="SHA-256 of what was loaded then.")
    timetable_day = models.DateField(null=True, help_text="Whose timetable was taken; empty for an estimate.")
    timetable_ends = models.DateField(null=True)
    along_streets = models.BooleanField()
    lacking = ArrayField(
        models.CharField(max_length=1000), default=list, help_text="Agencies without a timetable then."
    )
    grid = models.PositiveIntegerField(help_text="EPSG code of the squares' projection.")
    squares = models.PositiveIntegerField()
    addresses = models.PositiveIntegerField()
    things = ArrayField(models.CharField(max_length=30), help_text="Names of what was counted.")
    totals = _counts("How many there are.")
    median_30 = _counts("What half of the addresses reach in 30 minutes.")
    median_45 = _counts("What half of the addresses reach in 45 minutes.")

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["epci"]
        verbose_name = _("computation of reach")
        verbose_name_plural = _("computations of reach")
        constraints = [
            models.CheckConstraint(name="reach_survey_sha256", condition=Q(loaded__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="reach_survey_timetable",
                condition=Q(timetable_day__isnull=True, timetable_ends__isnull=True)
                | Q(
                    timetable_day__isnull=False,
                    timetable_ends__isnull=False,
                    timetable_ends__gte=F("timetable_day"),
                ),
            ),
            models.CheckConstraint(name="reach_survey_addresses", condition=Q(addresses__gte=F("squares"))),
            models.CheckConstraint(
                name="reach_survey_all_things",
                condition=Q(
                    totals__len=F("things__len"),
                    median_30__len=F("things__len"),
                    median_45__len=F("things__len"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.epci)


class ReachSquare(models.Model):
    """A square of 200 m that holds addresses, by its south-west corner, and what they reach."""

    survey = models.ForeignKey(ReachSurvey, models.CASCADE, related_name="square_rows")
    east = models.IntegerField(help_text="Metres, in the survey's grid.")
    north = models.IntegerField(help_text="Metres, in the survey's grid.")
    longitude = models.FloatField(help_text="The middle of its addresses, from which one leaves.")
    latitude = models.FloatField()
    addresses = models.PositiveIntegerField()
    within_30 = _counts()
    within_45 = _counts()

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["survey", "north", "east"]
        verbose_name = _("square")
        verbose_name_plural = _("squares")
        constraints = [
            models.UniqueConstraint(fields=["survey", "north", "east"], name="reach_square_once"),
            models.CheckConstraint(name="reach_square_lived_in", condition=Q(addresses__gt=0)),
            models.CheckConstraint(
                name="reach_square_point",
                condition=Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
            ),
            models.CheckConstraint(
                name="reach_square_all_things", condition=Q(within_30__len=F("within_45__len"))
            ),
        ]

    def __str__(self) -> str:
        return f"N{self.north}E{self.east}"


class ZoneReach(models.Model):
    """What half of the addresses of a priority neighbourhood reach."""

    survey = models.ForeignKey(ReachSurvey, models.CASCADE, related_name="zone_rows")
    zone = models.ForeignKey("territory.Zone", models.CASCADE, related_name="reach")
    addresses = models.PositiveIntegerField(help_text="Those of this EPCI.")
    within_30 = _counts()
    within_45 = _counts()

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["survey", "zone"]
        verbose_name = _("reach of a neighbourhood")
        verbose_name_plural = _("reach of neighbourhoods")
        constraints = [
            models.UniqueConstraint(fields=["survey", "zone"], name="zone_reach_once"),
            models.CheckConstraint(name="zone_reach_lived_in", condition=Q(addresses__gt=0)),
            models.CheckConstraint(
                name="zone_reach_all_things", condition=Q(within_30__len=F("within_45__len"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.zone)
