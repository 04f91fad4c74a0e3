"""What statistics say of zones, and what each of these figures is."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.territory.models.base import OpenDataQuerySet

LARGEST = 1e15
"""No figure of a neighbourhood is as large: beyond it, and for what is no number, the database refuses."""


class Indicator(models.Model):
    """A figure that is published of zones: its name as published, in French. Only those with values are held."""

    code = models.CharField(max_length=60, primary_key=True, help_text="The column's name, in lower case.")
    label = models.CharField(max_length=300, blank=True, help_text="Empty until a dictionary gives it.")
    unit = models.CharField(max_length=30, blank=True)
    is_whole = models.BooleanField(default=False, help_text="Counts something: has no decimals.")
    position = models.PositiveSmallIntegerField(default=0, help_text="Of its column in the table.")
    described_by = models.ForeignKey(
        "territory.DataSet", models.SET_NULL, null=True, related_name="described_indicators"
    )

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [models.CheckConstraint(name="indicator_code", condition=~Q(code=""))]

    def __str__(self) -> str:
        return self.label or self.code


class ZoneIndicator(models.Model):
    """The value of an indicator in a zone, for a year. What is not published has no row: missing is not zero."""

    zone = models.ForeignKey("territory.Zone", models.CASCADE, related_name="indicators")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="values")
    period = models.CharField(max_length=20, blank=True, help_text="Year or years; empty when not stated.")
    value = models.FloatField()
    data_set = models.ForeignKey("territory.DataSet", models.CASCADE, related_name="zone_indicators")

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["zone", "indicator", "-period"]
        verbose_name = _("indicator of a zone")
        verbose_name_plural = _("indicators of zones")
        constraints = [
            models.UniqueConstraint(fields=["zone", "indicator", "period"], name="zone_indicator_once"),
            models.CheckConstraint(
                name="zone_indicator_number", condition=Q(value__gte=-LARGEST, value__lte=LARGEST)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.value}"
