"""Files of SIRENE sent on screen: what was read in each."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class SireneImportQuerySet(VisibleQuerySet["SireneImport"]):
    """Files of SIRENE."""

    def visible_to(self, account: "Reader") -> Self:
        """Managers of incubators: it is open data, and what was read serves all incubators."""
        if isinstance(account, Account) and account.has_role(Role.INCUBATOR_MANAGER):
            return self
        return self.none()


class SireneImport(Record):
    """A file of histories of legal units (StockUniteLegaleHistorique): its counts once it is read; then it is gone."""

    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(_("file"), upload_to="incubation/sirene", blank=True, editable=False)
    counts = models.JSONField(_("counts"), null=True, editable=False)

    objects = SireneImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of SIRENE")
        verbose_name_plural = _("files of SIRENE")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page where files are sent, which says what was read."""
        return reverse("incubation:import_survival")
