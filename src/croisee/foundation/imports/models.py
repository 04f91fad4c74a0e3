"""Drafts of imports: files kept privately for a few days, how they are understood, and corrections."""

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.imports.kinds import ImportKind, Slot, Target, kind_named
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

KEPT = dt.timedelta(days=7)


def in_a_few_days() -> dt.datetime:
    """When a draft begun now is erased with its files."""
    return timezone.now() + KEPT


class ImportDraftQuerySet(VisibleQuerySet["ImportDraft"]):
    """Imports under way or done."""

    def visible_to(self, account: "Reader") -> Self:
        """One's own: a draft holds files about people."""
        return self.filter(account=account) if isinstance(account, Account) else self.none()


class ImportDraft(Record):
    """One import by one account: begun by an upload, corrected, then applied once, or left to expire."""

    kind = models.CharField(max_length=100, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    target = models.CharField(max_length=200, blank=True, editable=False)
    choices = models.JSONField(default=list, editable=False)
    answers = models.JSONField(default=dict, editable=False)
    expires_at = models.DateTimeField(_("erased on"), default=in_a_few_days, editable=False)
    applied_at = models.DateTimeField(_("imported on"), null=True, editable=False)
    result_url = models.CharField(_("result"), max_length=500, blank=True, editable=False)
    result_said = models.TextField(_("what it did"), blank=True, editable=False)
    rows_left_out = models.PositiveIntegerField(_("rows left out"), default=0, editable=False)

    objects = ImportDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(applied_at__isnull=False) | models.Q(result_url=""),
                name="import_result_applied",
            )
        ]

    def __str__(self) -> str:
        return str(self.declared.label)

    def get_absolute_url(self) -> str:
        """The page of the draft."""
        return reverse("imports:draft", args=[self.pk])

    @property
    def declared(self) -> ImportKind:
        """What the app declares about this kind of import."""
        return kind_named(self.kind)

    def goal(self) -> Target:
        """What the import goes into, asked again, with what was ticked and answered. Raises TargetRefused."""
        target = self.declared.target(self.target, self.account)
        answers = {int(row): str(answer) for row, answer in self.answers.items()}
        return replace(target, choices=frozenset(self.choices), answers=answers)


def private_path(file: "ImportFile", _name: str) -> str:
    """Where an upload is kept among private files: a name that owes nothing to the sender's."""
    return f"imports/{file.draft_id}/{file.slot}-{file.sha256[:16]}"


def left_out_path(file: "ImportFile", _name: str) -> str:
    """Where the rows left out of an import are kept, to be corrected and sent again."""
    return f"imports/{file.draft_id}/{file.slot}-left-out.xlsx"


class ImportFileQuerySet(VisibleQuerySet["ImportFile"]):
    """Files of imports."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of one's own imports."""
        return self.filter(draft__account=account) if isinstance(account, Account) else self.none()


class ImportFile(Record):
    """One file of a draft.

    `mapping` gives the column of the file (as written) chosen for a wanted column whose name differs;
    `corrections` the cells changed on the page: row number, then column, then text.

    Where the sender maps the columns: `mapping` says all of them, once `confirmed`; `words` what the words of closed
    lists mean (column, then word as compared, then value, "" for nothing); `dates` what comes first in them;
    `header_row` where the headings are, when it was said. `left_out` holds the rows that were left out, once the others
    are imported.
    """

    draft = models.ForeignKey(ImportDraft, models.CASCADE, related_name="files")
    slot = models.CharField(max_length=100, editable=False)
    name = models.CharField(_("file"), max_length=200, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    content = models.FileField(upload_to=private_path, max_length=200)
    mapping = models.JSONField(default=dict, editable=False)
    corrections = models.JSONField(default=dict, editable=False)
    words = models.JSONField(default=dict, editable=False)
    dates = models.CharField(max_length=5, blank=True, editable=False)
    header_row = models.PositiveIntegerField(null=True, editable=False)
    confirmed = models.BooleanField(default=False, editable=False)
    left_out = models.FileField(upload_to=left_out_path, max_length=200, blank=True)

    objects = ImportFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["draft", "slot"], name="one_file_a_slot")]

    def __str__(self) -> str:
        return self.name

    @property
    def declared(self) -> Slot:
        """What the app declares about this file."""
        return self.draft.declared.slot(self.slot)


class RememberedColumnQuerySet(VisibleQuerySet["RememberedColumn"]):
    """Headings understood so far."""

    def visible_to(self, account: "Reader") -> Self:
        """All of them, for whoever imports: they say nothing about anyone."""
        return self if isinstance(account, Account) else self.none()


class RememberedColumn(models.Model):
    """A column's name in people's files, understood once and for all: proposed the next time it is met."""

    kind = models.CharField(max_length=100)
    slot = models.CharField(max_length=100)
    heading = models.CharField(max_length=200)
    column = models.CharField(max_length=100)

    objects = RememberedColumnQuerySet.as_manager()

    class Meta:
        verbose_name = _("remembered column")
        verbose_name_plural = _("remembered columns")
        constraints = [
            models.UniqueConstraint(fields=["kind", "slot", "heading"], name="one_meaning_a_heading")
        ]

    def __str__(self) -> str:
        return f"{self.heading} → {self.column}"


class ImportMappingQuerySet(VisibleQuerySet["ImportMapping"]):
    """Tables understood so far, by organisation."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of one's organisations: they say nothing about anyone."""
        if not isinstance(account, Account):
            return self.none()
        return self.filter(organisation__in=account.organisations().values("pk"))


class ImportMapping(Record):
    """How the tables of an organisation are understood: which heading is which column, what its words mean.

    Proposed for the next file; as a whole when its headings are the same (`fingerprint`).
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    kind = models.CharField(max_length=100, editable=False)
    slot = models.CharField(max_length=100, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    columns = models.JSONField(_("columns"), default=dict, editable=False)
    words = models.JSONField(_("words"), default=dict, editable=False)
    dates = models.CharField(max_length=5, blank=True, editable=False)

    objects = ImportMappingQuerySet.as_manager()

    class Meta:
        verbose_name = _("table understood")
        verbose_name_plural = _("tables understood")
        ordering = ["-updated_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "slot", "fingerprint"], name="import_mapping_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.kind})"
