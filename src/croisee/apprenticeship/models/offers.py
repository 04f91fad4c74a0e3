"""What an offer of apprenticeship has beyond any opportunity: contract, diploma, trade, centre, how one applies."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.directory.rome import validate_code
from croisee.foundation.accounts.fields import LowerEmailField
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.opportunities.models import Opportunity

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

KIND = "apprenticeship"
MOST_APPLICATIONS = 80
"""An offer that so many people applied to takes no more, until its employer asks for more."""


class Contract(models.TextChoices):
    """Which contract it is (code du travail L.6221-1, L.6325-1)."""

    APPRENTICESHIP = "apprenticeship", _("contrat d’apprentissage")
    PROFESSIONAL = "professional", _("contrat de professionnalisation")


class Diploma(models.TextChoices):
    """The level of the diploma aimed at, in the European and the national framework (décret 2019-14)."""

    LEVEL_3 = "3", _("level 3 (CAP, BEP)")
    LEVEL_4 = "4", _("level 4 (baccalauréat)")
    LEVEL_5 = "5", _("level 5 (bac + 2)")
    LEVEL_6 = "6", _("level 6 (bac + 3 or + 4)")
    LEVEL_7 = "7", _("level 7 (bac + 5)")


class Remote(models.TextChoices):
    """Where the work is done."""

    ONSITE = "onsite", _("at the company")
    HYBRID = "hybrid", _("in part at home")
    REMOTE = "remote", _("at home")


class Closing(models.TextChoices):
    """That whoever offers it closed it, as what."""

    FILLED = "filled", pgettext_lazy("offer", "filled")
    CANCELLED = "cancelled", pgettext_lazy("offer", "cancelled")


class ClosedBecause(models.TextChoices):
    """Why an offer was closed before its end."""

    HIRED_HERE = "hired_here", _("somebody who applied here was hired")
    HIRED_ELSEWHERE = "hired_elsewhere", _("somebody found elsewhere was hired")
    NO_LONGER_HIRING = "no_longer_hiring", _("the company no longer hires")
    CHANGED = "changed", _("the post has changed: it is offered anew")
    OTHER = "other", _("another reason")


class ApprenticeshipOfferQuerySet(VisibleQuerySet["ApprenticeshipOffer"]):
    """What offers of apprenticeship have of their own."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the opportunities that one may see; for a training centre, those that name it as well."""
        if not isinstance(account, Account):
            return self.none()
        seen = Q(
            opportunity__in=Opportunity.objects.visible_to(account).filter(kind=KIND).order_by().values("pk")
        )
        if account.has_role(Role.TRAINING_CENTRE):
            seen |= Q(centre__in=account.organisations(Role.TRAINING_CENTRE).values("pk"))
        return self.filter(seen)


@audited(personal=("apply_email", "apply_phone"))
class ApprenticeshipOffer(Record):
    """The part of an opportunity that is an offer of apprenticeship's. Its one period is the contract.

    Whether it stands on a day is computed from it, never stored: see `croisee.apprenticeship.expiry`. `closed_as` is
    set by whoever offers it. `most_applications` is how many people may apply before it takes no more.
    """

    opportunity = models.OneToOneField(
        Opportunity, models.CASCADE, related_name="apprenticeship", verbose_name=_("opportunity")
    )
    contracts = ArrayField(
        models.CharField(max_length=20, choices=Contract), default=list, verbose_name=_("contracts")
    )
    diploma = models.CharField(_("diploma aimed at"), max_length=1, choices=Diploma, blank=True)
    jobs = ArrayField(
        models.CharField(max_length=5, validators=[validate_code]),
        default=list,
        blank=True,
        verbose_name=_("jobs (ROME codes)"),
    )
    months = models.PositiveSmallIntegerField(
        _("months of contract"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(48)],
    )
    remote = models.CharField(_("where the work is done"), max_length=10, choices=Remote, blank=True)
    weekly_hours = models.DecimalField(
        _("hours a week"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(48)],
    )
    desired_skills = models.TextField(_("qualities wished for, one a line"), max_length=1500, blank=True)
    acquired_skills = models.TextField(_("what one learns, one a line"), max_length=1500, blank=True)
    access_conditions = models.TextField(_("conditions, one a line"), max_length=1500, blank=True)
    centre = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="apprenticeship_offers",
        verbose_name=_("training centre"),
    )
    centre_name = models.CharField(_("name of the training centre"), max_length=200, blank=True)
    without_cv = models.BooleanField(_("people apply without a CV"), default=False)
    apply_email = LowerEmailField(_("e-mail address to apply to"), blank=True)
    apply_phone = models.CharField(_("telephone to apply by"), max_length=30, blank=True)
    apply_url = models.URLField(_("page to apply on"), max_length=300, blank=True)
    expires_on = models.DateField(_("shown until"))
    most_applications = models.PositiveSmallIntegerField(
        _("applications taken at most"), default=MOST_APPLICATIONS, editable=False
    )
    to_partner = models.BooleanField(_("published on La bonne alternance too"), default=True)
    closed_as = models.CharField(_("closed as"), max_length=10, choices=Closing, blank=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, editable=False)
    closed_because = models.CharField(
        _("why it is closed"), max_length=20, choices=ClosedBecause, blank=True, editable=False
    )
    told_closed = models.BooleanField(default=False, editable=False)

    objects = ApprenticeshipOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer of apprenticeship")
        verbose_name_plural = _("offers of apprenticeship")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["expires_on"]), models.Index(fields=["centre"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(contracts__len__gte=1, contracts__contained_by=Contract.values),
                name="apprenticeship_contract_is_known",
                violation_error_message=_("Choose at least one contract."),
            ),
            models.CheckConstraint(
                condition=Q(diploma="") | Q(diploma__in=Diploma.values),
                name="apprenticeship_diploma_is_known",
            ),
            models.CheckConstraint(
                condition=Q(remote="") | Q(remote__in=Remote.values), name="apprenticeship_remote_is_known"
            ),
            models.CheckConstraint(
                condition=Q(closed_as="", closed_on__isnull=True, closed_because="")
                | Q(closed_as__in=Closing.values, closed_on__isnull=False),
                name="apprenticeship_closed_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(closed_because="") | Q(closed_because__in=ClosedBecause.values),
                name="apprenticeship_why_closed_is_known",
            ),
            models.CheckConstraint(
                condition=Q(most_applications__gte=1), name="apprenticeship_takes_applications"
            ),
        ]

    def __str__(self) -> str:
        return str(self.opportunity)

    @property
    def centre_words(self) -> str:
        """The training centre by its name, known here or not; empty when the offer names none."""
        return str(self.centre) if self.centre is not None else self.centre_name
