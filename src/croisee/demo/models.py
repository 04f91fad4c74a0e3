"""The mark of a demonstration: this database holds made-up people, and which ones."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class DemoInstallationQuerySet(VisibleQuerySet["DemoInstallation"]):
    """At most one row."""

    def visible_to(self, account: "Reader") -> Self:
        """Everybody: that people are made up is no secret."""
        return self.all()


class DemoInstallation(Record):
    """The demonstration in this database: its territory and the seed of its people. There is one, or none.

    `epci` is empty for the made-up metropolis. Until `made_at`, steps are still to be done.
    """

    is_the_one = models.BooleanField(default=True, unique=True, editable=False)
    epci = models.CharField("EPCI", max_length=9, blank=True)
    seed = models.PositiveBigIntegerField(_("seed"))
    pupils = models.PositiveIntegerField(_("pupils"))
    territory_is_loaded = models.BooleanField(default=False, editable=False)
    made_at = models.DateTimeField(_("made on"), null=True, editable=False)

    objects = DemoInstallationQuerySet.as_manager()

    class Meta:
        verbose_name = _("demonstration")
        verbose_name_plural = _("demonstrations")
        constraints = [models.CheckConstraint(name="demo_is_the_one", condition=Q(is_the_one=True))]

    def __str__(self) -> str:
        place = self.epci or _("made-up metropolis")
        return f"{place} ({self.seed})"
