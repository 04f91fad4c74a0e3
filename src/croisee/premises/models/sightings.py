"""What is seen on the field with a telephone."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.premises.kinds import UnitKind
from croisee.premises.models.readers import is_developer

if TYPE_CHECKING:
    from croisee.foundation.records import Reader
from croisee.premises.models.units import DEVELOPERS, Unit


class SightingState(models.TextChoices):
    """What became of something seen on the field."""

    RECEIVED = "received", _("to be looked at")
    KEPT = "kept", _("became a unit")
    KNOWN = "known", _("added to a unit that was known")
    DISMISSED = "dismissed", pgettext_lazy("sighting", "dismissed")


SIGHTING = Lifecycle(
    name="premises.sighting",
    label=_("Premises seen on the field"),
    states=SightingState,
    initial=SightingState.RECEIVED,
    transitions=(
        Transition("keep", _("Make a unit of it"), (SightingState.RECEIVED,), SightingState.KEPT, DEVELOPERS),
        Transition(
            "know", _("Add to a known unit"), (SightingState.RECEIVED,), SightingState.KNOWN, DEVELOPERS
        ),
        Transition(
            "dismiss",
            pgettext_lazy("sighting", "Dismiss"),
            (SightingState.RECEIVED,),
            SightingState.DISMISSED,
            DEVELOPERS,
        ),
        Transition(
            "reopen",
            _("Look at again"),
            (SightingState.DISMISSED,),
            SightingState.RECEIVED,
            DEVELOPERS,
        ),
    ),
)


class SightingQuerySet(VisibleQuerySet["Sighting"]):
    """What was seen on the field."""

    def visible_to(self, account: "Reader") -> Self:
        """Developers."""
        return self if is_developer(account) else self.none()


@audited(personal=("seen_by", "note"))
class Sighting(Record):
    """Premises or land seen on a walk with a telephone, maybe without a network; kept once whatever is sent twice.

    `client_key`: chosen by the telephone, so that a second sending finds the first. `accuracy`: of the position, in
    metres. `seen_at`: when it was seen, as the telephone says.
    """

    lifecycle = SIGHTING

    client_key = models.UUIDField(editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    surface = models.DecimalField(
        _("surface, roughly (m²)"), max_digits=10, decimal_places=1, null=True, blank=True
    )
    empty = models.BooleanField(_("looks empty"), null=True, blank=True)
    address = models.CharField(_("address or landmark"), max_length=300, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    accuracy = models.FloatField(_("accuracy (m)"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen on"))
    seen_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("seen by")
    )
    unit = models.ForeignKey(
        Unit,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="sightings",
        verbose_name=_("premises or plot"),
    )
    state = SIGHTING.field()

    objects = SightingQuerySet.as_manager()

    class Meta:
        verbose_name = _("premises seen on the field")
        verbose_name_plural = _("premises seen on the field")
        ordering = ["-seen_at", "pk"]
        indexes = [models.Index(fields=["state", "-seen_at"])]
        constraints = [
            *SIGHTING.constraints(),
            models.UniqueConstraint(fields=["client_key"], name="premises_sighting_once"),
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="premises_sighting_kind"),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="premises_sighting_point",
            ),
        ]
        triggers = SIGHTING.triggers()

    def __str__(self) -> str:
        return self.address or str(self.get_kind_display())


class SightingPhotoQuerySet(VisibleQuerySet["SightingPhoto"]):
    """Photos of what was seen."""

    def visible_to(self, account: "Reader") -> Self:
        """Developers."""
        return self if is_developer(account) else self.none()


class SightingPhoto(Record):
    """A photo taken on the field; `client_key` as its sighting's."""

    sighting = models.ForeignKey(
        Sighting, models.CASCADE, related_name="photos", verbose_name=_("premises seen on the field")
    )
    client_key = models.UUIDField(editable=False)
    file = models.FileField(pgettext_lazy("picture", "file"), upload_to="premises/sightings/")

    objects = SightingPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo taken on the field")
        verbose_name_plural = _("photos taken on the field")
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["client_key"], name="premises_sighting_photo_once")]

    def __str__(self) -> str:
        return str(self.sighting)
