"""What is bought: operations, contracts and their lots, orders."""

from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models.fields import Located, located_constraints, money
from croisee.clauses.models.readers import is_facilitateur, of_buyer, of_company
from croisee.directory.rome import Trade
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

CPV = RegexValidator(
    r"^[0-9]{8}(-[0-9])?$", _("A CPV code has 8 digits, then a dash and a key if you know it.")
)


class Programme(models.TextChoices):
    """Whose rules an operation follows beside those of public procurement."""

    ORDINARY = "ordinary", _("none in particular")
    ANRU_WORKS = "anru_works", _("urban renewal (ANRU): works and their engineering")
    ANRU_UPKEEP = "anru_upkeep", _("urban renewal (ANRU): day-to-day upkeep (gestion urbaine de proximité)")


class OperationQuerySet(VisibleQuerySet["Operation"]):
    """Operations."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: all. Buyers: their own. Companies: those of the contracts they are committed in."""
        if is_facilitateur(account):
            return self
        own = of_company(account, "contracts__lots__clause__commitments__organisation")
        return self.filter(of_buyer(account, "buyer") | Q(pk__in=Operation.objects.filter(own).values("pk")))


@audited
class Operation(Record, Located):
    """Something that a buyer has done: a building, a street, a year of cleaning. Its contracts serve it.

    `programme` may set a share of hours for residents of priority neighbourhoods, kept apart from the hours due.
    """

    name = models.CharField(_("name"), max_length=200)
    buyer = models.ForeignKey(
        Organisation, models.PROTECT, related_name="clause_operations", verbose_name=_("buyer")
    )
    programme = models.CharField(_("programme"), max_length=20, choices=Programme, default=Programme.ORDINARY)
    facilitateur = models.ForeignKey(
        Account,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followed_operations",
        verbose_name=_("facilitateur"),
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)

    objects = OperationQuerySet.as_manager()

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        ordering = ["name"]
        constraints = [
            *located_constraints("clauses_operation"),
            models.CheckConstraint(
                condition=Q(programme__in=Programme.values), name="clauses_operation_programme_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="clauses_operation_ends_after_it_starts",
                violation_error_message=_("An operation cannot end before it begins."),
            ),
            models.UniqueConstraint(
                fields=["buyer", "name"],
                name="clauses_operation_once",
                violation_error_message=_("This buyer already has an operation of this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the operation."""
        return reverse("clauses:operation", args=[self.pk])


class ContractNature(models.TextChoices):
    """What is bought; each has its European threshold (code de la commande publique, annexe 2)."""

    WORKS = "works", _("works")
    SUPPLIES_SERVICES = "supplies_services", _("supplies or services of a local authority")
    STATE_SUPPLIES_SERVICES = "state_supplies_services", _("supplies or services of the State")


class ContractQuerySet(VisibleQuerySet["Contract"]):
    """Contracts."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: all. Buyers: their own. Companies: those they are committed in."""
        if is_facilitateur(account):
            return self
        own = of_company(account, "lots__clause__commitments__organisation")
        return self.filter(
            of_buyer(account, "operation__buyer") | Q(pk__in=Contract.objects.filter(own).values("pk"))
        )


@audited
class Contract(Record):
    """A public contract (marché), known to the outside by its buyer's SIRET and its `reference` (DECP `id`).

    `estimate` is the value estimated before the consultation, that the threshold is compared with (R2121-1); `amount`
    what was signed.
    """

    operation = models.ForeignKey(
        Operation, models.CASCADE, related_name="contracts", verbose_name=_("operation")
    )
    reference = models.CharField(_("reference"), max_length=30, blank=True)
    title = models.CharField(_("object"), max_length=1000)
    nature = models.CharField(_("nature"), max_length=30, choices=ContractNature)
    framework = models.BooleanField(
        _("framework with orders (accord-cadre à bons de commande)"), default=False
    )
    cpv = models.CharField(_("CPV code"), max_length=10, blank=True, validators=[CPV])
    estimate = money(_("estimated value"), null=True, blank=True)
    amount = money(_("amount signed"), null=True, blank=True)
    consulted_on = models.DateField(_("consultation launched on"), null=True, blank=True)
    notified_on = models.DateField(_("notified on"), null=True, blank=True)
    months = models.PositiveSmallIntegerField(
        _("months"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["-consulted_on", "title"]
        indexes = [models.Index(fields=["reference"]), models.Index(fields=["consulted_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(nature__in=ContractNature.values), name="clauses_contract_nature_known"
            ),
            models.CheckConstraint(
                condition=Q(notified_on__isnull=True)
                | Q(consulted_on__isnull=True)
                | Q(notified_on__gte=F("consulted_on")),
                name="clauses_contract_notified_after_consultation",
                violation_error_message=_("A contract is notified after its consultation."),
            ),
            models.UniqueConstraint(
                fields=["operation", "reference"],
                condition=~Q(reference=""),
                name="clauses_contract_reference_once",
                violation_error_message=_("This operation already has a contract with this reference."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the contract."""
        return reverse("clauses:contract", args=[self.pk])


class LotState(models.TextChoices):
    """Where a lot stands, from the study of what it could bring to its closing."""

    STUDY = "study", _("being studied")
    CALIBRATED = "calibrated", _("clause calibrated")
    PUBLISHED = "published", _("consultation published")
    AWARDED = "awarded", _("awarded")
    RUNNING = "running", _("under way")
    DONE = "done", _("closed: hours done")
    PARTIAL = "partial", _("closed: hours done in part")
    PENALISED = "penalised", _("closed with a penalty")
    POOLED = "pooled", _("closed: hours done with other lots")
    ABANDONED = "abandoned", _("without follow-up")


CLOSED = (LotState.DONE, LotState.PARTIAL, LotState.PENALISED, LotState.POOLED, LotState.ABANDONED)
FOLLOWED = (LotState.AWARDED, LotState.RUNNING)
_CALIBRATORS = (Role.FACILITATEUR, Role.BUYER)


def _has_clause(lot: "Lot", account: "Account | None") -> object:
    return None if hasattr(lot, "clause") else _("Give the clause, or the exception, first.")


def _has_holder(lot: "Lot", account: "Account | None") -> object:
    if not hasattr(lot, "clause") or not lot.clause.commitments.exists():
        return _("Say first which company is committed.")
    return None


LIFECYCLE = Lifecycle(
    name="clauses.lot",
    label=_("Lot"),
    states=LotState,
    initial=LotState.STUDY,
    transitions=(
        Transition(
            "calibrate",
            _("Calibrate"),
            (LotState.STUDY,),
            LotState.CALIBRATED,
            _CALIBRATORS,
            check=_has_clause,  # type: ignore[arg-type]
        ),
        Transition("study_again", _("Study again"), (LotState.CALIBRATED,), LotState.STUDY, _CALIBRATORS),
        Transition(
            "publish", _("Note as published"), (LotState.CALIBRATED,), LotState.PUBLISHED, _CALIBRATORS
        ),
        Transition(
            "award",
            _("Note as awarded"),
            (LotState.CALIBRATED, LotState.PUBLISHED),
            LotState.AWARDED,
            _CALIBRATORS,
            check=_has_holder,  # type: ignore[arg-type]
        ),
        Transition("begin", _("Begin"), (LotState.AWARDED,), LotState.RUNNING, (Role.FACILITATEUR,)),
        Transition(
            "close_done", _("Close: hours done"), (LotState.RUNNING,), LotState.DONE, (Role.FACILITATEUR,)
        ),
        Transition(
            "close_partial",
            _("Close: hours done in part"),
            (LotState.RUNNING,),
            LotState.PARTIAL,
            (Role.FACILITATEUR,),
        ),
        Transition(
            "close_penalised",
            _("Close with a penalty"),
            (LotState.RUNNING,),
            LotState.PENALISED,
            (Role.FACILITATEUR,),
        ),
        Transition(
            "close_pooled",
            _("Close: hours done with other lots"),
            (LotState.RUNNING,),
            LotState.POOLED,
            (Role.FACILITATEUR,),
        ),
        Transition(
            "reopen",
            _("Open again"),
            (LotState.DONE, LotState.PARTIAL, LotState.PENALISED, LotState.POOLED),
            LotState.RUNNING,
            (Role.FACILITATEUR,),
            confirm=_("Statements may be sent again for this lot."),
        ),
        Transition(
            "abandon",
            _("Note as without follow-up"),
            (LotState.STUDY, LotState.CALIBRATED, LotState.PUBLISHED, LotState.AWARDED),
            LotState.ABANDONED,
            _CALIBRATORS,
            confirm=_("The lot leaves the portfolio."),
        ),
    ),
)


class LotQuerySet(VisibleQuerySet["Lot"]):
    """Lots."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: all. Buyers: their own. Companies: those they are committed in."""
        if is_facilitateur(account):
            return self
        own = of_company(account, "clause__commitments__organisation")
        return self.filter(
            of_buyer(account, "contract__operation__buyer") | Q(pk__in=Lot.objects.filter(own).values("pk"))
        )

    def followed(self) -> Self:
        """Those awarded or under way."""
        return self.filter(state__in=FOLLOWED)


@audited
class Lot(Record):
    """A lot of a contract; a contract without lots has one. Hours may be done from `starts_on` to `ends_on`."""

    lifecycle = LIFECYCLE

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="lots", verbose_name=_("contract"))
    number = models.CharField(_("lot number"), max_length=20, default="1")
    title = models.CharField(_("title"), max_length=300)
    trade = models.CharField(_("trade"), max_length=20, choices=Trade)
    amount = money(_("amount"), null=True, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    state = LIFECYCLE.field()

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ["contract", "number"]
        indexes = [models.Index(fields=["state", "ends_on"])]
        constraints = [
            *LIFECYCLE.constraints(),
            models.CheckConstraint(condition=Q(trade__in=Trade.values), name="clauses_lot_trade_known"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="clauses_lot_ends_after_it_starts",
                violation_error_message=_("A lot cannot end before it begins."),
            ),
            models.UniqueConstraint(
                fields=["contract", "number"],
                name="clauses_lot_number_once",
                violation_error_message=_("This contract already has a lot with this number."),
            ),
        ]
        triggers = LIFECYCLE.triggers()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the lot."""
        return reverse("clauses:lot", args=[self.pk])


class OrderQuerySet(VisibleQuerySet["Order"]):
    """Orders."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the lots that one may see."""
        return self.filter(lot__in=Lot.objects.visible_to(account))


@audited
class Order(Record):
    """An order of a framework (bon de commande): each one makes hours due grow by the ratio of the clause."""

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="orders", verbose_name=_("lot"))
    reference = models.CharField(_("reference"), max_length=40)
    ordered_on = models.DateField(_("ordered on"))
    amount = money(_("amount"))

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["ordered_on", "reference"]
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "reference"],
                name="clauses_order_once",
                violation_error_message=_("This order is already there."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
