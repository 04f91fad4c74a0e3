"""What is exchanged with La bonne alternance: each exchange, offers sent or read, what was refused and why."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.opportunities.models import Opportunity

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

Row = TypeVar("Row", bound=models.Model)


class ManagersQuerySet(VisibleQuerySet[Row]):
    """Rows for managers of programmes alone."""

    def visible_to(self, account: "Reader") -> Self:
        """All, for managers of programmes."""
        manages = isinstance(account, Account) and account.has_role(Role.PROGRAMME_MANAGER)
        return self if manages else self.none()


class Direction(models.TextChoices):
    """Which way an offer goes."""

    OUT = "out", _("published there")
    IN = "in", _("read from there")


class PartnerExchange(Record):
    """One exchange with La bonne alternance: when, what it did, what stopped it."""

    finished_at = models.DateTimeField(_("finished on"), null=True)
    counts = models.JSONField(_("counts"), default=dict)
    problem = models.CharField(_("what stopped it"), max_length=500, blank=True)

    objects = ManagersQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange with La bonne alternance")
        verbose_name_plural = _("exchanges with La bonne alternance")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.created_at:%d/%m/%Y %H:%M}"

    @property
    def told(self) -> str:
        """What it did, in a line."""
        done = {
            "sent": _("sent"),
            "changed": pgettext("offers", "changed"),
            "closed": pgettext("offers", "closed"),
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


class PartnerJob(Record):
    """An offer on both sides: what was last sent or read, as what, and what La bonne alternance does with it.

    `remote_id` is La bonne alternance's own identifier; what waits to be taken has none yet. `publishing` is what it
    says of our offer: WILL_BE_PUBLISHED, PUBLISHED, WILL_NOT_BE_PUBLISHED.
    """

    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    remote_id = models.CharField(_("remote identifier"), max_length=100, blank=True)
    opportunity = models.OneToOneField(
        Opportunity, models.CASCADE, null=True, related_name="partner_job", verbose_name=_("opportunity")
    )
    payload = models.JSONField(_("content"), default=dict)
    sent_sha256 = models.CharField(max_length=64, blank=True)
    status = models.CharField(_("status"), max_length=10, blank=True)
    publishing = models.CharField(_("publication"), max_length=30, blank=True)
    seen_at = models.DateTimeField(_("last seen on"), null=True)
    gone_at = models.DateTimeField(_("gone since"), null=True)

    objects = ManagersQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer exchanged with La bonne alternance")
        verbose_name_plural = _("offers exchanged with La bonne alternance")
        ordering = ["remote_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["direction", "remote_id"],
                condition=~Q(remote_id=""),
                name="apprenticeship_partner_job_once",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="apprenticeship_partner_direction"
            ),
        ]

    def __str__(self) -> str:
        return self.remote_id


class PartnerRejection(Record):
    """That an offer was not taken, by them or by us: field, code and sentence. Nothing goes in silence."""

    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    remote_id = models.CharField(_("identifier"), max_length=100)
    opportunity = models.ForeignKey(
        Opportunity,
        models.CASCADE,
        null=True,
        related_name="partner_rejections",
        verbose_name=_("opportunity"),
    )
    field = models.CharField(_("field"), max_length=100, blank=True)
    code = models.CharField(_("code"), max_length=60)
    message = models.TextField(_("message"), max_length=2000)
    payload = models.JSONField(_("content"), default=dict)
    settled_at = models.DateTimeField(_("settled on"), null=True)

    objects = ManagersQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer not taken")
        verbose_name_plural = _("offers not taken")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["direction", "remote_id"])]
        constraints = [
            # The same refusal, met at each exchange, is one line until it is settled.
            models.UniqueConstraint(
                fields=["direction", "remote_id", "field", "code"],
                condition=Q(settled_at__isnull=True),
                name="apprenticeship_rejection_open_once",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="apprenticeship_rejection_direction"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remote_id}: {self.code}"
