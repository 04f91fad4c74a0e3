"""Hosting: agreements, which space from when to when, the rents, the aid that they are."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.database.overlaps import taken_days
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.incubation.models.incubators import Incubator, OfIncubatorQuerySet, Space
from croisee.incubation.models.projects import Project
from croisee.incubation.models.readers import managed, of_tenant
from croisee.opportunities.tenure import Tenure

if TYPE_CHECKING:
    import datetime as dt

    from croisee.foundation.records import Reader


M = TypeVar("M", bound=models.Model)


MANAGERS = (Role.INCUBATOR_MANAGER,)


class AgreementState(models.TextChoices):
    """Where an agreement stands."""

    DRAFT = "draft", pgettext_lazy("agreement", "being written")
    SIGNED = "signed", pgettext_lazy("agreement", "signed")
    ENDED = "ended", pgettext_lazy("agreement", "ended")
    CANCELLED = "cancelled", pgettext_lazy("agreement", "cancelled")


AGREEMENT = Lifecycle(
    name="incubation.agreement",
    label=_("Hosting agreement"),
    states=AgreementState,
    initial=AgreementState.DRAFT,
    transitions=(
        Transition(
            "sign",
            pgettext_lazy("agreement", "Note that it is signed"),
            (AgreementState.DRAFT,),
            AgreementState.SIGNED,
            MANAGERS,
        ),
        Transition(
            "end",
            pgettext_lazy("agreement", "End"),
            (AgreementState.SIGNED,),
            AgreementState.ENDED,
            MANAGERS,
            confirm=_("The spaces are free from the next day."),
        ),
        Transition(
            "cancel",
            pgettext_lazy("agreement", "Cancel"),
            (AgreementState.DRAFT,),
            AgreementState.CANCELLED,
            MANAGERS,
        ),
    ),
)


class AgreementQuerySet(OfIncubatorQuerySet["Agreement"]):
    """Hosting agreements."""

    def visible_to(self, account: "Reader") -> Self:
        """Managers of the incubator; the company, once it is signed."""
        signed = ~Q(state__in=[AgreementState.DRAFT, AgreementState.CANCELLED])
        return self.filter(managed(account, "incubator__") | (of_tenant(account, "tenant") & signed))

    def running(self, day: "dt.date") -> Self:
        """Those under which a company is in the premises on a day: signed, begun, not left (past the term as well)."""
        return self.filter(
            state__in=[AgreementState.SIGNED, AgreementState.ENDED], starts_on__lte=day
        ).filter(Q(left_on__isnull=True) | Q(left_on__gte=day))


@audited
class Agreement(Record):
    """A contract under which a company occupies spaces of the incubator, from `starts_on` to `ends_on` (both in it).

    `left_on`: the last day on which it was there, once it has gone; empty while it is, past the term too. `cause`: what
    makes the occupation precarious whatever the parties want, which a precarious one must have (C. com. L145-5-1).
    `charges`: a month, before tax. `previous`: the agreement that it follows in the same premises. `declaration_on`:
    when the company declared on its honour what de minimis aid it had, which comes before any new one (règlement
    (UE) 2023/2831, article 7).
    """

    lifecycle = AGREEMENT

    incubator = models.ForeignKey(
        Incubator,
        models.PROTECT,
        related_name="agreements",
        verbose_name=pgettext_lazy("premises", "incubator"),
    )
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="agreements", verbose_name=_("business project")
    )
    tenant = models.ForeignKey(
        Organisation, models.PROTECT, related_name="hosting_agreements", verbose_name=_("company")
    )
    kind = models.CharField(_("kind of contract"), max_length=15, choices=Tenure, default=Tenure.DEROGATORY)
    starts_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("term (last day)"))
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    cause = models.TextField(_("cause of the precarity"), max_length=1000, blank=True)
    notice_months = models.PositiveSmallIntegerField(_("notice, in months"), default=1)
    charges = models.DecimalField(
        _("charges (€/month)"), max_digits=9, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    deposit = models.DecimalField(
        _("deposit (€)"), max_digits=9, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    declaration_on = models.DateField(_("aid declared on one’s honour on"), null=True, blank=True)
    previous = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="following",
        verbose_name=_("follows"),
    )
    state = AGREEMENT.field()

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("hosting agreement")
        verbose_name_plural = _("hosting agreements")
        ordering = ["-starts_on", "tenant__name", "pk"]
        indexes = [
            models.Index(fields=["incubator", "state", "ends_on"]),
            models.Index(fields=["tenant", "starts_on"]),
        ]
        constraints = [
            *AGREEMENT.constraints(),
            models.CheckConstraint(condition=Q(kind__in=Tenure.values), name="incubation_agreement_kind"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="incubation_agreement_in_order",
                violation_error_message=_("An agreement cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("starts_on")),
                name="incubation_agreement_left_after_it_began",
                violation_error_message=_("A company cannot leave before it comes."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=Tenure.PRECARIOUS) | ~Q(cause=""),
                name="incubation_precarity_has_a_cause",
                violation_error_message=_(
                    "A precarious occupation needs a cause that is not the parties’ own will: say which."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_on__isnull=False),
                name="incubation_signed_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(left_on__isnull=False), name="incubation_ended_has_its_day"
            ),
            models.CheckConstraint(
                condition=Q(charges__gte=0, deposit__gte=0), name="incubation_agreement_money"
            ),
        ]
        triggers = AGREEMENT.triggers()

    def __str__(self) -> str:
        return str(self.tenant)

    def get_absolute_url(self) -> str:
        """The page of the agreement."""
        return reverse("incubation:agreement", args=[self.pk])


class OfAgreementQuerySet(VisibleQuerySet[M]):
    """Rows that hang on an agreement by `agreement`."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the agreements that one may see."""
        return self.filter(agreement__in=Agreement.objects.visible_to(account))

    def managed_by(self, account: "Reader") -> Self:
        """Those of the incubators that `account` manages."""
        return self.filter(managed(account, "agreement__incubator__"))


@audited
class Occupancy(Record):
    """A space that an agreement gives, from a day to another (both in it; open when the company is still there).

    `held` is false for what is only a draft's, or was cancelled: it keeps nobody out. The database refuses two that
    hold one space on one day.
    """

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="occupancies", verbose_name=_("hosting agreement")
    )
    space = models.ForeignKey(
        Space, models.PROTECT, related_name="occupancies", verbose_name=pgettext_lazy("incubator", "space")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    held = models.BooleanField(default=False, editable=False)

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("occupation of a space")
        verbose_name_plural = _("occupations of spaces")
        ordering = ["starts_on", "space__name", "pk"]
        indexes = [models.Index(fields=["space", "starts_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="incubation_occupancy_in_order",
                violation_error_message=_("A space cannot be given back before it is taken."),
            ),
            ExclusionConstraint(
                name="incubation_space_let_once",
                expressions=[(taken_days("space", "starts_on", "ends_on"), "&&")],
                condition=Q(held=True),
                violation_error_message=_("Another company has this space then."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.space)


@audited
class Rent(Record):
    """What an agreement costs a month from a day on, before tax and charges; `market`: what it would cost outside."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="rents", verbose_name=_("hosting agreement")
    )
    starts_on = models.DateField(_("from"))
    monthly = models.DecimalField(
        _("rent (€/month)"), max_digits=9, decimal_places=2, validators=[MinValueValidator(0)]
    )
    market = models.DecimalField(
        _("market rent (€/month)"), max_digits=9, decimal_places=2, validators=[MinValueValidator(0)]
    )

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("agreement", "rent")
        verbose_name_plural = pgettext_lazy("agreement", "rents")
        ordering = ["agreement", "starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "starts_on"], name="incubation_rent_once_a_day"),
            models.CheckConstraint(condition=Q(monthly__gte=0, market__gte=0), name="incubation_rent_money"),
        ]

    def __str__(self) -> str:
        return f"{self.monthly} €"


class AidQuerySet(VisibleQuerySet["Aid"]):
    """De minimis aid."""

    def visible_to(self, account: "Reader") -> Self:
        """The company, and managers of incubators that host it or hosted it."""
        if not isinstance(account, Account):
            return self.none()
        tenants = Agreement.objects.filter(managed(account, "incubator__")).order_by().values("tenant")
        return self.filter(of_tenant(account, "organisation") | Q(organisation__in=tenants))


@audited
class Aid(Record):
    """De minimis aid granted to a company on a day (règlement (UE) 2023/2831): ours, or declared by the company.

    `amount`: gross grant equivalent, in euros. `agreement`: the one whose rent below the market is the aid.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="aids", verbose_name=_("company")
    )
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="aids",
        verbose_name=_("hosting agreement"),
    )
    granted_on = models.DateField(_("granted on"))
    amount = models.DecimalField(
        _("gross grant equivalent (€)"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)]
    )
    granted_by = models.CharField(_("granted by"), max_length=200)
    label = models.CharField(_("what for"), max_length=200, blank=True)
    declared = models.BooleanField(_("declared by the company"), default=False)

    objects = AidQuerySet.as_manager()

    class Meta:
        verbose_name = _("de minimis aid")
        verbose_name_plural = _("de minimis aids")
        ordering = ["-granted_on", "pk"]
        indexes = [models.Index(fields=["organisation", "granted_on"])]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="incubation_aid_amount")]

    def __str__(self) -> str:
        return f"{self.amount} €"
