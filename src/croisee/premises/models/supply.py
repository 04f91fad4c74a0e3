"""Supply: economic sites, units (premises and plots), photos, the periods of their story, what is seen outside."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
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

M = TypeVar("M", bound=models.Model)
DEVELOPERS = (Role.DEVELOPER,)
KEEPERS = (Role.DEVELOPER, Role.LANDLORD)
PARCEL_SHAPE = r"^[0-9][0-9AB][0-9]{3}[0-9]{3}[0-9A-Z]{2}[0-9]{4}$"
"""A parcel of the cadastre: commune (5), prefix (3), section (2), number (4)."""


class SiteVocation(models.TextChoices):
    """What an economic site is mainly for (CNIG Sites économiques, site_vocadomi)."""

    INDUSTRY = "industrielle", _("industry")
    TRADE = "commerciale", pgettext_lazy("site", "trade")
    SERVICES = "tertiaire", pgettext_lazy("site", "offices and services")
    CRAFT = "artisanale", _("crafts")
    TOURISM = "touristique", _("tourism")
    PORT = "portuaire", _("port")
    AIRPORT = "aéroportuaire aéronautique", _("airport, aeronautics")
    LOGISTICS = "entrepôts logistique", _("warehouses, logistics")
    FARM_LOGISTICS = "logistique agricole", _("farm logistics")
    MIXED = "mixte", pgettext_lazy("site", "mixed")
    UNKNOWN = "inconnu", pgettext_lazy("site", "not known")


class SiteState(models.TextChoices):
    """How far an economic site is (CNIG Sites économiques, site_etat)."""

    PLANNED = "en projet", _("planned")
    CREATION = "création", _("being created")
    ACTIVE = "existant et actif", _("existing and active")
    TO_DECLASSIFY = "projet de déclassement", _("to be declassified")
    DECLASSIFIED = "déclassé", _("declassified")


class SiteQuerySet(VisibleQuerySet["Site"]):
    """Economic sites."""

    def visible_to(self, account: "Reader") -> Self:
        """Everyone: an inventory that the law has published (code de l'urbanisme L318-8-2)."""
        return self


@audited(ignored=("outline",))
class Site(Record):
    """An economic site. `zone`: a zone d'activité économique, whose inventory and vacancy the law asks for.

    `outline`: a polygon as WKB in WGS 84 (longitude, latitude). `gross`, `useful`: hectares. `cnig_id`, `pole_id`: its
    identifiers in the CNIG file that it was read from.
    """

    name = models.CharField(_("name"), max_length=200)
    zone = models.BooleanField(_("zone d’activité économique (ZAE)"), default=True)
    vocation = models.CharField(
        _("main vocation"), max_length=40, choices=SiteVocation, default=SiteVocation.UNKNOWN
    )
    state = models.CharField(
        pgettext_lazy("site", "state"), max_length=40, choices=SiteState, default=SiteState.ACTIVE
    )
    gross = models.DecimalField(
        _("gross surface (ha)"), max_digits=10, decimal_places=4, null=True, blank=True
    )
    useful = models.DecimalField(
        _("useful surface (ha)"), max_digits=10, decimal_places=4, null=True, blank=True
    )
    commune_code = models.CharField(_("commune (Insee code)"), max_length=5)
    commune_name = models.CharField(_("commune"), max_length=100)
    manager_kind = models.CharField(_("developed by"), max_length=20, default="epci")
    manager_name = models.CharField(_("name of the developer"), max_length=200, blank=True)
    outline = models.BinaryField(null=True, blank=True, editable=False)
    identified_on = models.DateField(_("identified on"), default=timezone.localdate)
    updated_on = models.DateField(_("brought up to date on"), default=timezone.localdate)
    consulted_on = models.DateField(_("owners and occupants consulted on"), null=True, blank=True)
    cnig_id = models.CharField(max_length=100, blank=True, editable=False)
    pole_id = models.CharField(max_length=100, blank=True, editable=False)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("economic site")
        verbose_name_plural = _("economic sites")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(vocation__in=SiteVocation.values), name="premises_site_vocation"
            ),
            models.CheckConstraint(condition=Q(state__in=SiteState.values), name="premises_site_state"),
            models.CheckConstraint(
                condition=Q(commune_code__regex=r"^[0-9][0-9AB][0-9]{3}$"), name="premises_site_commune"
            ),
            models.UniqueConstraint(
                fields=["cnig_id"], condition=~Q(cnig_id=""), name="premises_site_cnig_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


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
    closes_at = models.TimeField(_("until"), null=True, blank=True)
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
    published = models.BooleanField(_("shown to everyone"), default=True)
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


class OfUnitQuerySet(VisibleQuerySet[M]):
    """Rows that hang on a unit by `unit`."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the units that one may see."""
        return self.filter(unit__in=Unit.objects.visible_to(account))

    def kept_by(self, account: "Reader") -> Self:
        """Those of the units that `account` may change."""
        return self.filter(unit__in=Unit.objects.kept_by(account))


class Spell(Record):
    """A period of a unit in one state, both days in it; the last one is open. Written as the state changes."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="spells", verbose_name=_("premises or plot"))
    state = models.CharField(pgettext_lazy("premises", "state"), max_length=15, choices=UnitState)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("period of a unit")
        verbose_name_plural = _("periods of units")
        ordering = ["starts_on", "created_at", "pk"]
        indexes = [models.Index(fields=["unit", "starts_on"]), models.Index(fields=["state", "starts_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UnitState.values), name="premises_spell_state"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="premises_spell_in_order",
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(ends_on__isnull=True), name="premises_spell_open_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_state_display())


class PictureKind(models.TextChoices):
    """What a picture shows."""

    PHOTO = "photo", _("photo")
    PLAN = "plan", pgettext_lazy("premises", "plan")


class Picture(Record):
    """A photo or a plan of a unit."""

    unit = models.ForeignKey(
        Unit, models.CASCADE, related_name="pictures", verbose_name=_("premises or plot")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=PictureKind, default=PictureKind.PHOTO)
    file = models.FileField(pgettext_lazy("picture", "file"), upload_to="premises/pictures/")
    caption = models.CharField(_("what it shows"), max_length=200)
    taken_on = models.DateField(_("taken on"), null=True, blank=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("premises", "picture")
        verbose_name_plural = pgettext_lazy("premises", "pictures")
        ordering = ["kind", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PictureKind.values), name="premises_picture_kind")
        ]

    def __str__(self) -> str:
        return self.caption


class SightingState(models.TextChoices):
    """What became of something seen on the field."""

    RECEIVED = "received", _("to be looked at")
    KEPT = "kept", _("became a unit")
    KNOWN = "known", _("added to a unit that was known")
    DISMISSED = "dismissed", pgettext_lazy("sighting", "dismissed")


SIGHTING = Lifecycle(
    name="premises.sighting",
    label=_("Premises seen on the field"),
    states=SightingState,
    initial=SightingState.RECEIVED,
    transitions=(
        Transition("keep", _("Make a unit of it"), (SightingState.RECEIVED,), SightingState.KEPT, DEVELOPERS),
        Transition(
            "know", _("Add to a known unit"), (SightingState.RECEIVED,), SightingState.KNOWN, DEVELOPERS
        ),
        Transition(
            "dismiss",
            pgettext_lazy("sighting", "Dismiss"),
            (SightingState.RECEIVED,),
            SightingState.DISMISSED,
            DEVELOPERS,
        ),
        Transition(
            "reopen",
            _("Look at again"),
            (SightingState.DISMISSED,),
            SightingState.RECEIVED,
            DEVELOPERS,
        ),
    ),
)


class SightingQuerySet(VisibleQuerySet["Sighting"]):
    """What was seen on the field."""

    def visible_to(self, account: "Reader") -> Self:
        """Developers."""
        return self if is_developer(account) else self.none()


@audited(personal=("seen_by", "note"))
class Sighting(Record):
    """Premises or land seen on a walk with a telephone, maybe without a network; kept once whatever is sent twice.

    `client_key`: chosen by the telephone, so that a second sending finds the first. `accuracy`: of the position, in
    metres. `seen_at`: when it was seen, as the telephone says.
    """

    lifecycle = SIGHTING

    client_key = models.UUIDField(editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    surface = models.DecimalField(
        _("surface, roughly (m²)"), max_digits=10, decimal_places=1, null=True, blank=True
    )
    empty = models.BooleanField(_("looks empty"), null=True, blank=True)
    address = models.CharField(_("address or landmark"), max_length=300, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    accuracy = models.FloatField(_("accuracy (m)"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen on"))
    seen_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("seen by")
    )
    unit = models.ForeignKey(
        Unit,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="sightings",
        verbose_name=_("premises or plot"),
    )
    state = SIGHTING.field()

    objects = SightingQuerySet.as_manager()

    class Meta:
        verbose_name = _("premises seen on the field")
        verbose_name_plural = _("premises seen on the field")
        ordering = ["-seen_at", "pk"]
        indexes = [models.Index(fields=["state", "-seen_at"])]
        constraints = [
            *SIGHTING.constraints(),
            models.UniqueConstraint(fields=["client_key"], name="premises_sighting_once"),
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="premises_sighting_kind"),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="premises_sighting_point",
            ),
        ]
        triggers = SIGHTING.triggers()

    def __str__(self) -> str:
        return self.address or str(self.get_kind_display())


class SightingPhotoQuerySet(VisibleQuerySet["SightingPhoto"]):
    """Photos of what was seen."""

    def visible_to(self, account: "Reader") -> Self:
        """Developers."""
        return self if is_developer(account) else self.none()


class SightingPhoto(Record):
    """A photo taken on the field; `client_key` as its sighting's."""

    sighting = models.ForeignKey(
        Sighting, models.CASCADE, related_name="photos", verbose_name=_("premises seen on the field")
    )
    client_key = models.UUIDField(editable=False)
    file = models.FileField(pgettext_lazy("picture", "file"), upload_to="premises/sightings/")

    objects = SightingPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo taken on the field")
        verbose_name_plural = _("photos taken on the field")
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["client_key"], name="premises_sighting_photo_once")]

    def __str__(self) -> str:
        return str(self.sighting)
