"""What a unit went through, period by period, and what it looks like."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

from croisee.premises.models.units import Unit, UnitState

M = TypeVar("M", bound=models.Model)


class OfUnitQuerySet(VisibleQuerySet[M]):
    """Rows that hang on a unit by `unit`."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the units that one may see."""
        return self.filter(unit__in=Unit.objects.visible_to(account))

    def kept_by(self, account: "Reader") -> Self:
        """Those of the units that `account` may change."""
        return self.filter(unit__in=Unit.objects.kept_by(account))


class Spell(Record):
    """A period of a unit in one state, both days in it; the last one is open. Written as the state changes."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="spells", verbose_name=_("premises or plot"))
    state = models.CharField(pgettext_lazy("premises", "state"), max_length=15, choices=UnitState)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("period of a unit")
        verbose_name_plural = _("periods of units")
        ordering = ["starts_on", "created_at", "pk"]
        indexes = [models.Index(fields=["unit", "starts_on"]), models.Index(fields=["state", "starts_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UnitState.values), name="premises_spell_state"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="premises_spell_in_order",
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(ends_on__isnull=True), name="premises_spell_open_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_state_display())


class PictureKind(models.TextChoices):
    """What a picture shows."""

    PHOTO = "photo", _("photo")
    PLAN = "plan", pgettext_lazy("premises", "plan")


class Picture(Record):
    """A photo or a plan of a unit."""

    unit = models.ForeignKey(
        Unit, models.CASCADE, related_name="pictures", verbose_name=_("premises or plot")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=PictureKind, default=PictureKind.PHOTO)
    file = models.FileField(pgettext_lazy("picture", "file"), upload_to="premises/pictures/")
    caption = models.CharField(_("what it shows"), max_length=200)
    taken_on = models.DateField(_("taken on"), null=True, blank=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("premises", "picture")
        verbose_name_plural = pgettext_lazy("premises", "pictures")
        ordering = ["kind", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PictureKind.values), name="premises_picture_kind")
        ]

    def __str__(self) -> str:
        return self.caption
