"""The files that the territory was loaded from."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.foundation.records import Record
from croisee.territory.models.base import OpenDataQuerySet


class DataSetKind(models.TextChoices):
    """What a data set tells; the order is the order of loading, since each needs those before it."""

    EPCI = "epci", _("Intercommunal bodies and their communes")
    COMMUNES = "communes", _("Communes, their names and population")
    OUTLINES = "outlines", _("Outlines of communes")
    QPV = "qpv", _("Outlines of priority neighbourhoods")
    QPV_LIST = "qpv_list", _("List of priority neighbourhoods by commune")
    ZFU = "zfu", _("Communes with an urban free zone")
    NEIGHBOURHOODS = "neighbourhoods", _("Neighbourhoods of a city")
    INDICATORS = "indicators", _("Indicators of priority neighbourhoods")
    INDICATOR_LABELS = "indicator_labels", _("Dictionary of indicators")
    SCHOOLS = "schools", _("Directory of schools")
    NEAREST_QPV = "nearest_qpv", _("Collèges and the nearest priority neighbourhood")
    REP = "rep", _("Priority education networks (REP, REP+)")
    SCHOOLS_IN_QPV = "schools_in_qpv", _("Schools in or near a priority neighbourhood")
    BAN = "ban", _("National address base (BAN)")
    SIRENE = "sirene", _("Establishments (SIRENE)")
    LEGAL_UNITS = "legal_units", _("Legal units (SIRENE)")
    TIMETABLE = "timetable", _("Timetable of public transport (GTFS)")
    STREETS = "streets", _("Streets and paths for walkers (OpenStreetMap)")


class DataSet(Record):
    """One file as loaded for one EPCI: whose it is, of when, under which licence, and what was kept of it."""

    epci = models.ForeignKey("territory.Epci", models.CASCADE, related_name="data_sets")
    kind = models.CharField(max_length=20, choices=DataSetKind)
    generation = models.PositiveSmallIntegerField(null=True, help_text="Of the zones it holds.")
    source = models.CharField(max_length=200, help_text="The file's name.")
    layer = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=200)
    producer = models.CharField(max_length=200)
    licence = models.CharField(max_length=100)
    vintage = models.CharField(max_length=40, blank=True)
    checksum = models.CharField(max_length=64)
    kept = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    repaired = models.PositiveIntegerField(default=0)
    elsewhere = models.PositiveIntegerField(default=0, help_text="Rows that concern other territories.")
    covered_communes = ArrayField(
        models.CharField(max_length=5),
        default=list,
        help_text="For zones: where the absence of a zone means no.",
    )
    loaded_at = models.DateTimeField()

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["epci", "kind", "source", "layer"]
        verbose_name = _("data set")
        verbose_name_plural = _("data sets")
        constraints = [
            models.UniqueConstraint(fields=["epci", "kind", "source", "layer"], name="data_set_once"),
            models.CheckConstraint(name="data_set_kind", condition=Q(kind__in=DataSetKind.values)),
            models.CheckConstraint(name="data_set_sha256", condition=Q(checksum__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.source})"
