"""Economic sites, those that are zones d'activité économique among them."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


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

    PLANNED = "en projet", pgettext_lazy("site", "planned")
    CREATION = "création", _("being created")
    ACTIVE = "existant et actif", _("existing and active")
    TO_DECLASSIFY = "projet de déclassement", _("to be declassified")
    DECLASSIFIED = "déclassé", _("declassified")
    UNKNOWN = "inconnu", pgettext_lazy("site", "not known")


class SiteQuerySet(VisibleQuerySet["Site"]):
    """Economic sites."""

    def visible_to(self, account: "Reader") -> Self:
        """Everyone: an inventory that the law has published (code de l'urbanisme L318-8-2)."""
        return self


@audited(ignored=("outline",))
class Site(Record):
    """An economic site. `zone`: a zone d'activité économique, whose inventory and vacancy the law asks for.

    `outline`: a polygon as WKB in WGS 84 (longitude, latitude). `gross`, `useful`: hectares. `cnig_id`, `pole_id`,
    `pole_name`: its identifiers in CNIG files, and the pole that it is part of.
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
    pole_name = models.CharField(max_length=200, blank=True, editable=False)

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
