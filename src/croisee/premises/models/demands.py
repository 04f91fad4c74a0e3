"""What companies and founders look for, and what was proposed to them."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.premises.kinds import ErpType, UnitKind, Use
from croisee.premises.models.readers import asked, is_developer, owned
from croisee.premises.models.units import DEVELOPERS, Unit

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


M = TypeVar("M", bound=models.Model)


ASKERS = (Role.EMPLOYER, Role.PROJECT_HOLDER, Role.DEVELOPER)


class Where(models.TextChoices):
    """Where premises are looked for."""

    ANYWHERE = "anywhere", _("anywhere in the metropolis")
    NEIGHBOURHOOD = "neighbourhood", _("in this neighbourhood")
    NEAR_LINE = "near_line", _("near this line of public transport")
    NEAR_POINT = "near_point", _("near this address")


class DemandState(models.TextChoices):
    """Where a demand stands."""

    OPEN = "open", pgettext_lazy("demand", "open")
    SATISFIED = "satisfied", _("premises found here")
    ELSEWHERE = "elsewhere", pgettext_lazy("demand", "premises found elsewhere")
    DROPPED = "dropped", pgettext_lazy("demand", "given up")


DEMAND = Lifecycle(
    name="premises.demand",
    label=_("Demand for premises"),
    states=DemandState,
    initial=DemandState.OPEN,
    transitions=(
        Transition(
            "satisfy", _("Premises found here"), (DemandState.OPEN,), DemandState.SATISFIED, DEVELOPERS
        ),
        Transition(
            "leave",
            pgettext_lazy("demand", "Found elsewhere"),
            (DemandState.OPEN,),
            DemandState.ELSEWHERE,
            ASKERS,
        ),
        Transition(
            "drop", pgettext_lazy("demand", "Give up"), (DemandState.OPEN,), DemandState.DROPPED, ASKERS
        ),
        Transition(
            "reopen",
            pgettext_lazy("demand", "Open again"),
            (DemandState.SATISFIED, DemandState.ELSEWHERE, DemandState.DROPPED),
            DemandState.OPEN,
            ASKERS,
        ),
    ),
)


class DemandQuerySet(VisibleQuerySet["Demand"]):
    """Demands."""

    def visible_to(self, account: "Reader") -> Self:
        """Developers; the company, and who asks. Owners read only what concerns their units, by proposals."""
        return self if is_developer(account) else self.filter(asked(account))


@audited(
    personal=(
        "title",
        "activity",
        "address",
        "lon",
        "lat",
        "outcome",
        "contact_name",
        "contact_email",
        "contact_phone",
        "asked_by",
    )
)
class Demand(Record):
    """What a company or a founder looks for. What is empty is not asked for.

    Surfaces in m², `most_rent` a month with charges, in euros before tax. `zone_codes`: the neighbourhood asked for;
    `line`: a line of public transport by its short name, with `metres` to one of its stops at most; `lon`, `lat` and
    `metres`: near an address. `kinds`: kinds accepted, none for all. `outcome`: why it was given up, or where one went.
    """

    lifecycle = DEMAND

    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="premises_demands",
        verbose_name=_("company"),
    )
    asked_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="premises_demands", verbose_name=_("asked by")
    )
    contact_name = models.CharField(_("whom to answer"), max_length=150, blank=True)
    contact_email = models.EmailField(_("e-mail address"), blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=30, blank=True)
    title = models.CharField(_("what one looks for"), max_length=150)
    activity = models.TextField(_("the activity in a few lines"), max_length=2000, blank=True)
    use = models.CharField(_("use"), max_length=15, choices=Use)
    kinds = ArrayField(
        models.CharField(max_length=20, choices=UnitKind),
        default=list,
        blank=True,
        verbose_name=_("kinds accepted (none: all)"),
    )
    least_surface = models.DecimalField(
        _("surface at least (m²)"), max_digits=10, decimal_places=1, validators=[MinValueValidator(1)]
    )
    most_surface = models.DecimalField(
        _("surface at most (m²)"), max_digits=10, decimal_places=1, null=True, blank=True
    )
    most_rent = models.DecimalField(
        _("rent and charges at most (€/month)"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    most_price = models.DecimalField(
        _("price to buy at most (€)"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    least_height = models.DecimalField(
        _("height at least (m)"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    least_kva = models.DecimalField(
        _("power at least (kVA)"), max_digits=6, decimal_places=1, null=True, blank=True
    )
    ground_floor = models.BooleanField(_("at street level"), default=False)
    accessible = models.BooleanField(_("accessible to people with reduced mobility"), default=False)
    delivery = models.BooleanField(_("deliveries by van or lorry"), default=False)
    extraction = models.BooleanField(_("extraction duct"), default=False)
    water = models.BooleanField(_("water"), default=False)
    three_phase = models.BooleanField(_("three-phase electricity"), default=False)
    shop_window = models.BooleanField(_("shop window"), default=False)
    erp_type = models.CharField(_("open to the public as (ERP)"), max_length=2, choices=ErpType, blank=True)
    opens_at = models.TimeField(_("opens at"), null=True, blank=True)
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)
    wanted_from = models.DateField(pgettext_lazy("premises", "from"))
    wanted_until = models.DateField(_("until"), null=True, blank=True)
    where = models.CharField(_("where"), max_length=15, choices=Where, default=Where.ANYWHERE)
    zone_codes = models.CharField(_("neighbourhood"), max_length=20, blank=True)
    line = models.CharField(_("line"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    metres = models.PositiveIntegerField(
        _("metres at most"), default=500, validators=[MinValueValidator(50), MaxValueValidator(20000)]
    )
    jobs = models.PositiveSmallIntegerField(_("people at work there"), null=True, blank=True)
    outcome = models.CharField(_("why, or where to"), max_length=300, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, editable=False)
    state = DEMAND.field()

    objects = DemandQuerySet.as_manager()

    class Meta:
        verbose_name = _("demand for premises")
        verbose_name_plural = _("demands for premises")
        ordering = ["-created_at", "pk"]
        indexes = [
            models.Index(fields=["state", "-created_at"]),
            models.Index(fields=["organisation"]),
            models.Index(fields=["asked_by"]),
        ]
        constraints = [
            *DEMAND.constraints(),
            models.CheckConstraint(condition=Q(use__in=Use.values), name="premises_demand_use"),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=UnitKind.values), name="premises_demand_kinds"
            ),
            models.CheckConstraint(
                condition=Q(least_surface__gt=0)
                & (Q(most_surface__isnull=True) | Q(most_surface__gte=F("least_surface"))),
                name="premises_demand_surface",
                violation_error_message=_("The largest surface is at least the smallest."),
            ),
            models.CheckConstraint(condition=Q(where__in=Where.values), name="premises_demand_where"),
            models.CheckConstraint(
                condition=~Q(where="neighbourhood") | ~Q(zone_codes=""),
                name="premises_demand_names_its_neighbourhood",
                violation_error_message=_("Choose the neighbourhood."),
            ),
            models.CheckConstraint(
                condition=~Q(where="near_line") | ~Q(line=""),
                name="premises_demand_names_its_line",
                violation_error_message=_("Choose the line."),
            ),
            models.CheckConstraint(
                condition=~Q(where="near_point") | Q(lon__isnull=False, lat__isnull=False),
                name="premises_demand_has_its_point",
                violation_error_message=_("Choose the address from the list."),
            ),
            models.CheckConstraint(
                condition=Q(wanted_until__isnull=True) | Q(wanted_until__gte=F("wanted_from")),
                name="premises_demand_in_order",
                violation_error_message=_("The last day comes after the first."),
            ),
        ]
        triggers = DEMAND.triggers()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the demand."""
        return reverse("premises:demand", args=[self.pk])


class PairQuerySet(VisibleQuerySet[M]):
    """Rows about a demand and a unit."""

    def visible_to(self, account: "Reader") -> Self:
        """Developers; who asks; the owner of the unit."""
        if is_developer(account):
            return self
        return self.filter(asked(account, "demand__") | owned(account, "unit__"))

    def asked_by(self, account: "Reader") -> Self:
        """Those of one's own demands; all of them for developers."""
        return self if is_developer(account) else self.filter(asked(account, "demand__"))

    def kept_by(self, account: "Reader") -> Self:
        """Those of units that `account` may change."""
        return self if is_developer(account) else self.filter(owned(account, "unit__"))


class ProposalState(models.TextChoices):
    """What who asks says of a unit."""

    PROPOSED = "proposed", pgettext_lazy("premises", "proposed")
    WANTED = "wanted", _("interests")
    DECLINED = "declined", _("does not suit")


PROPOSAL = Lifecycle(
    name="premises.proposal",
    label=_("Unit proposed to who asks"),
    states=ProposalState,
    initial=ProposalState.PROPOSED,
    transitions=(
        Transition(
            "want",
            _("It interests me"),
            (ProposalState.PROPOSED, ProposalState.DECLINED),
            ProposalState.WANTED,
            ASKERS,
        ),
        Transition(
            "decline",
            _("It does not suit"),
            (ProposalState.PROPOSED, ProposalState.WANTED),
            ProposalState.DECLINED,
            ASKERS,
        ),
    ),
)


@audited(personal=("reason",))
class Proposal(Record):
    """That a unit was proposed to who asks, and what came of it; `reason`: why it does not suit."""

    lifecycle = PROPOSAL

    demand = models.ForeignKey(
        Demand, models.CASCADE, related_name="proposals", verbose_name=_("demand for premises")
    )
    unit = models.ForeignKey(
        Unit, models.CASCADE, related_name="proposals", verbose_name=_("premises or plot")
    )
    proposed_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("proposed by")
    )
    reason = models.CharField(_("why"), max_length=300, blank=True)
    state = PROPOSAL.field()

    objects = PairQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("premises", "proposal")
        verbose_name_plural = pgettext_lazy("premises", "proposals")
        ordering = ["-created_at", "pk"]
        constraints = [
            *PROPOSAL.constraints(),
            models.UniqueConstraint(
                fields=["demand", "unit"],
                name="premises_proposal_once",
                violation_error_message=_("This unit was proposed already."),
            ),
        ]
        triggers = PROPOSAL.triggers()

    def __str__(self) -> str:
        return f"{self.unit} → {self.demand}"
