"""Contracts that public buyers publish (DECP), as one table whatever the format of the file they came in."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.clauses.decp.vocabulary import (
    SOCIAL,
    EnvironmentalConsideration,
    Format,
    Kind,
    SocialConsideration,
)
from croisee.clauses.models.operations import Contract, ContractNature
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

READERS = (Role.FACILITATEUR, Role.BUYER, Role.OFFICIAL)
"""Whose work published contracts serve; they are open data, and nobody else needs the page."""


class PublishedContractQuerySet(VisibleQuerySet["PublishedContract"]):
    """Published contracts."""

    def visible_to(self, account: "Reader") -> Self:
        """Open data, for those whose work it serves."""
        return self if isinstance(account, Account) and account.has_role(*READERS) else self.none()

    def social(self) -> Self:
        """Those that declare a social consideration."""
        return self.filter(social__overlap=list(SOCIAL))

    def without_social(self) -> Self:
        """Those that declare that they have none, or say nothing."""
        return self.exclude(social__isnull=False, social__overlap=list(SOCIAL))

    def of_our_buyers(self) -> Self:
        """Those of buyers that are organisations here, by their SIREN: each of their establishments buys."""
        sirens = Organisation.objects.exclude(siret="").annotate(siren=Left("siret", 9)).values("siren")
        return self.alias(siren=Left("buyer_siret", 9)).filter(siren__in=sirens)

    def unfollowed(self) -> Self:
        """Those that no contract followed here is, by the buyer's SIRET and the number that the buyer gave."""
        ours = Contract.objects.filter(
            reference=OuterRef("decp_id"), operation__buyer__siret=OuterRef("buyer_siret")
        )
        return self.filter(~Exists(ours))


class PublishedContract(Record):
    """A contract or a concession as its buyer published it; one per buyer, identifier and kind, the newest version.

    `initial_amount` is that of the award, which thresholds are compared with; `amount` that of the newest
    modification; euros before tax. `social` is null where the contract says nothing. `holders`: `id`, `type`, `name`.
    """

    buyer_siret = models.CharField(_("SIRET of the buyer"), max_length=14)
    buyer_name = models.CharField(_("buyer"), max_length=200, blank=True)
    decp_id = models.CharField(_("number"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    nature = models.CharField(_("nature"), max_length=100, blank=True)
    purchase = models.CharField(_("purchase"), max_length=30, choices=ContractNature)
    object = models.TextField(_("object"))
    cpv = models.CharField(_("CPV code"), max_length=10, blank=True)
    procedure = models.CharField(_("procedure"), max_length=150, blank=True)
    place_code = models.CharField(_("place"), max_length=20, blank=True)
    place_type = models.CharField(_("type of place"), max_length=40, blank=True)
    months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    initial_amount = models.DecimalField(_("amount at award"), max_digits=20, decimal_places=2)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)
    notified_on = models.DateField(_("notified on"))
    published_on = models.DateField(_("published on"), null=True, blank=True)
    said_on = models.DateField(_("newest version of"), editable=False)
    holders = models.JSONField(_("holders"), default=list)
    social = ArrayField(
        models.CharField(max_length=40, choices=SocialConsideration),
        verbose_name=_("social considerations"),
        null=True,
        blank=True,
    )
    environmental = ArrayField(
        models.CharField(max_length=50, choices=EnvironmentalConsideration),
        verbose_name=_("environmental considerations"),
        null=True,
        blank=True,
    )
    framework = models.CharField(_("framework"), max_length=100, blank=True)
    modifications = models.PositiveSmallIntegerField(_("modifications"), default=0)
    format = models.CharField(_("format"), max_length=10, choices=Format, editable=False)

    objects = PublishedContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("published contract")
        verbose_name_plural = _("published contracts")
        ordering = ["-notified_on", "buyer_siret", "decp_id"]
        indexes = [
            models.Index(fields=["-notified_on", "buyer_siret", "decp_id"], name="clauses_published_newest"),
            models.Index(fields=["initial_amount"], name="clauses_published_amount"),
            GinIndex(fields=["social"], name="clauses_published_social"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["buyer_siret", "decp_id", "kind"],
                name="clauses_published_once",
                violation_error_message=_("This contract is already there."),
            ),
            models.CheckConstraint(
                condition=Q(buyer_siret__regex=r"^[0-9]{14}$"), name="clauses_published_buyer_siret"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="clauses_published_kind_known"),
            models.CheckConstraint(
                condition=Q(format__in=Format.values), name="clauses_published_format_known"
            ),
            models.CheckConstraint(
                condition=Q(purchase__in=ContractNature.values), name="clauses_published_purchase_known"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, initial_amount__gte=0),
                name="clauses_published_not_negative",
                violation_error_message=_("An amount is zero or more."),
            ),
            models.CheckConstraint(
                condition=Q(social__isnull=True) | Q(social__len__gt=0),
                name="clauses_published_says_or_is_null",
            ),
        ]

    def __str__(self) -> str:
        return self.object

    def get_absolute_url(self) -> str:
        """The page of the contract."""
        return reverse("clauses:published_contract", args=[self.pk])


class ImportQuerySet(VisibleQuerySet["DecpImport"]):
    """Imports made on screen."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs, who make them."""
        return self if isinstance(account, Account) and account.has_role(Role.FACILITATEUR) else self.none()


class DecpImport(Record):
    """A DECP file sent on screen: its counts once it is read, and the records that were refused."""

    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(upload_to="clauses/decp", blank=True, editable=False)
    counts = models.JSONField(_("counts"), null=True, editable=False)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of published contracts")
        verbose_name_plural = _("imports of published contracts")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the import."""
        return reverse("clauses:published_import", args=[self.pk])


class RefusalQuerySet(VisibleQuerySet["Refusal"]):
    """Refused records."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the imports that one may see."""
        return self.filter(decp_import__in=DecpImport.objects.visible_to(account))


class Refusal(models.Model):
    """A record that an import on screen refused: where in the file (from 0), its identifier, why and what to do."""

    decp_import = models.ForeignKey(
        DecpImport, models.CASCADE, related_name="refusals", verbose_name=_("import")
    )
    position = models.PositiveIntegerField(_("position"))
    decp_id = models.CharField(_("number"), max_length=100, blank=True)
    reason = models.TextField(_("reason"))

    objects = RefusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("refused record")
        verbose_name_plural = _("refused records")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["decp_import", "position"], name="clauses_refusal_once"),
        ]

    def __str__(self) -> str:
        return self.reason
