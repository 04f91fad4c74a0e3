"""Plans of hours: who could do which lot's hours when, as computed on a day and kept."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models.fields import hours
from croisee.clauses.models.operations import Lot
from croisee.clauses.models.people import Participant
from croisee.clauses.models.readers import is_facilitateur
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class PlanQuerySet(VisibleQuerySet["HoursPlan"]):
    """Plans."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: all."""
        return self if is_facilitateur(account) else self.none()


@audited
class HoursPlan(Record):
    """A plan: from which month, over how many, what it reaches, and how far from the best it may be (`gap`)."""

    first_month = models.DateField(_("first month"))
    months = models.PositiveSmallIntegerField(_("months"), default=24)
    made_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("asked by")
    )
    ready_at = models.DateTimeField(_("ready on"), null=True, editable=False)
    figures = models.JSONField(_("figures"), default=dict, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan of hours")
        verbose_name_plural = _("plans of hours")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=60), name="clauses_plan_months_fit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_month:%m/%Y}"

    def get_absolute_url(self) -> str:
        """The page of the plan."""
        return reverse("clauses:plan", args=[self.pk])


class OfPlanQuerySet(VisibleQuerySet["PlannedContract"]):
    """Rows of plans."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the plans that one may see."""
        return self.filter(plan__in=HoursPlan.objects.visible_to(account))


class PlannedContract(Record):
    """One contract of a plan: this person on this lot from a month to another, so many hours in all."""

    plan = models.ForeignKey(HoursPlan, models.CASCADE, related_name="contracts", verbose_name=_("plan"))
    lot = models.ForeignKey(Lot, models.CASCADE, related_name="planned", verbose_name=_("lot"))
    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="planned", verbose_name=_("participant")
    )
    first_month = models.DateField(_("first month"))
    last_month = models.DateField(_("last month"))
    hours = hours(_("hours of work"))

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned contract")
        verbose_name_plural = _("planned contracts")
        ordering = ["first_month", "lot", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_month__gte=F("first_month")), name="clauses_planned_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.lot}"


class ShortfallQuerySet(VisibleQuerySet["PlanShortfall"]):
    """What plans cannot meet."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the plans that one may see."""
        return self.filter(plan__in=HoursPlan.objects.visible_to(account))


class PlanShortfall(Record):
    """A lot whose hours a plan cannot meet: how many are missing, and why (a code of the engine)."""

    plan = models.ForeignKey(HoursPlan, models.CASCADE, related_name="shortfalls", verbose_name=_("plan"))
    lot = models.ForeignKey(Lot, models.CASCADE, related_name="+", verbose_name=_("lot"))
    missing = hours(_("missing hours"))
    why = models.CharField(_("why"), max_length=40)

    objects = ShortfallQuerySet.as_manager()

    class Meta:
        verbose_name = _("hours that a plan cannot meet")
        verbose_name_plural = _("hours that a plan cannot meet")
        ordering = ["-missing"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "lot"], name="clauses_shortfall_once"),
        ]

    def __str__(self) -> str:
        return f"{self.lot}: {self.missing}"
