"""What people can be sent to: the actions of the territory, beside the themes that are the same everywhere."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.journeys.models.steps import StepKind

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class ActionQuerySet(VisibleQuerySet["Action"]):
    """Actions."""

    def visible_to(self, account: "Reader") -> Self:
        """Managers and référents: all, for people are sent across the whole territory. Others: those published."""
        if isinstance(account, Account) and account.has_role(Role.PROGRAMME_MANAGER, Role.REFERENT):
            return self
        return self.published() if isinstance(account, Account) else self.none()

    def offered(self, day: object = None) -> Self:
        """Those that take people on a day (today by default)."""
        today = day or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))

    def published(self) -> Self:
        """Those shown to everyone and sent out in the data·inclusion schema."""
        return self.offered().filter(is_published=True)

    def managed_by(self, account: "Reader") -> Self:
        """Those of organisations that `account` manages programmes for."""
        if not isinstance(account, Account):
            return self.none()
        return self.filter(organisation__in=account.organisations(Role.PROGRAMME_MANAGER).values("pk"))


@audited
class Action(Record):
    """A service, a workshop, a training of the territory that a step can be linked to.

    The columns from `type` on are those of a service in the data·inclusion schema v1 and hold its values: `themes`
    (`thematiques`), `publics`, `fees` (`frais`), `welcome` (`modes_accueil`), `reach` (`modes_mobilisation`),
    `for_whom` (`mobilisable_par`), `zones` (`zone_eligibilite`).
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="actions", verbose_name=_("offered by")
    )
    name = models.CharField(_("name"), max_length=150)
    description = models.TextField(_("what one does there"), max_length=10000)
    step_kind = models.CharField(
        _("kind of step"), max_length=20, choices=StepKind, default=StepKind.TRAINING
    )
    ends_on = models.DateField(_("takes people until"), null=True, blank=True)
    is_published = models.BooleanField(_("published (data·inclusion)"), default=False)
    type = models.CharField(_("type"), max_length=30, blank=True)
    themes = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("themes"))
    publics = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("publics"))
    publics_details = models.TextField(_("more on who it is for"), max_length=2000, blank=True)
    conditions = models.TextField(_("conditions"), max_length=2000, blank=True)
    fees = models.CharField(_("fees"), max_length=20, blank=True)
    fees_details = models.TextField(_("more on fees"), max_length=1000, blank=True)
    welcome = ArrayField(
        models.CharField(max_length=30), default=list, blank=True, verbose_name=_("where it takes place")
    )
    reach = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("how to ask for it")
    )
    for_whom = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("who may ask for it")
    )
    reach_details = models.TextField(_("more on how to ask"), max_length=2000, blank=True)
    zones = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("territories")
    )
    address = models.CharField(_("address"), max_length=300, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)
    insee = models.CharField(_("commune (INSEE code)"), max_length=5, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail address of the service"), blank=True)
    website = models.URLField(_("web page"), max_length=300, blank=True)
    weekly_hours = models.DecimalField(
        _("hours a week"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(48)],
    )
    weeks = models.PositiveSmallIntegerField(
        _("weeks"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(260)]
    )
    jobs = ArrayField(
        models.CharField(max_length=5), default=list, blank=True, verbose_name=_("jobs (ROME codes)")
    )

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="journeys_action_once",
                violation_error_message=_("This organisation has an action of this name."),
            ),
            models.CheckConstraint(
                condition=Q(step_kind__in=StepKind.values), name="journeys_action_step_kind"
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="journeys_action_point_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the action."""
        return reverse("journeys:action", args=[self.pk])
