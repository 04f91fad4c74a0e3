"""Columns that several tables of this service have alike."""

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Residence


def hours(label: Any, **options: Any) -> "models.DecimalField[Any, Any]":
    """A number of hours of work, to the hundredth (payrolls write 151.67), never negative."""
    return models.DecimalField(
        label, max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal(0))], **options
    )


def money(label: Any, **options: Any) -> "models.DecimalField[Any, Any]":
    """An amount in euros before tax, to the cent, never negative."""
    return models.DecimalField(
        label, max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal(0))], **options
    )


class Located(models.Model):
    """Abstract: where something is, and whether that is in a priority neighbourhood, answered on a day and kept."""

    address = models.CharField(_("address"), max_length=300, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    in_qpv = models.CharField(
        _("in a priority neighbourhood"),
        max_length=10,
        choices=Residence,
        default=Residence.UNKNOWN,
        editable=False,
    )
    zone_codes = models.CharField(_("neighbourhood"), max_length=100, blank=True, editable=False)
    zone_generation = models.PositiveSmallIntegerField(_("generation"), null=True, editable=False)
    zone_on = models.DateField(_("answered on"), null=True, editable=False)

    class Meta:
        abstract = True


def located_constraints(name: str) -> list[models.BaseConstraint]:
    """For the Meta of a `Located` model: a point is whole, the answer known."""
    return [
        models.CheckConstraint(
            condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
            name=f"{name}_point_is_whole",
        ),
        models.CheckConstraint(condition=Q(in_qpv__in=Residence.values), name=f"{name}_zone_answer_known"),
    ]
