"""The admission committee: its criteria, its meetings."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record
from croisee.incubation.models.incubators import Incubator, OfIncubatorQuerySet

if TYPE_CHECKING:
    pass
from croisee.incubation.models.projects import MANAGERS


class Criterion(Record):
    """What the committee judges by, shown to who applies. `weight`: 1 to 10; those that are no longer used are kept."""

    incubator = models.ForeignKey(
        Incubator,
        models.CASCADE,
        related_name="criteria",
        verbose_name=pgettext_lazy("premises", "incubator"),
    )
    label = models.CharField(_("criterion"), max_length=120)
    help = models.CharField(_("what is looked at"), max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    ended_on = models.DateField(_("no longer used since"), null=True, blank=True)

    objects = OfIncubatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion of the committee")
        verbose_name_plural = _("criteria of the committee")
        ordering = ["incubator", "order", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["incubator", "label"],
                condition=Q(ended_on__isnull=True),
                name="incubation_criterion_once",
                violation_error_message=_("There is a criterion of that name already."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=10), name="incubation_criterion_weight"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class CommitteeState(models.TextChoices):
    """Where a meeting of the committee stands."""

    PLANNED = "planned", pgettext_lazy("committee", "planned")
    CLOSED = "closed", pgettext_lazy("committee", "held, minutes closed")
    CANCELLED = "cancelled", pgettext_lazy("committee", "cancelled")


COMMITTEE = Lifecycle(
    name="incubation.committee",
    label=_("Admission committee"),
    states=CommitteeState,
    initial=CommitteeState.PLANNED,
    transitions=(
        Transition(
            "close",
            _("Close the minutes"),
            (CommitteeState.PLANNED,),
            CommitteeState.CLOSED,
            MANAGERS,
            confirm=_("Decisions are final and those who applied are told."),
        ),
        Transition(
            "cancel",
            pgettext_lazy("committee", "Cancel"),
            (CommitteeState.PLANNED,),
            CommitteeState.CANCELLED,
            MANAGERS,
        ),
    ),
)


@audited
class Committee(Record):
    """One meeting of the admission committee."""

    lifecycle = COMMITTEE

    incubator = models.ForeignKey(
        Incubator,
        models.CASCADE,
        related_name="committees",
        verbose_name=pgettext_lazy("premises", "incubator"),
    )
    held_on = models.DateField(_("held on"))
    place = models.CharField(pgettext_lazy("meeting", "place"), max_length=200, blank=True)
    members = models.TextField(_("members present, one a line"), max_length=2000, blank=True)
    remarks = models.TextField(_("remarks"), max_length=3000, blank=True)
    state = COMMITTEE.field()

    objects = OfIncubatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("admission committee")
        verbose_name_plural = _("admission committees")
        ordering = ["-held_on", "pk"]
        constraints = [
            *COMMITTEE.constraints(),
            models.UniqueConstraint(
                fields=["incubator", "held_on"],
                condition=~Q(state=CommitteeState.CANCELLED),
                name="incubation_committee_once_a_day",
                violation_error_message=_("There is a committee on that day already."),
            ),
        ]
        triggers = COMMITTEE.triggers()

    def __str__(self) -> str:
        return f"{self.held_on:%d/%m/%Y}"
