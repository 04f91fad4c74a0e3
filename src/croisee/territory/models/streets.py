"""Streets as walkers use them, as loaded."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from croisee.territory.models.base import OpenDataQuerySet


class StreetNetwork(models.Model):
    """The network of streets about an EPCI: its lines as one compressed binary, and its bounds (WGS 84)."""

    epci = models.OneToOneField(
        "territory.Epci", models.CASCADE, primary_key=True, related_name="street_network"
    )
    data_set = models.OneToOneField("territory.DataSet", models.CASCADE, related_name="street_network")
    snapshot = models.DateField(null=True, help_text="The day whose state the file holds, when it says so.")
    nodes = models.PositiveIntegerField(help_text="Where streets meet or end.")
    edges = models.PositiveIntegerField(help_text="Stretches of street between them.")
    metres = models.FloatField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    arrays = models.BinaryField(editable=False)

    objects = OpenDataQuerySet.as_manager()

    class Meta:
        ordering = ["epci"]
        verbose_name = _("street network")
        verbose_name_plural = _("street networks")
        constraints = [
            models.CheckConstraint(
                name="street_network_leads_somewhere", condition=Q(nodes__gt=0, edges__gt=0, metres__gt=0)
            ),
            models.CheckConstraint(
                name="street_network_bounds",
                condition=Q(
                    west__gte=-180,
                    east__lte=180,
                    south__gte=-90,
                    north__lte=90,
                    west__lte=F("east"),
                    south__lte=F("north"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.epci)
