"""The incubator and its spaces: offices, workshops, desks, rooms; what they cost."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.incubation.models.readers import managed
from croisee.opportunities.models import Opportunity

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


M = TypeVar("M", bound=models.Model)


MANAGERS = (Role.INCUBATOR_MANAGER,)


class IncubatorQuerySet(VisibleQuerySet["Incubator"]):
    """Incubators."""

    def visible_to(self, account: "Reader") -> Self:
        """Everyone: they are public places."""
        return self

    def managed_by(self, account: "Reader") -> Self:
        """Those that `account` manages."""
        return self.filter(managed(account))


@audited
class Incubator(Record):
    """A neighbourhood business centre (centre d'affaires de quartier) or pépinière.

    `company_years`: companies younger than that may apply. `stay_months`: how long one stays at most, all contracts
    together. `public_domain`: the building is of the public domain, where no lease is possible (CGPPP L2122-1).
    `zone_codes`: the priority neighbourhood that it stands in, as answered for its address. `opportunity`: what the
    search of the portal finds of it.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="incubators", verbose_name=_("run by")
    )
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("what one finds there"), max_length=3000, blank=True)
    address = models.CharField(_("address"), max_length=300)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    zone_codes = models.CharField(_("neighbourhood"), max_length=100, blank=True, editable=False)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    company_years = models.PositiveSmallIntegerField(
        _("companies younger than, in years"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    stay_months = models.PositiveSmallIntegerField(
        _("stay at most, in months"), default=36, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    public_domain = models.BooleanField(_("building of the public domain"), default=False)
    opportunity = models.OneToOneField(
        Opportunity,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="incubator",
        editable=False,
    )

    objects = IncubatorQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("premises", "incubator")
        verbose_name_plural = pgettext_lazy("premises", "incubators")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="incubation_incubator_once",
                violation_error_message=_("There is an incubator of that name already."),
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="incubation_incubator_point",
            ),
            models.CheckConstraint(
                condition=Q(company_years__gte=1, stay_months__gte=1), name="incubation_incubator_terms"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page that everyone sees."""
        return reverse("incubation:incubator", args=[self.pk])


class OfIncubatorQuerySet(VisibleQuerySet[M]):
    """Rows that hang on an incubator by `incubator`, for its managers alone."""

    def visible_to(self, account: "Reader") -> Self:
        """Its managers."""
        return self.filter(managed(account, "incubator__"))

    def managed_by(self, account: "Reader") -> Self:
        """Those of the incubators that `account` manages."""
        return self.filter(managed(account, "incubator__"))


class SpaceKind(models.TextChoices):
    """What a space is."""

    OFFICE = "office", pgettext_lazy("space", "office")
    WORKSHOP = "workshop", pgettext_lazy("space", "workshop")
    DESK = "desk", _("desk in a shared office")
    ROOM = "room", _("meeting room")
    STORE = "store", _("store room")


class SpaceQuerySet(OfIncubatorQuerySet["Space"]):
    """Spaces."""

    def visible_to(self, account: "Reader") -> Self:
        """Whoever is signed in: they are announced; who is in them is not told here."""
        return self if isinstance(account, Account) else self.none()

    def in_service(self) -> Self:
        """Those that are let or booked today."""
        return self.filter(withdrawn_on__isnull=True)


@audited
class Space(Record):
    """One space of an incubator: a hosted company has it for itself, or (`bookable`) anyone there books it by hours.

    `hourly_price` and `daily_price`: of a booking, before tax, for companies hosted here; `outside_price`: of an hour,
    for others, where others may book (none: they may not). `surface` in square metres.
    """

    incubator = models.ForeignKey(
        Incubator, models.CASCADE, related_name="spaces", verbose_name=pgettext_lazy("premises", "incubator")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=SpaceKind, default=SpaceKind.OFFICE)
    name = models.CharField(_("name"), max_length=60)
    floor = models.SmallIntegerField(_("floor"), default=0)
    surface = models.DecimalField(
        _("surface (m²)"), max_digits=7, decimal_places=1, validators=[MinValueValidator(1)]
    )
    seats = models.PositiveSmallIntegerField(_("seats"), default=1, validators=[MinValueValidator(1)])
    accessible = models.BooleanField(_("accessible to people with reduced mobility"), default=True)
    equipment = models.CharField(_("equipment"), max_length=300, blank=True)
    bookable = models.BooleanField(_("booked by hours"), default=False)
    hourly_price = models.DecimalField(
        _("price of an hour, before tax"),
        max_digits=8,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
    )
    daily_price = models.DecimalField(
        _("price of a day, before tax"),
        max_digits=8,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
    )
    outside_price = models.DecimalField(
        _("price of an hour for others, before tax"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    withdrawn_on = models.DateField(_("no longer in service since"), null=True, blank=True)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("incubator", "space")
        verbose_name_plural = pgettext_lazy("incubator", "spaces")
        ordering = ["incubator", "floor", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["incubator", "name"],
                name="incubation_space_once",
                violation_error_message=_("There is a space of that name already."),
            ),
            models.CheckConstraint(condition=Q(kind__in=SpaceKind.values), name="incubation_space_kind"),
            models.CheckConstraint(
                condition=Q(surface__gt=0, seats__gte=1, hourly_price__gte=0, daily_price__gte=0)
                & (Q(outside_price__isnull=True) | Q(outside_price__gte=0)),
                name="incubation_space_figures",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GridStep(Record):
    """The rent of a kind of space in a year of the stay: the progressive grid that new agreements begin with.

    `rent` and `market` in euros a square metre and month, before tax and charges; `market` is what such premises cost
    outside, and the difference is the aid that is counted (de minimis).
    """

    incubator = models.ForeignKey(
        Incubator, models.CASCADE, related_name="grid", verbose_name=pgettext_lazy("premises", "incubator")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=SpaceKind)
    year = models.PositiveSmallIntegerField(
        _("year of the stay"), validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    rent = models.DecimalField(
        _("rent (€/m²/month)"), max_digits=7, decimal_places=2, validators=[MinValueValidator(0)]
    )
    market = models.DecimalField(
        _("market rent (€/m²/month)"), max_digits=7, decimal_places=2, validators=[MinValueValidator(0)]
    )

    objects = OfIncubatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of the rent grid")
        verbose_name_plural = _("rent grid")
        ordering = ["incubator", "kind", "year"]
        constraints = [
            models.UniqueConstraint(fields=["incubator", "kind", "year"], name="incubation_grid_once"),
            models.CheckConstraint(condition=Q(kind__in=SpaceKind.values), name="incubation_grid_kind"),
            models.CheckConstraint(
                condition=Q(rent__gte=0, market__gte=0, year__gte=1), name="incubation_grid_figures"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"
