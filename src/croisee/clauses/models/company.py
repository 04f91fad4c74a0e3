"""What a company says when there is nothing to declare."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models.clauses import Commitment
from croisee.clauses.models.readers import is_facilitateur, of_company
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class NothingDoneQuerySet(VisibleQuerySet["NothingDone"]):
    """Months in which nobody worked."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: all. Companies: of their own commitments."""
        if is_facilitateur(account):
            return self
        return self.filter(of_company(account, "commitment__organisation"))


@audited
class NothingDone(Record):
    """Nobody worked under a commitment in a month (`month` is its first day): said once, and nobody is reminded of it.

    It goes when hours are declared for that month after all.
    """

    commitment = models.ForeignKey(
        Commitment, models.CASCADE, related_name="nothing_done", verbose_name=_("commitment")
    )
    month = models.DateField(_("month"))

    objects = NothingDoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("month without work")
        verbose_name_plural = _("months without work")
        ordering = ["-month", "commitment"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "month"], name="clauses_nothing_done_once"),
            models.CheckConstraint(
                condition=Q(month=TruncMonth("month")), name="clauses_nothing_done_month_first_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment}: {self.month:%m/%Y}"
