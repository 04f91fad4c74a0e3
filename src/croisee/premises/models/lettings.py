"""Visits, options, and who occupies a unit."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.database.overlaps import taken_days
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.opportunities.tenure import Tenure
from croisee.premises.models.readers import is_developer, owned
from croisee.premises.models.units import KEEPERS, Unit

if TYPE_CHECKING:
    from croisee.foundation.records import Reader
from croisee.premises.models.demands import Demand, PairQuerySet

M = TypeVar("M", bound=models.Model)


class VisitState(models.TextChoices):
    """Where a visit stands."""

    PLANNED = "planned", pgettext_lazy("visit", "planned")
    DONE = "done", pgettext_lazy("visit", "done")
    CANCELLED = "cancelled", pgettext_lazy("visit", "cancelled")


VISIT = Lifecycle(
    name="premises.visit",
    label=_("Visit of premises"),
    states=VisitState,
    initial=VisitState.PLANNED,
    transitions=(
        Transition("finish", pgettext_lazy("visit", "Done"), (VisitState.PLANNED,), VisitState.DONE, KEEPERS),
        Transition(
            "cancel",
            pgettext_lazy("visit", "Cancel the visit"),
            (VisitState.PLANNED,),
            VisitState.CANCELLED,
            (*KEEPERS, Role.EMPLOYER, Role.PROJECT_HOLDER),
            confirm=_("The others are told by e-mail."),
        ),
    ),
)


@audited(personal=("note",))
class Visit(Record):
    """A visit of a unit by who asks."""

    lifecycle = VISIT

    demand = models.ForeignKey(
        Demand, models.CASCADE, related_name="visits", verbose_name=_("demand for premises")
    )
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="visits", verbose_name=_("premises or plot"))
    at = models.DateTimeField(_("on"))
    meeting_point = models.CharField(_("where one meets"), max_length=200, blank=True)
    note = models.TextField(_("what was said"), max_length=1500, blank=True)
    state = VISIT.field()

    objects = PairQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit of premises")
        verbose_name_plural = _("visits of premises")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["state", "at"])]
        constraints = [*VISIT.constraints()]
        triggers = VISIT.triggers()

    def __str__(self) -> str:
        return f"{self.unit} {self.at:%d/%m/%Y %H:%M}"


class OptionState(models.TextChoices):
    """Where an option stands."""

    HELD = "held", pgettext_lazy("option", "in force")
    TAKEN = "taken", pgettext_lazy("option", "taken up")
    LIFTED = "lifted", pgettext_lazy("option", "lifted")
    LAPSED = "lapsed", pgettext_lazy("option", "lapsed")


OPTION = Lifecycle(
    name="premises.option",
    label=_("Option on premises"),
    states=OptionState,
    initial=OptionState.HELD,
    transitions=(
        Transition(
            "take", pgettext_lazy("option", "Taken up"), (OptionState.HELD,), OptionState.TAKEN, KEEPERS
        ),
        Transition(
            "lift",
            _("Lift the option"),
            (OptionState.HELD,),
            OptionState.LIFTED,
            (*KEEPERS, Role.EMPLOYER, Role.PROJECT_HOLDER),
            confirm=_("The unit is offered to others again."),
        ),
        Transition("lapse", _("Let it lapse"), (OptionState.HELD,), OptionState.LAPSED),
    ),
)


@audited
class Option(Record):
    """That a unit is kept for a demand until a day (in it): one option at a time."""

    lifecycle = OPTION

    demand = models.ForeignKey(
        Demand, models.CASCADE, related_name="options", verbose_name=_("demand for premises")
    )
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="options", verbose_name=_("premises or plot"))
    until = models.DateField(_("until"))
    state = OPTION.field()

    objects = PairQuerySet.as_manager()

    class Meta:
        verbose_name = _("option on premises")
        verbose_name_plural = _("options on premises")
        ordering = ["-created_at", "pk"]
        indexes = [models.Index(fields=["state", "until"])]
        constraints = [
            *OPTION.constraints(),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(state="held"),
                name="premises_option_one_at_a_time",
                violation_error_message=_("This unit is under option for somebody else."),
            ),
        ]
        triggers = OPTION.triggers()

    def __str__(self) -> str:
        return str(self.unit)


class LettingQuerySet(VisibleQuerySet["Letting"]):
    """Lettings."""

    def visible_to(self, account: "Reader") -> Self:
        """Developers; the owner; the company that occupies the unit."""
        if is_developer(account):
            return self
        seen = owned(account, "unit__")
        if isinstance(account, Account) and account.has_role(Role.EMPLOYER):
            seen |= Q(tenant__in=account.organisations(Role.EMPLOYER).values("pk"))
        return self.filter(seen)

    def kept_by(self, account: "Reader") -> Self:
        """Those of units that `account` may change."""
        return self if is_developer(account) else self.filter(owned(account, "unit__"))


@audited
class Letting(Record):
    """Who occupies a unit, from when to when (both in it; open while it lasts), under which contract.

    `tenant` when it is known here, else `tenant_name` (of a company, never of a private person).
    `ends_on`: the term, none for an open one; `left_on`: the last day that the occupant was there. `rent` a month
    with charges, in euros before tax. `leaves_on`: once notice is given.
    """

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="lettings", verbose_name=_("premises or plot")
    )
    demand = models.ForeignKey(
        Demand,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="lettings",
        verbose_name=_("demand for premises"),
    )
    tenant = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lettings",
        verbose_name=_("company"),
    )
    tenant_name = models.CharField(_("occupant"), max_length=200, blank=True)
    kind = models.CharField(_("kind of contract"), max_length=15, choices=Tenure, default=Tenure.COMMERCIAL)
    starts_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("term (last day)"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    notice_on = models.DateField(_("notice given on"), null=True, blank=True)
    leaves_on = models.DateField(_("leaves on"), null=True, blank=True)
    rent = models.DecimalField(
        _("rent with charges (€/month)"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    jobs = models.PositiveSmallIntegerField(_("people at work there"), null=True, blank=True)

    objects = LettingQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("premises", "letting")
        verbose_name_plural = pgettext_lazy("premises", "lettings")
        ordering = ["-starts_on", "pk"]
        indexes = [models.Index(fields=["unit", "starts_on"]), models.Index(fields=["tenant"])]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Tenure.values), name="premises_letting_kind"),
            models.CheckConstraint(
                condition=(Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")))
                & (Q(left_on__isnull=True) | Q(left_on__gte=F("starts_on"))),
                name="premises_letting_in_order",
                violation_error_message=_("A letting cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(tenant__isnull=False) | ~Q(tenant_name=""),
                name="premises_letting_has_a_tenant",
                violation_error_message=_("Say who occupies the premises."),
            ),
            ExclusionConstraint(
                name="premises_unit_let_once",
                expressions=[(taken_days("unit", "starts_on", "left_on"), "&&")],
                violation_error_message=_("Somebody else occupies this unit then."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.tenant or self.tenant_name)
