"""Advice by experts: who advises, at which hours, whom."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.database.overlaps import taken
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.incubation.models.incubators import Incubator
from croisee.incubation.models.projects import Project
from croisee.incubation.models.readers import held, managed, of_tenant

if TYPE_CHECKING:
    import datetime as dt

    from croisee.foundation.records import Reader


BOOKERS = (Role.PROJECT_HOLDER, Role.EMPLOYER, Role.INCUBATOR_MANAGER)


ADVISERS = (Role.EXPERT, Role.INCUBATOR_MANAGER)


class ExpertQuerySet(VisibleQuerySet["Expert"]):
    """Experts."""

    def visible_to(self, account: "Reader") -> Self:
        """Holders and companies of the incubator, its managers, the expert: by name, for one chooses whom to meet."""
        if not isinstance(account, Account):
            return self.none()
        projects = Project.objects.filter(held(account) | of_tenant(account, "company"))
        return self.filter(
            Q(account=account)
            | managed(account, "incubator__")
            | Q(incubator__in=projects.order_by().values("incubator"))
        )

    def active(self) -> Self:
        """Those who advise today."""
        return self.filter(ended_on__isnull=True)


@audited(personal=("presentation",))
class Expert(Record):
    """Somebody who advises project holders at an incubator: an accountant, a lawyer, an adviser of BGE."""

    incubator = models.ForeignKey(
        Incubator, models.CASCADE, related_name="experts", verbose_name=pgettext_lazy("premises", "incubator")
    )
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="expertise", verbose_name=pgettext_lazy("adviser", "expert")
    )
    organisation_name = models.CharField(_("organisation"), max_length=150, blank=True)
    topics = models.CharField(_("advises on"), max_length=300)
    presentation = models.TextField(_("presentation"), max_length=1000, blank=True)
    ended_on = models.DateField(_("no longer advises since"), null=True, blank=True)

    objects = ExpertQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("adviser", "expert")
        verbose_name_plural = pgettext_lazy("adviser", "experts")
        ordering = ["account__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incubator", "account"],
                name="incubation_expert_once",
                violation_error_message=_("This expert advises here already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.account)

    def get_absolute_url(self) -> str:
        """The page of the expert."""
        return reverse("incubation:expert", args=[self.pk])


class AdviceSlotQuerySet(VisibleQuerySet["AdviceSlot"]):
    """Hours at which experts advise."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the experts that one may see."""
        return self.filter(expert__in=Expert.objects.visible_to(account))

    def free(self, now: "dt.datetime") -> Self:
        """Those that begin after `now` and that nobody has, of experts who advise today."""
        held = Advice.objects.filter(slot=OuterRef("pk")).exclude(state=AdviceState.CANCELLED)
        return self.filter(
            ~Exists(held), withdrawn=False, starts_at__gt=now, expert__ended_on__isnull=True
        ).order_by("starts_at", "pk")


class AdviceSlot(Record):
    """An hour at which an expert advises; nobody has two at one time.

    `withdrawn`: taken away after an appointment that was cancelled, which it is kept for.
    """

    expert = models.ForeignKey(
        Expert, models.CASCADE, related_name="slots", verbose_name=pgettext_lazy("adviser", "expert")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    place = models.CharField(pgettext_lazy("meeting", "place"), max_length=200, blank=True)
    remote = models.BooleanField(_("by telephone or video"), default=False)
    withdrawn = models.BooleanField(default=False, editable=False)

    objects = AdviceSlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("hour of advice")
        verbose_name_plural = _("hours of advice")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["expert", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="incubation_slot_in_order",
                violation_error_message=_("An hour of advice ends after it begins."),
            ),
            ExclusionConstraint(
                name="incubation_expert_once_at_a_time",
                expressions=[(taken("expert", "starts_at", ends_at="ends_at"), "&&")],
                condition=Q(withdrawn=False),
                violation_error_message=_("This expert has another hour then."),
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%d/%m/%Y %H:%M}"


class AdviceState(models.TextChoices):
    """Where an appointment stands."""

    BOOKED = "booked", pgettext_lazy("advice", "booked")
    CANCELLED = "cancelled", pgettext_lazy("advice", "cancelled")
    ATTENDED = "attended", pgettext_lazy("advice", "held")
    MISSED = "missed", pgettext_lazy("advice", "the project holder did not come")


ADVICE = Lifecycle(
    name="incubation.advice",
    label=_("Appointment with an expert"),
    states=AdviceState,
    initial=AdviceState.BOOKED,
    transitions=(
        Transition(
            "cancel",
            pgettext_lazy("advice", "Cancel the appointment"),
            (AdviceState.BOOKED,),
            AdviceState.CANCELLED,
            (*BOOKERS, Role.EXPERT),
            confirm=_("The other one is told, and the hour is free again."),
        ),
        Transition(
            "attend",
            pgettext_lazy("advice", "Held"),
            (AdviceState.BOOKED, AdviceState.MISSED),
            AdviceState.ATTENDED,
            ADVISERS,
        ),
        Transition(
            "miss",
            pgettext_lazy("advice", "Did not come"),
            (AdviceState.BOOKED, AdviceState.ATTENDED),
            AdviceState.MISSED,
            ADVISERS,
        ),
    ),
)


class AdviceQuerySet(VisibleQuerySet["Advice"]):
    """Appointments with experts."""

    def visible_to(self, account: "Reader") -> Self:
        """The holder and the company of the project, the expert, managers of the incubator."""
        if not isinstance(account, Account):
            return self.none()
        projects = Project.objects.filter(held(account) | of_tenant(account, "company"))
        return self.filter(
            Q(project__in=projects.order_by().values("pk"))
            | Q(slot__expert__account=account)
            | managed(account, "project__incubator__")
        )

    def given_by(self, account: "Reader") -> Self:
        """Those that `account` holds as the expert, or as a manager of the incubator."""
        if not isinstance(account, Account):
            return self.none()
        return self.filter(Q(slot__expert__account=account) | managed(account, "project__incubator__"))


@audited(personal=("question", "note", "private_note"))
class Advice(Record):
    """A project's appointment with an expert. `note` is what was advised, for the holder too; `private_note` is not."""

    lifecycle = ADVICE

    slot = models.ForeignKey(
        AdviceSlot, models.PROTECT, related_name="appointments", verbose_name=_("hour of advice")
    )
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="appointments", verbose_name=_("business project")
    )
    question = models.TextField(_("what one wants to talk about"), max_length=1000, blank=True)
    note = models.TextField(_("what was advised"), max_length=3000, blank=True)
    private_note = models.TextField(_("note for the team"), max_length=2000, blank=True)
    booked_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("booked by")
    )
    reminded_at = models.DateTimeField(null=True, editable=False)
    state = ADVICE.field()

    objects = AdviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment with an expert")
        verbose_name_plural = _("appointments with experts")
        ordering = ["slot__starts_at", "pk"]
        indexes = [models.Index(fields=["project", "state"])]
        constraints = [
            *ADVICE.constraints(),
            models.UniqueConstraint(
                fields=["slot"],
                condition=~Q(state="cancelled"),
                name="incubation_slot_for_one",
                violation_error_message=_("Somebody else has this hour: choose another."),
            ),
        ]
        triggers = ADVICE.triggers()

    def __str__(self) -> str:
        return f"{self.project} → {self.slot}"

    def get_absolute_url(self) -> str:
        """The page of the appointment."""
        return reverse("incubation:appointment", args=[self.pk])
