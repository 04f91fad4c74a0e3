"""Intercommunal bodies and communes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.territory.models.base import OpenDataQuerySet, Outlined, whole_outline

INSEE_SHAPE = r"^(0[1-9]|[1-9][0-9]|2[AB])[0-9]{3}$"
SIREN_SHAPE = r"^[0-9]{9}$"


class Epci(models.Model):
    """An intercommunal body with its own taxes: here, a metropolis."""

    code = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, blank=True, help_text="METRO, CU, CA, CC.")

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("intercommunal body")
        verbose_name_plural = _("intercommunal bodies")
        constraints = [
            models.CheckConstraint(name="epci_siren", condition=Q(code__regex=SIREN_SHAPE)),
        ]

    def __str__(self) -> str:
        return self.name


class Commune(Outlined):
    """A commune of a loaded EPCI. The districts of Paris, Lyon and Marseille count as their city."""

    code = models.CharField(max_length=5, primary_key=True)
    name = models.CharField(max_length=100)
    epci = models.ForeignKey(Epci, models.CASCADE, related_name="communes")
    population = models.PositiveIntegerField(null=True)
    postcodes = ArrayField(models.CharField(max_length=5), default=list)
    outlined_by = models.ForeignKey("territory.DataSet", models.SET_NULL, null=True, related_name="communes")
    former_codes = ArrayField(
        models.CharField(max_length=5), default=list, help_text="Of communes merged into it."
    )

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        constraints = [
            models.CheckConstraint(name="commune_insee", condition=Q(code__regex=INSEE_SHAPE)),
            whole_outline("commune_outline_whole"),
        ]

    def __str__(self) -> str:
        return self.name
