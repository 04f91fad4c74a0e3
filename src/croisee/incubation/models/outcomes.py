"""How hosted companies fare: reviews, the way out, survival as SIRENE tells it."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.incubation.models.projects import OfProjectQuerySet, Project

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class Turnover(models.TextChoices):
    """Turnover of a year, by bands, before tax."""

    NONE = "none", _("none yet")
    UNDER_10 = "u10", _("under 10 000 €")
    UNDER_33 = "u33", _("10 000 to 33 000 €")
    UNDER_100 = "u100", _("33 000 to 100 000 €")
    UNDER_300 = "u300", _("100 000 to 300 000 €")
    UNDER_1000 = "u1000", _("300 000 € to 1 million")
    OVER = "over", _("over 1 million €")


@audited(personal=("summary", "needs", "next_steps"))
class Review(Record):
    """The six-monthly review of a hosted company: how it fares, what it needs. Empty until it is held."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="reviews", verbose_name=_("business project")
    )
    due_on = models.DateField(_("due on"))
    held_on = models.DateField(pgettext_lazy("review", "held on"), null=True, blank=True)
    held_by = models.ForeignKey(
        Account,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("review", "held by"),
    )
    turnover = models.CharField(_("turnover of the last year"), max_length=5, choices=Turnover, blank=True)
    jobs = models.PositiveSmallIntegerField(_("people at work, founders among them"), null=True, blank=True)
    jobs_qpv = models.PositiveSmallIntegerField(
        _("of them, who live in a priority neighbourhood"), null=True, blank=True
    )
    summary = models.TextField(_("how the company fares"), max_length=3000, blank=True)
    needs = models.TextField(_("what it needs"), max_length=2000, blank=True)
    next_steps = models.TextField(_("what is done next"), max_length=2000, blank=True)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("six-monthly review")
        verbose_name_plural = _("six-monthly reviews")
        ordering = ["-due_on", "pk"]
        indexes = [models.Index(fields=["project", "due_on"])]
        constraints = [
            models.UniqueConstraint(fields=["project", "due_on"], name="incubation_review_once"),
            models.CheckConstraint(
                condition=Q(turnover="") | Q(turnover__in=Turnover.values), name="incubation_review_turnover"
            ),
            models.CheckConstraint(
                condition=Q(held_on__isnull=True) | (Q(jobs__isnull=False) & ~Q(turnover="")),
                name="incubation_review_is_whole",
                violation_error_message=_("Give the turnover and how many people work there."),
            ),
            models.CheckConstraint(
                condition=Q(jobs_qpv__isnull=True) | Q(jobs__gte=F("jobs_qpv")),
                name="incubation_review_jobs",
                violation_error_message=_("No more people live in a neighbourhood than work there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on:%d/%m/%Y}"


class ExitReason(models.TextChoices):
    """Why a company left the incubator."""

    TERM = "term", _("end of the term")
    OWN = "own", _("left before the term")
    CEASED = "ceased", _("activity ceased")
    EXCLUDED = "excluded", _("excluded")


class Destination(models.TextChoices):
    """Where a company went."""

    NEIGHBOURHOOD = "neighbourhood", _("in the same neighbourhood")
    OTHER_QPV = "other_qpv", _("in another priority neighbourhood of the metropolis")
    METROPOLIS = "metropolis", _("elsewhere in the metropolis")
    ELSEWHERE = "elsewhere", pgettext_lazy("destination", "elsewhere")
    NONE = "none", pgettext_lazy("destination", "nowhere: it no longer exists")
    UNKNOWN = "unknown", pgettext_lazy("destination", "not known")


@audited(personal=("note", "address"))
class Exit(Record):
    """That a company left: when, why, where to."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="exits", verbose_name=_("business project")
    )
    on = models.DateField(_("left on"))
    reason = models.CharField(_("why"), max_length=10, choices=ExitReason)
    destination = models.CharField(_("where to"), max_length=15, choices=Destination)
    address = models.CharField(_("new address"), max_length=300, blank=True)
    jobs = models.PositiveSmallIntegerField(_("people at work on that day"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("incubator", "way out")
        verbose_name_plural = pgettext_lazy("incubator", "ways out")
        ordering = ["-on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "on"], name="incubation_exit_once_a_day"),
            models.CheckConstraint(condition=Q(reason__in=ExitReason.values), name="incubation_exit_reason"),
            models.CheckConstraint(
                condition=Q(destination__in=Destination.values), name="incubation_exit_destination"
            ),
            models.CheckConstraint(
                condition=~Q(reason="ceased") | Q(destination="none"),
                name="incubation_exit_ceased_goes_nowhere",
                violation_error_message=_("A company that ceased its activity goes nowhere."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}"


class Evidence(models.TextChoices):
    """By what one knows whether a company is still active."""

    SIRENE = "sirene", _("SIRENE")
    DECLARED = "declared", _("its manager says so")


class SurvivalCheck(Record):
    """Whether a company was active so many years (1, 3, 5) after it was founded, and by what one knows."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="survival", verbose_name=_("business project")
    )
    years = models.PositiveSmallIntegerField(_("years after it was founded"))
    due_on = models.DateField(_("on"))
    active = models.BooleanField(_("active"))
    evidence = models.CharField(_("by"), max_length=10, choices=Evidence)
    checked_on = models.DateField(_("checked on"))

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("survival of a company")
        verbose_name_plural = _("survival of companies")
        ordering = ["project", "years"]
        constraints = [
            models.UniqueConstraint(fields=["project", "years"], name="incubation_survival_once"),
            models.CheckConstraint(condition=Q(years__in=[1, 3, 5]), name="incubation_survival_years"),
            models.CheckConstraint(
                condition=Q(evidence__in=Evidence.values), name="incubation_survival_evidence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.years}"


class CompanyPeriodQuerySet(VisibleQuerySet["CompanyPeriod"]):
    """Periods of companies in SIRENE."""

    def visible_to(self, account: "Reader") -> Self:
        """Managers of incubators: it is open data, about companies that are or were followed."""
        if isinstance(account, Account) and account.has_role(Role.INCUBATOR_MANAGER, Role.OFFICIAL):
            return self
        return self.none()


class CompanyPeriod(Record):
    """A period of a company's history in SIRENE: active or ceased, from a day to another (both in it; open: still).

    `told_until`: the day up to which the file that it was read in tells what happened.
    """

    siren = models.CharField(_("SIREN"), max_length=9)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    active = models.BooleanField(_("active"))
    told_until = models.DateField(_("known up to"))

    objects = CompanyPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("period of a company in SIRENE")
        verbose_name_plural = _("periods of companies in SIRENE")
        ordering = ["siren", "starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["siren", "starts_on"], name="incubation_company_period_once"),
            models.CheckConstraint(
                condition=Q(siren__regex=r"^[0-9]{9}$"), name="incubation_company_period_siren"
            ),
        ]

    def __str__(self) -> str:
        return self.siren
