"""Zones of public policy."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from croisee.foundation.records import Record
from croisee.territory.models.base import OpenDataQuerySet, Outlined, whole_outline

QPV_2015_SHAPE = r"^QP([0-9]{3}|02[AB])[0-9]{3}$"
QPV_2024_SHAPE = r"^QN([0-9]{3}|02[AB])[0-9A-Z]{3}$"


class ZoneKind(models.TextChoices):
    """What a zone is. A band around a neighbourhood is a distance, not a zone: the engine measures it."""

    QPV = "qpv", _("Priority neighbourhood")
    ZFU = "zfu", _("Commune with an urban free zone (ended)")
    NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood of a city")
    SUBNEIGHBOURHOOD = "subneighbourhood", _("Part of a neighbourhood of a city")


class Zone(Record, Outlined):
    """A zone of one generation. Without outline, only its existence and its communes are known."""

    kind = models.CharField(max_length=20, choices=ZoneKind)
    generation = models.PositiveSmallIntegerField(default=0, help_text="0 for kinds that have none.")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200, blank=True)
    commune_codes = ArrayField(models.CharField(max_length=5), default=list)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True, help_text="Last day.")
    repaired = models.BooleanField(
        default=False, help_text="The file's outline crossed itself and was mended."
    )
    data_set = models.ForeignKey("territory.DataSet", models.CASCADE, related_name="zones")

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "generation", "code"]
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        constraints = [
            models.UniqueConstraint(fields=["kind", "generation", "code"], name="zone_once_a_generation"),
            models.CheckConstraint(name="zone_kind", condition=Q(kind__in=ZoneKind.values)),
            models.CheckConstraint(
                name="zone_qpv_code",
                condition=~Q(kind=ZoneKind.QPV)
                | Q(generation=2015, code__regex=QPV_2015_SHAPE)
                | Q(generation=2024, code__regex=QPV_2024_SHAPE),
            ),
            models.CheckConstraint(
                name="zone_validity",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
            ),
            whole_outline("zone_outline_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.code} ({self.code})"
