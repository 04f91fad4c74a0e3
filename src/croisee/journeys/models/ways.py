"""The outline of people's ways across services, kept with their consent; and how many took each way, without anyone."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.directory.models import Person
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class Stage(models.TextChoices):
    """The stages of a way, whichever service they take place in."""

    INTERNSHIP = "internship", _("internship")
    APPRENTICESHIP = "apprenticeship", _("apprenticeship")
    JOURNEY = "journey", _("followed in a programme")
    TRAINING = "training", _("training")
    CLAUSE_JOB = "clause_job", _("job under a social clause")
    JOB = "job", pgettext_lazy("way", "job")
    COMPANY = "company", _("company")


class MilestoneQuerySet(VisibleQuerySet["Milestone"]):
    """Milestones."""

    def visible_to(self, account: "Reader") -> Self:
        """People: their own. Others read them through `queries.ways`, service by service, as the person consented."""
        if not isinstance(account, Account):
            return self.none()
        return self.filter(person__contacts__account=account, person__contacts__capacity="self")


class Milestone(Record):
    """That a person was at a stage, from when to when, where: copied each day from the service that `source` names.

    Once the service has erased its own row, it stays only with the person's consent (`Purpose.KEEP_WAY`).
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="milestones", verbose_name=_("person"))
    stage = models.CharField(_("stage"), max_length=20, choices=Stage)
    source = models.CharField(max_length=40, editable=False)
    source_key = models.UUIDField(editable=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    title = models.CharField(_("what"), max_length=200, blank=True)
    where = models.CharField(_("where"), max_length=200, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["starts_on", "pk"]
        indexes = [models.Index(fields=["person", "starts_on"])]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key", "stage"], name="journeys_milestone_once"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="journeys_milestone_stage"),
        ]

    def __str__(self) -> str:
        return str(self.get_stage_display())


class WayCountQuerySet(VisibleQuerySet["WayCount"]):
    """Counts of ways."""

    def visible_to(self, account: "Reader") -> Self:
        """Who steers, and référents: small counts are hidden where they are shown."""
        if isinstance(account, Account) and account.has_role(
            Role.OFFICIAL, Role.PROGRAMME_MANAGER, Role.ADMINISTRATOR, Role.REFERENT
        ):
            return self
        return self.none()


class WayCount(Record):
    """How many people of a cohort (year of the first stage) and a neighbourhood took a way: stages in their order.

    `past` counts those who were erased since, added up at that moment; the others are counted anew each day.
    """

    cohort = models.PositiveSmallIntegerField(_("cohort"))
    zone = models.CharField(_("neighbourhood"), max_length=20, blank=True)
    path = models.CharField(_("way"), max_length=200)
    past = models.BooleanField(default=False)
    people = models.PositiveIntegerField(_("people"))

    objects = WayCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of ways")
        verbose_name_plural = _("counts of ways")
        ordering = ["cohort", "zone", "path"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "zone", "path", "past"], name="journeys_way_count_once")
        ]

    def __str__(self) -> str:
        return self.path
