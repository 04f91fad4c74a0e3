"""What is exchanged with the national platform: sectors matched, offers sent or read, what was refused and why."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.opportunities.models import Opportunity
from croisee.opportunities.sectors import Sector

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


Row = TypeVar("Row", bound=models.Model)


class ManagersQuerySet(VisibleQuerySet[Row]):
    """Rows for campaign managers alone."""

    def visible_to(self, account: "Reader") -> Self:
        """All, for campaign managers."""
        manages = isinstance(account, Account) and account.has_role(Role.CAMPAIGN_MANAGER)
        return self if manages else self.none()


class Direction(models.TextChoices):
    """Which way an offer goes."""

    OUT = "out", _("published there")
    IN = "in", _("read from there")


class PartnerSectorQuerySet(ManagersQuerySet["PartnerSector"]):
    """Sectors of the national platform."""


class PartnerSector(Record):
    """A sector of the national platform, and ours that it stands for."""

    uuid = models.CharField(_("identifier"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=150)
    sector = models.CharField(_("our sector"), max_length=30, choices=Sector, blank=True)

    objects = PartnerSectorQuerySet.as_manager()

    class Meta:
        verbose_name = _("sector of the national platform")
        verbose_name_plural = _("sectors of the national platform")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Exchange(Record):
    """One exchange with the national platform: when, what it did, what stopped it."""

    finished_at = models.DateTimeField(_("finished on"), null=True)
    counts = models.JSONField(_("counts"), default=dict)
    problem = models.CharField(_("what stopped it"), max_length=500, blank=True)

    objects = ManagersQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange with the national platform")
        verbose_name_plural = _("exchanges with the national platform")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.created_at:%d/%m/%Y %H:%M}"

    @property
    def told(self) -> str:
        """What it did, in a line."""
        done = {
            "sent": _("sent"),
            "changed": pgettext("offers", "changed"),
            "removed": _("taken off"),
            "refused": pgettext("offers", "refused"),
            "new": _("read"),
            "updated": _("updated"),
            "rejected": _("not readable"),
            "gone": _("gone"),
        }
        told = [
            _("%(what)s: %(n)d") % {"what": label, "n": self.counts[name]}
            for name, label in done.items()
            if self.counts.get(name)
        ]
        return ", ".join(told)


class PartnerOfferQuerySet(ManagersQuerySet["PartnerOffer"]):
    """Offers exchanged."""


class PartnerOffer(Record):
    """An offer on both sides: what was last sent or read, and when; whether it still stands is computed.

    What we publish goes by the opportunity's identifier. What we read goes by the platform's own number: the
    `remote_id` there is each partner's, so that two partners may use the same.
    """

    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    remote_id = models.CharField(_("remote identifier"), max_length=100)
    opportunity = models.OneToOneField(
        Opportunity, models.CASCADE, null=True, related_name="partner_offer", verbose_name=_("opportunity")
    )
    payload = models.JSONField(_("content"), default=dict)
    sent_sha256 = models.CharField(max_length=64, blank=True)
    seen_at = models.DateTimeField(_("last seen on"), null=True)
    gone_at = models.DateTimeField(_("gone since"), null=True)

    objects = PartnerOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer exchanged")
        verbose_name_plural = _("offers exchanged")
        ordering = ["remote_id"]
        constraints = [
            models.UniqueConstraint(fields=["direction", "remote_id"], name="partner_offer_once"),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="partner_direction_known"
            ),
        ]

    def __str__(self) -> str:
        return self.remote_id


class RejectionQuerySet(ManagersQuerySet["Rejection"]):
    """What was not taken."""


class Rejection(Record):
    """That an offer was not taken, by them or by us, and why: nothing is dropped in silence."""

    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    remote_id = models.CharField(_("remote identifier"), max_length=100)
    code = models.CharField(_("code"), max_length=60)
    message = models.TextField(_("message"), max_length=2000)
    payload = models.JSONField(_("content"), default=dict)
    settled_at = models.DateTimeField(_("settled on"), null=True)

    objects = RejectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("rejection")
        verbose_name_plural = _("rejections")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["direction", "remote_id"])]
        constraints = [
            # The same refusal, met at each exchange, is one line until it is settled.
            models.UniqueConstraint(
                fields=["direction", "remote_id", "code"],
                condition=Q(settled_at__isnull=True),
                name="rejection_open_once",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="rejection_direction_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remote_id}: {self.code}"
