"""The documents issued: enough to recognise one, not the document itself."""

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.documents.kinds import Kind, kind_named
from croisee.foundation.documents.references import new_reference
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class IssuedDocumentQuerySet(VisibleQuerySet["IssuedDocument"]):
    """Documents issued."""

    def visible_to(self, account: "Reader") -> Self:
        """Those issued for oneself; the public page goes by reference instead."""
        return self.filter(account=account) if isinstance(account, Account) else self.none()


class IssuedDocument(Record):
    """What is kept of a document: its reference, the digest of its file, and what may be shown of it."""

    reference = models.CharField(
        _("reference"), max_length=19, unique=True, default=new_reference, editable=False
    )
    kind = models.CharField(_("kind"), max_length=100, editable=False)
    sha256 = models.CharField(_("SHA-256 digest"), max_length=64, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("issued for")
    )
    issued_at = models.DateTimeField(_("issued on"), default=timezone.now, editable=False)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    shown = models.JSONField(_("shown at verification"), default=dict, editable=False)

    objects = IssuedDocumentQuerySet.as_manager()

    pdf: bytes = b""
    """The file, on the object that `issue` returns; never stored."""

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="document_sha256"
            ),
        ]
        triggers = [
            # Erasing an account empties `account`; what the document says never changes.
            pgtrigger.ReadOnly(name="unaltered", exclude=["account", "updated_at"]),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The public page that says whether the document is genuine."""
        return reverse("documents:verify", args=[self.reference])

    @property
    def declared(self) -> Kind:
        """What the app declares about this kind of document."""
        return kind_named(self.kind)

    @property
    def expired(self) -> bool:
        """Whether its validity has ended."""
        return self.valid_until is not None and self.valid_until < timezone.localdate()

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Labels and values of what may be shown, in the reader's language."""
        labels = self.declared.shareable
        return [(str(labels[name]), value) for name, value in self.shown.items() if name in labels]
