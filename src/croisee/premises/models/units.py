"""Premises and plots: what a unit is, whose, in which state."""

from typing import TYPE_CHECKING, Self

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
from croisee.opportunities.models import Opportunity
from croisee.premises.kinds import ErpType, UnitKind, Use
from croisee.premises.models.readers import is_developer, owned

if TYPE_CHECKING:
    from croisee.foundation.records import Reader
from croisee.premises.models.sites import Site

DEVELOPERS = (Role.DEVELOPER,)


KEEPERS = (Role.DEVELOPER, Role.LANDLORD)


PARCEL_SHAPE = r"^[0-9][0-9AB][0-9]{3}[0-9]{3}[0-9A-Z]{2}[0-9]{4}$"


"""A parcel of the cadastre: commune (5), prefix (3), section (2), number (4)."""


class UnitState(models.TextChoices):
    """Where a unit stands."""

    FOUND = "found", _("found")
    QUALIFIED = "qualified", _("qualified")
    AVAILABLE = "available", pgettext_lazy("premises", "available")
    OPTION = "option", _("under option")
    LET = "let", pgettext_lazy("premises", "let")
    NOTICE = "notice", _("under notice")
    VACANT = "vacant", _("vacant, not offered")
    WORKS = "works", _("under works")
    WITHDRAWN = "withdrawn", pgettext_lazy("premises", "withdrawn")


EMPTY = (UnitState.AVAILABLE, UnitState.OPTION, UnitState.VACANT, UnitState.WORKS)


"""States in which nobody occupies a unit that is known well."""


OFFERED = (UnitState.AVAILABLE, UnitState.NOTICE)


"""States in which a unit can be proposed to who looks for one."""


UNIT = Lifecycle(
    name="premises.unit",
    label=_("Premises or plot"),
    states=UnitState,
    initial=UnitState.FOUND,
    transitions=(
        Transition("qualify", _("Qualified"), (UnitState.FOUND,), UnitState.QUALIFIED, KEEPERS),
        Transition(
            "offer",
            pgettext_lazy("premises", "Offer"),
            (UnitState.QUALIFIED, UnitState.VACANT, UnitState.WORKS),
            UnitState.AVAILABLE,
            KEEPERS,
        ),
        Transition(
            "hold", _("Put under option"), (UnitState.AVAILABLE, UnitState.NOTICE), UnitState.OPTION, KEEPERS
        ),
        Transition("release", _("Lift the option"), (UnitState.OPTION,), UnitState.AVAILABLE, KEEPERS),
        Transition(
            "let",
            pgettext_lazy("premises", "Let"),
            (UnitState.QUALIFIED, UnitState.AVAILABLE, UnitState.OPTION, UnitState.VACANT),
            UnitState.LET,
            KEEPERS,
        ),
        Transition("give_notice", _("Notice given"), (UnitState.LET,), UnitState.NOTICE, KEEPERS),
        Transition("stay", _("Notice withdrawn"), (UnitState.NOTICE,), UnitState.LET, KEEPERS),
        Transition(
            "empty",
            _("The occupant has left"),
            (UnitState.LET, UnitState.NOTICE, UnitState.AVAILABLE, UnitState.QUALIFIED),
            UnitState.VACANT,
            KEEPERS,
        ),
        Transition(
            "repair",
            _("Begin works"),
            (UnitState.VACANT, UnitState.AVAILABLE, UnitState.QUALIFIED),
            UnitState.WORKS,
            KEEPERS,
        ),
        Transition(
            "withdraw",
            pgettext_lazy("premises", "Withdraw"),
            (
                UnitState.FOUND,
                UnitState.QUALIFIED,
                UnitState.AVAILABLE,
                UnitState.VACANT,
                UnitState.WORKS,
            ),
            UnitState.WITHDRAWN,
            KEEPERS,
            confirm=_("The unit is no longer shown nor proposed."),
        ),
        Transition("return", _("Take up again"), (UnitState.WITHDRAWN,), UnitState.QUALIFIED, KEEPERS),
    ),
)


class OwnerKind(models.TextChoices):
    """Who owns a unit (nearest values of CNIG, terr_maitrise_fonc)."""

    SOCIAL_LANDLORD = "social_landlord", _("social landlord")
    METROPOLIS = "metropolis", _("metropolis or commune")
    STATE = "state", _("State, public establishment")
    EPF = "epf", _("public land agency (EPF)")
    SEM = "sem", _("mixed company (SEM, SPL)")
    COMPANY = "company", pgettext_lazy("owner", "company")
    ASSOCIATION = "association", pgettext_lazy("owner", "association")
    CO_OWNERS = "co_owners", _("co-owners")
    PERSON = "person", _("private person")
    UNKNOWN = "unknown", pgettext_lazy("owner", "not known")


class Power(models.TextChoices):
    """Electricity."""

    UNKNOWN = "", pgettext_lazy("electricity", "not known")
    NONE = "none", pgettext_lazy("electricity", "none")
    SINGLE = "single", _("single-phase")
    THREE = "three", _("three-phase")


class UnitQuerySet(VisibleQuerySet["Unit"]):
    """Premises and plots."""

    def visible_to(self, account: "Reader") -> Self:
        """Developers and officials: all. Owners: theirs. Everyone: those that are offered and published."""
        if is_developer(account) or (isinstance(account, Account) and account.has_role(Role.OFFICIAL)):
            return self
        shown = Q(published=True, state__in=[str(state) for state in OFFERED])
        return self.filter(shown | owned(account))

    def kept_by(self, account: "Reader") -> Self:
        """Those that `account` may change."""
        return self if is_developer(account) else self.filter(owned(account))

    def shown(self) -> Self:
        """Those that everyone sees."""
        return self.filter(published=True, state__in=[str(state) for state in OFFERED])


@audited(personal=("contact_name", "contact_email", "contact_phone"), ignored=("outline",))
class Unit(Record):
    """Premises or a plot. A private owner's name is never kept: `owner_kind` says that it is one.

    `surface` in m²; `height` and `door_height` in metres; `floor` 0 at street level; `power_kva` in kVA. `rent` and
    `charges` a month, `price` to buy, in euros before tax. `parcels`: 14 characters each. `building_id`: of the RNB.
    `ban_id`: of the address. `outline`: a polygon as WKB in WGS 84, of plots. `zone_codes`: the priority neighbourhood,
    as answered for its address. `vacant_since`: the day since which nobody occupies it, empty while somebody does.
    `cfe_free_since`: the year since which no activity there paid the CFE (vacancy of a ZAE, L318-8-2).
    """

    lifecycle = UNIT

    reference = models.CharField(_("reference of the owner"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    name = models.CharField(_("name"), max_length=150)
    description = models.TextField(_("description"), max_length=3000, blank=True)
    uses = ArrayField(
        models.CharField(max_length=15, choices=Use),
        default=list,
        blank=True,
        verbose_name=_("what one may do there"),
    )
    site = models.ForeignKey(
        Site,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("economic site"),
    )
    address = models.CharField(_("address"), max_length=300, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)
    commune_code = models.CharField(_("commune (Insee code)"), max_length=5, blank=True)
    ban_id = models.CharField(_("address (BAN identifier)"), max_length=60, blank=True)
    building_id = models.CharField(_("building (RNB identifier)"), max_length=20, blank=True)
    parcels = ArrayField(
        models.CharField(max_length=14), default=list, blank=True, verbose_name=_("parcels of the cadastre")
    )
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    zone_codes = models.CharField(_("neighbourhood"), max_length=100, blank=True, editable=False)
    outline = models.BinaryField(null=True, blank=True, editable=False)
    surface = models.DecimalField(
        _("surface (m²)"), max_digits=10, decimal_places=1, validators=[MinValueValidator(1)]
    )
    divisible_from = models.DecimalField(
        _("can be divided from (m²)"), max_digits=10, decimal_places=1, null=True, blank=True
    )
    height = models.DecimalField(
        _("height under ceiling (m)"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    door_height = models.DecimalField(
        _("height of the door (m)"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    accessible = models.BooleanField(_("accessible to people with reduced mobility"), null=True, blank=True)
    delivery = models.BooleanField(_("a van or lorry can deliver"), null=True, blank=True)
    power = models.CharField(_("electricity"), max_length=10, choices=Power, blank=True)
    power_kva = models.DecimalField(_("power (kVA)"), max_digits=6, decimal_places=1, null=True, blank=True)
    water = models.BooleanField(_("water"), null=True, blank=True)
    extraction = models.BooleanField(_("extraction duct"), null=True, blank=True)
    shop_window = models.BooleanField(_("shop window"), null=True, blank=True)
    erp_type = models.CharField(
        _("type of building open to the public (ERP)"), max_length=2, choices=ErpType, blank=True
    )
    erp_category = models.PositiveSmallIntegerField(
        _("category (1 to 5)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    opens_at = models.TimeField(_("may open from"), null=True, blank=True)
    closes_at = models.TimeField(pgettext_lazy("hour", "until"), null=True, blank=True)
    rent = models.DecimalField(
        _("rent (€/month)"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    charges = models.DecimalField(
        _("charges (€/month)"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    price = models.DecimalField(
        _("price to buy (€)"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    owner = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("owner"),
    )
    owner_kind = models.CharField(
        _("kind of owner"), max_length=20, choices=OwnerKind, default=OwnerKind.UNKNOWN
    )
    owner_name = models.CharField(_("name of the owner, if it is no person"), max_length=200, blank=True)
    contact_name = models.CharField(_("whom to ask"), max_length=150, blank=True)
    contact_email = models.EmailField(_("e-mail address"), blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=30, blank=True)
    available_from = models.DateField(_("available from"), null=True, blank=True)
    available_until = models.DateField(_("available until"), null=True, blank=True)
    vacant_since = models.DateField(_("vacant since"), null=True, blank=True)
    cfe_free_since = models.PositiveSmallIntegerField(
        _("no activity paid the CFE there since (year)"), null=True, blank=True
    )
    published = models.BooleanField(pgettext_lazy("premises", "shown to everyone"), default=True)
    opportunity = models.OneToOneField(
        Opportunity, models.SET_NULL, null=True, blank=True, related_name="unit", editable=False
    )
    checked_on = models.DateField(_("checked on the spot on"), null=True, blank=True)
    cnig_id = models.CharField(max_length=100, blank=True, editable=False)
    state = UNIT.field()

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("premises or plot")
        verbose_name_plural = _("premises and plots")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["state", "published"]),
            models.Index(fields=["owner", "state"]),
            models.Index(fields=["kind", "state"]),
            models.Index(fields=["lat", "lon"]),
        ]
        constraints = [
            *UNIT.constraints(),
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="premises_unit_kind"),
            models.CheckConstraint(
                condition=Q(uses__contained_by=Use.values),
                name="premises_unit_uses",
                violation_error_message=_("Choose uses from the list."),
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="premises_unit_point",
            ),
            models.CheckConstraint(condition=Q(surface__gt=0), name="premises_unit_surface"),
            models.CheckConstraint(
                condition=Q(divisible_from__isnull=True)
                | Q(divisible_from__gt=0, divisible_from__lte=F("surface")),
                name="premises_unit_divided",
                violation_error_message=_("A part is no larger than the whole."),
            ),
            models.CheckConstraint(
                condition=Q(available_until__isnull=True)
                | Q(available_from__isnull=True)
                | Q(available_until__gte=F("available_from")),
                name="premises_unit_available_in_order",
                violation_error_message=_("Premises are not available until before they are available from."),
            ),
            models.CheckConstraint(
                condition=Q(owner_kind__in=OwnerKind.values), name="premises_unit_owner_kind"
            ),
            models.CheckConstraint(
                condition=~Q(owner_kind=OwnerKind.PERSON) | Q(owner_name="", owner__isnull=True),
                name="premises_private_owners_are_not_named",
                violation_error_message=_("The name of a private owner is not kept: leave it empty."),
            ),
            models.CheckConstraint(
                condition=Q(erp_category__isnull=True) | Q(erp_category__gte=1, erp_category__lte=5),
                name="premises_unit_erp",
            ),
            models.UniqueConstraint(
                fields=["owner", "reference"],
                condition=~Q(reference=""),
                name="premises_reference_once_an_owner",
                violation_error_message=_("This owner has a unit of that reference already."),
            ),
            models.UniqueConstraint(
                fields=["cnig_id"], condition=~Q(cnig_id=""), name="premises_unit_cnig_once"
            ),
        ]
        triggers = UNIT.triggers()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the unit."""
        return reverse("premises:unit", args=[self.pk])
