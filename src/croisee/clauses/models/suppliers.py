"""Inclusive suppliers of the territory: who could take a part of a purchase."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models.fields import money
from croisee.directory.rome import Trade
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

READERS = (Role.FACILITATEUR, Role.BUYER, Role.ADMINISTRATOR, Role.OFFICIAL)


class SupplierKind(models.TextChoices):
    """What an inclusive supplier is (code du travail L5132-4, L5213-13, L1253-1; CASF L344-2)."""

    EI = "ei", _("EI: integration company")
    ACI = "aci", _("ACI: integration workshop")
    AI = "ai", _("AI: intermediary association")
    ETTI = "etti", _("ETTI: temporary-work integration company")
    EA = "ea", _("EA: adapted company")
    EATT = "eatt", _("EATT: adapted temporary-work company")
    ESAT = "esat", _("ESAT: support by work")
    GEIQ = "geiq", _("GEIQ: employers’ group for integration and qualification")


class SupplierQuerySet(VisibleQuerySet["InclusiveSupplier"]):
    """Inclusive suppliers."""

    def visible_to(self, account: "Reader") -> Self:
        """They are published: whoever works on clauses reads them."""
        if isinstance(account, Account) and account.has_role(*READERS):
            return self
        return self.none()


@audited
class InclusiveSupplier(Record):
    """An establishment that may take hours of a clause or a reserved contract: what it is, what it does, where.

    `turnover` is of a year, in euros, when published; it says how much a contract would make the supplier depend on it.
    """

    siret = models.CharField(_("SIRET"), max_length=14, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=SupplierKind)
    trades = ArrayField(
        models.CharField(max_length=20, choices=Trade), default=list, blank=True, verbose_name=_("trades")
    )
    turnover = money(_("yearly turnover"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    lon = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    lat = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    website = models.URLField(_("website"), blank=True)
    source = models.CharField(_("source"), max_length=300)

    objects = SupplierQuerySet.as_manager()

    class Meta:
        verbose_name = _("inclusive supplier")
        verbose_name_plural = _("inclusive suppliers")
        ordering = ["name"]
        indexes = [
            models.Index(fields=["lon", "lat"], name="clauses_supplier_place"),
            GinIndex(fields=["trades"], name="clauses_supplier_trades"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(siret__regex=r"^[0-9]{14}$"), name="clauses_supplier_siret_whole"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SupplierKind.values), name="clauses_supplier_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="clauses_supplier_point_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(turnover__isnull=True) | Q(turnover__gte=0),
                name="clauses_supplier_turnover_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name
