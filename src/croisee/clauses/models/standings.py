"""What each lot has due, done, waiting and ahead, as a view of the database: the portfolio sorts and sums by it."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from croisee.clauses.models.operations import Lot
from croisee.foundation.records import VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


def _total() -> "models.DecimalField[Any, Any]":
    return models.DecimalField(max_digits=16, decimal_places=2, editable=False)


class LotStandingQuerySet(VisibleQuerySet["LotStanding"]):
    """Standings of lots."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the lots that one may see."""
        return self.filter(lot__in=Lot.objects.visible_to(account))


class LotStanding(models.Model):
    """The hours of a lot: `queries.balances` says the same of a few lots; this view is made for all of them at once.

    Its SQL is in the migration `0003_standings`: each sum is made once for all lots, instead of once a lot.
    """

    lot = models.OneToOneField(Lot, models.DO_NOTHING, primary_key=True, related_name="standing")
    due = _total()
    done = _total()
    waiting = _total()
    forecast = _total()

    objects = LotStandingQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "clauses_lot_standing"
        ordering = ["lot"]

    def __str__(self) -> str:
        return f"{self.lot_id}"
