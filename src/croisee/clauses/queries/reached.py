"""Lots whose hours due are all done while they are still open: they can be closed."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from croisee.clauses.models import Allocation, Lot, LotState, Statement
from croisee.clauses.queries.balances import with_balance


def reached(lots: QuerySet[Lot], today: dt.date) -> QuerySet[Any]:
    """Lots under way with as many hours done as due, with `due` and `done`."""
    running = lots.filter(state=LotState.RUNNING)
    return with_balance(running, today).filter(due__gt=0, done__gte=F("due"))


@contextmanager
def completed_by(statements: QuerySet[Statement], replaced: QuerySet[Statement]) -> Iterator[list[Lot]]:
    """Around a change of these statements: the list it gives holds, afterwards, the lots that the change completed."""
    today = timezone.localdate()
    counted = Allocation.objects.filter(statement__in=[*_keys(statements), *_keys(replaced)])
    keys = list(counted.order_by().values_list("commitment__clause__lot", flat=True).distinct())
    lots = Lot.objects.filter(pk__in=keys)
    before = set(reached(lots, today).values_list("pk", flat=True))
    completed: list[Lot] = []
    yield completed
    completed += list(reached(lots, today).exclude(pk__in=before).select_related("contract__operation"))


def _keys(rows: QuerySet[Statement]) -> list[Any]:
    return list(rows.order_by().values_list("pk", flat=True))
