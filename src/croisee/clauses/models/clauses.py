"""What a lot asks: its social clause, or the exception; and who is committed to it."""

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models.fields import hours, money
from croisee.clauses.models.operations import Lot
from croisee.clauses.models.readers import is_facilitateur, of_buyer, of_company
from croisee.foundation.accounts.fields import LowerEmailField
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class Criterion(models.TextChoices):
    """Why a person is eligible: administrative criteria, structures that support, a motivated opinion.

    Sources: CCAG 2021, clause d'insertion sociale; arrêté du 1er septembre 2021 (IAE criteria).
    """

    RSA = "rsa", _("receives RSA")
    ASS = "ass", _("receives ASS")
    AAH = "aah", _("receives AAH or a disability pension")
    DETLD = "detld", _("unemployed for more than 24 months")
    DELD = "deld", _("unemployed for more than 12 months")
    CAP_BEP = "cap_bep", _("level of training CAP or BEP at most")
    SENIOR = "senior", _("50 years old or more")
    JEUNE = "jeune", _("under 26, out of school for six months or more")
    ASE = "ase", _("leaving child protection (ASE)")
    TH = "th", _("disabled worker (RQTH)")
    PI = "pi", _("single parent")
    PSH_PR = "psh_pr", _("without stable housing, or leaving it")
    REF_DA = "ref_da", _("refugee, or under subsidiary or temporary protection")
    ZRR = "zrr", _("lives in a rural area for renewal")
    QPV = "qpv", _("lives in a priority neighbourhood")
    DETENTION_MJ = "detention_mj", _("in or leaving detention, or under justice")
    FLE = "fle", _("learning French as a foreign language")
    PM = "pm", _("without mobility")
    IAE = "iae", _("with a PASS IAE, in a structure of integration by work")
    EA_ESAT = "ea_esat", _("employed by an adapted company or an ESAT")
    REGIE = "regie", _("employed by a neighbourhood association (régie de quartier)")
    EPIDE_E2C = "epide_e2c", _("in EPIDE or second-chance school")
    GEIQ = "geiq", _("in a GEIQ")
    PLIE = "plie", _("followed by the PLIE")
    OPINION = "opinion", _("on a motivated opinion (France Travail, mission locale, Cap emploi, PLIE)")


class ClauseKind(models.TextChoices):
    """How the social consideration enters the contract."""

    EXECUTION = "execution", _("execution condition (L2112-2)")
    EXECUTION_CRITERION = "execution_criterion", _("execution condition and award criterion (R2152-7)")
    CRITERION = "criterion", _("award criterion alone (R2152-7)")
    RESERVED = "reserved", _("reserved contract (L2113-12 to L2113-13-1)")
    INTEGRATION = "integration", _("contract of integration services")
    EXCEPTION = "exception", _("no clause: exception")


class ExceptionReason(models.TextChoices):
    """Why an obligatory clause is not there (L2112-2-1; the list is to be confirmed)."""

    IMMEDIATE_SOLUTION = "immediate_solution", _("the need can be met by an immediately available solution")
    NO_LINK = "no_link", _("no sufficient link with the object of the contract")
    COMPETITION = (
        "competition",
        _("would restrict competition or make execution technically or economically hard"),
    )
    SHORT_WORKS = "short_works", _("works lasting less than six months")


WITH_HOURS = (
    ClauseKind.EXECUTION,
    ClauseKind.EXECUTION_CRITERION,
    ClauseKind.RESERVED,
    ClauseKind.INTEGRATION,
)


class ClauseQuerySet(VisibleQuerySet["Clause"]):
    """Clauses."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the lots that one may see."""
        return self.filter(lot__in=Lot.objects.visible_to(account))


@audited
class Clause(Record):
    """The social clause of a lot: `hours_due`, or `hours_per_keuro` of orders; or the exception with reason and author.

    `publics` are the criteria of `Criterion` that make eligible here; none: all of them. `calibration` is the trace of
    the calculation that the hours come from.
    """

    lot = models.OneToOneField(Lot, models.CASCADE, related_name="clause", verbose_name=_("lot"))
    kind = models.CharField(_("kind"), max_length=20, choices=ClauseKind)
    hours_due = hours(_("hours due"), null=True, blank=True)
    hours_per_keuro = models.DecimalField(
        _("hours for 1 000 € ordered"),
        max_digits=8,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    publics = ArrayField(
        models.CharField(max_length=20, choices=Criterion),
        default=list,
        blank=True,
        verbose_name=_("publics"),
    )
    penalty_per_hour = money(_("penalty for an hour that is missing"), null=True, blank=True)
    reserved_share = models.PositiveSmallIntegerField(
        _("share of disadvantaged workers, in per cent"), null=True, blank=True
    )
    wording = models.TextField(_("wording"), max_length=8000, blank=True)
    calibration = models.JSONField(_("calculation"), default=dict, blank=True)
    exception_reason = models.CharField(
        _("reason of the exception"), max_length=30, choices=ExceptionReason, blank=True
    )
    exception_text = models.TextField(_("explanation"), max_length=2000, blank=True)
    exception_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    exception_on = models.DateField(_("decided on"), null=True, blank=True)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("social clause")
        verbose_name_plural = _("social clauses")
        ordering = ["lot"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ClauseKind.values), name="clauses_clause_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind=ClauseKind.EXCEPTION)
                | (
                    Q(exception_reason__in=ExceptionReason.values)
                    & ~Q(exception_text="")
                    & Q(exception_on__isnull=False, hours_due__isnull=True, hours_per_keuro__isnull=True)
                ),
                name="clauses_exception_is_motivated",
                violation_error_message=_(
                    "An exception has a reason, an explanation and a date, and no hours."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=WITH_HOURS)
                | Q(hours_due__isnull=False, hours_per_keuro__isnull=True)
                | Q(hours_due__isnull=True, hours_per_keuro__isnull=False),
                name="clauses_clause_has_its_hours",
                violation_error_message=_(
                    "Give the hours due, or the hours for 1 000 € ordered: one of the two."
                ),
            ),
            # R2113-7: at least half of the workers of a reserved contract are disadvantaged.
            models.CheckConstraint(
                condition=~Q(kind=ClauseKind.RESERVED) | Q(reserved_share__gte=50, reserved_share__lte=100),
                name="clauses_reserved_share_at_least_half",
                violation_error_message=_(
                    "In a reserved contract at least 50 %% of the workers are disadvantaged (R2113-7)."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot}: {self.get_kind_display()}"


class Part(models.TextChoices):
    """As what a company takes part in a lot."""

    HOLDER = "holder", _("holder")
    COCONTRACTOR = "cocontractor", _("co-contractor")
    SUBCONTRACTOR = "subcontractor", _("subcontractor")


class CommitmentQuerySet(VisibleQuerySet["Commitment"]):
    """Commitments."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: all. Buyers: those of their lots. Companies: their own and their subcontractors'."""
        if is_facilitateur(account):
            return self
        return self.filter(
            of_buyer(account, "clause__lot__contract__operation__buyer")
            | of_company(account, "organisation", "of__organisation")
        )


@audited(personal=("contact_name", "contact_email", "contact_phone"))
class Commitment(Record):
    """The hours that one company owes under a clause. A subcontractor's are among those of the company it works for.

    `hours` is its share of a fixed number of hours; for a framework, `share` per cent of what orders make due.
    `contact_bounced_at`: the last e-mail to the contact came back.
    """

    clause = models.ForeignKey(Clause, models.CASCADE, related_name="commitments", verbose_name=_("clause"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="commitments", verbose_name=_("company")
    )
    part = models.CharField(_("takes part as"), max_length=20, choices=Part, default=Part.HOLDER)
    of = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="subcontracts",
        verbose_name=_("works for"),
    )
    hours = hours(_("hours due"), null=True, blank=True)
    share = models.DecimalField(
        _("share of the hours, in per cent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    contact_name = models.CharField(_("contact"), max_length=150, blank=True)
    contact_email = LowerEmailField(_("e-mail address"), blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=30, blank=True)
    contact_bounced_at = models.DateTimeField(_("e-mail came back on"), null=True, editable=False)
    reminded_on = models.DateField(_("last reminded on"), null=True, editable=False)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["clause", "part", "organisation__name"]
        constraints = [
            models.CheckConstraint(condition=Q(part__in=Part.values), name="clauses_commitment_part_known"),
            models.UniqueConstraint(
                fields=["clause", "organisation"],
                name="clauses_commitment_once",
                violation_error_message=_("This company is already committed in this lot."),
            ),
            models.CheckConstraint(
                condition=Q(part=Part.SUBCONTRACTOR, of__isnull=False)
                | (~Q(part=Part.SUBCONTRACTOR) & Q(of__isnull=True)),
                name="clauses_subcontractor_works_for_one",
                violation_error_message=_("Say for which company the subcontractor works."),
            ),
            models.CheckConstraint(
                condition=Q(hours__isnull=True) | Q(share__isnull=True),
                name="clauses_commitment_hours_or_share",
                violation_error_message=_("Give hours or a share, not both."),
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=100),
                name="clauses_commitment_share_fits",
                violation_error_message=_("A share is between 0 and 100 %%."),
            ),
        ]
        triggers = [
            # What came back from one address says nothing of the next.
            pgtrigger.Trigger(
                name="new_address_has_not_bounced",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("contact_email"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__contact_email__df=pgtrigger.F("new__contact_email")),
                func="NEW.contact_bounced_at = NULL; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.clause.lot}"

    def get_absolute_url(self) -> str:
        """The page of the commitment."""
        return reverse("clauses:commitment", args=[self.pk])
