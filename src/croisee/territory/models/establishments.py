"""Places of business."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.territory.models.base import OpenDataQuerySet, point_in_degrees

NATURAL_PERSON = "1000"
"""INSEE's legal category of sole traders: their name is that of a person, and is not kept."""


class Establishment(models.Model):
    """An active establishment of SIRENE. It is named only when its owner is known to be a legal person."""

    siret = models.CharField(max_length=14, primary_key=True)
    name = models.CharField(max_length=200, blank=True)
    legal_category = models.CharField(
        max_length=4, blank=True, help_text="Of its legal unit; empty while not known."
    )
    naf = models.CharField(max_length=6, blank=True)
    employees_band = models.CharField(max_length=2, blank=True, help_text="INSEE's `trancheEffectifs`.")
    employees_year = models.PositiveSmallIntegerField(
        null=True, help_text="The year that the band is of, INSEE's `anneeEffectifs`."
    )
    created_on = models.DateField(null=True)
    is_employer = models.BooleanField(default=False)
    is_head_office = models.BooleanField(default=False)
    address = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=5, blank=True)
    commune = models.ForeignKey("territory.Commune", models.CASCADE, related_name="establishments")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    data_set = models.ForeignKey("territory.DataSet", models.CASCADE, related_name="establishments")

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["siret"]
        verbose_name = _("establishment")
        verbose_name_plural = _("establishments")
        constraints = [
            models.CheckConstraint(name="establishment_siret", condition=Q(siret__regex=r"^[0-9]{14}$")),
            models.CheckConstraint(
                name="establishment_no_person_name",
                condition=Q(name="") | ~Q(legal_category__in=["", NATURAL_PERSON]),
                violation_error_message=_("Only the name of a legal person may be kept."),
            ),
            point_in_degrees("establishment_point"),
        ]

    def __str__(self) -> str:
        return self.name or self.siret
