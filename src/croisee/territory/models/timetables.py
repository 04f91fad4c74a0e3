"""Timetables of public transport, as loaded, and the stops that they serve."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from croisee.territory.models.base import OpenDataQuerySet

WARNED_DAYS = 14
"""Days before the end of a timetable from which one is told to load the next."""


class Validity(models.TextChoices):
    """How a timetable stands on a day."""

    COMING = "coming", _("not yet valid")
    VALID = "valid", _("valid")
    ENDING = "ending", _("about to end")
    EXPIRED = "expired", _("expired")


class TransitFeed(models.Model):
    """A GTFS feed in use: what it says of itself, and its arrays and names as one compressed binary."""

    data_set = models.OneToOneField(
        "territory.DataSet", models.CASCADE, primary_key=True, related_name="transit_feed"
    )
    agencies = ArrayField(models.CharField(max_length=1000), help_text="Names of the networks.")
    publisher = models.CharField(max_length=1000, blank=True)
    version = models.CharField(max_length=1000, blank=True)
    time_zone = models.CharField(max_length=64)
    first_day = models.DateField()
    last_day = models.DateField()
    stops = models.PositiveIntegerField()
    routes = models.PositiveIntegerField()
    trips = models.PositiveIntegerField()
    stop_times = models.PositiveIntegerField()
    arrays = models.BinaryField(editable=False)

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["data_set"]
        verbose_name = _("timetable")
        verbose_name_plural = _("timetables")
        constraints = [
            models.CheckConstraint(name="transit_feed_days", condition=Q(first_day__lte=F("last_day"))),
            models.CheckConstraint(
                name="transit_feed_runs",
                condition=Q(stops__gt=0, routes__gt=0, trips__gt=0, stop_times__gte=2 * F("trips")),
            ),
            models.CheckConstraint(name="transit_feed_agencies", condition=Q(agencies__len__gt=0)),
        ]

    def __str__(self) -> str:
        return ", ".join(self.agencies)

    def validity_on(self, day: dt.date) -> Validity:
        """How the timetable stands on a day."""
        if day > self.last_day:
            return Validity.EXPIRED
        if day < self.first_day:
            return Validity.COMING
        ends_soon = day > self.last_day - dt.timedelta(days=WARNED_DAYS)
        return Validity.ENDING if ends_soon else Validity.VALID

    def remedy_on(self, day: dt.date) -> str:
        """What to do about a timetable that is about to end, has ended or has not begun; nothing when it holds."""
        left = (self.last_day - day).days
        ends = ngettext(
            "It ends in %(days)d day: load the next timetable of the network.",
            "It ends in %(days)d days: load the next timetable of the network.",
            left,
        )
        return {
            Validity.VALID: "",
            Validity.COMING: gettext("It has not begun: nothing runs before its first day."),
            Validity.ENDING: ends % {"days": left},
            Validity.EXPIRED: gettext("It has expired: load the current timetable of the network."),
        }[self.validity_on(day)]

    @property
    def remedy(self) -> str:
        """The same today."""
        return self.remedy_on(timezone.localdate())


class TransitStop(models.Model):
    """A stop of a feed in use, for the map; `position` is its place in the arrays of the feed."""

    feed = models.ForeignKey(TransitFeed, models.CASCADE, related_name="stop_rows")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=1000, help_text="Its stop_id in the feed.")
    name = models.CharField(max_length=1000)
    longitude = models.FloatField()
    latitude = models.FloatField()
    lines = ArrayField(
        models.CharField(max_length=1000), default=list, help_text="Short names of the lines that serve it."
    )

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["feed", "position"]
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        constraints = [
            models.UniqueConstraint(fields=["feed", "position"], name="transit_stop_position"),
            models.UniqueConstraint(fields=["feed", "code"], name="transit_stop_code"),
            models.CheckConstraint(
                name="transit_stop_point",
                condition=Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
            ),
            models.CheckConstraint(name="transit_stop_named", condition=~Q(code="") & ~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name
