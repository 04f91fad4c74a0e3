"""Computing plans of hours in the background, and keeping them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.clauses.models import HoursPlan, PlannedContract, PlanShortfall
from croisee.clauses.queries.planning import TRADES, Market, market, month_after
from croisee.engine.hours import Lack, Options, Plan, audit, forecast, greedy, plan
from croisee.foundation.progress.services import background, start
from croisee.foundation.progress.tracking import Tracker, WorkRefused
from croisee.territory.travel.network import network_now

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.foundation.progress.models import Progress

STEPS = 4
BATCH = 2_000
MONTHS_A_QUARTER = 3
OPTIONS = Options()


def start_plan(account: Account, first_month: dt.date, months: int) -> Progress:
    """Have a plan made in the background; one at a time for the same account.

    Raises ValidationError for months that are none: 1 to 60, from this month or a later one.
    """
    if not 1 <= months <= 60:
        raise ValidationError({"months": _("A plan covers 1 to 60 months.")})
    if first_month < timezone.localdate().replace(day=1):
        raise ValidationError({"first_month": _("A plan begins this month or later.")})
    title = _("Plan of hours over %(n)d months") % {"n": months}
    return start(
        make_plan,
        account,
        title,
        key=f"clauses.plan:{account.pk}",
        asker=str(account.pk),
        first_month=first_month.isoformat(),
        months=months,
    )


@background
def make_plan(tracker: Tracker, asker: str, first_month: str, months: int) -> str | None:
    """The work: gather, plan, compare with what a spreadsheet would do, keep."""
    from croisee.foundation.accounts.models import Account

    account = Account.objects.get(pk=UUID(asker))
    tracker.advance(0, STEPS, _("Lots, people and travel times"))
    found = market(account, dt.date.fromisoformat(first_month).replace(day=1), months, network_now())
    if not found.lot_rows:
        raise WorkRefused(_("No lot under way has hours left to do: there is nothing to plan."))
    if not found.people_rows:
        raise WorkRefused(_("Nobody eligible is looking for work: add participants first."))
    tracker.advance(1, STEPS, _("Who does which hours when"))
    best = plan(found.lots, found.people, found.reasons, options=OPTIONS)
    tracker.advance(2, STEPS, _("Checks and comparison"))
    if faults := audit(best, found.lots, found.people, found.reasons, options=OPTIONS):
        raise RuntimeError(f"a plan of hours fails its audit: {faults[0].kind}")
    simple = greedy(found.lots, found.people, found.reasons, options=OPTIONS)
    tracker.advance(3, STEPS, _("Keeping the plan"))
    return reverse("clauses:plan", args=[keep(account, found, best, simple).pk])


@transaction.atomic
def keep(account: Account, found: Market, best: Plan, simple: Plan) -> HoursPlan:
    """Write a plan, its contracts and what it cannot meet."""
    row = HoursPlan.objects.create(
        first_month=found.first_month,
        months=found.months,
        made_by=account,
        ready_at=timezone.now(),
        figures=figures(found, best, simple),
    )
    contracts = best.contracts
    PlannedContract.objects.bulk_create(
        (
            PlannedContract(
                plan=row,
                lot=found.lot_rows[lot],
                participant=found.people_rows[person],
                first_month=month_after(found.first_month, first),
                last_month=month_after(found.first_month, last),
                hours=hours,
            )
            for lot, person, first, last, hours in zip(
                contracts.lot.tolist(),
                contracts.person.tolist(),
                contracts.first.tolist(),
                contracts.last.tolist(),
                contracts.total.tolist(),
                strict=True,
            )
        ),
        batch_size=BATCH,
    )
    PlanShortfall.objects.bulk_create(
        (
            PlanShortfall(
                plan=row,
                lot=found.lot_rows[lot],
                missing=int(best.missing[lot]),
                why=Lack(int(best.why[lot])).name.lower(),
            )
            for lot in np.flatnonzero(best.missing > 0).tolist()
        ),
        batch_size=BATCH,
    )
    return row


def figures(found: Market, best: Plan, simple: Plan) -> dict[str, Any]:
    """What a plan reaches, beside the simple one, and the forecast by trade and quarter; JSON."""
    asked = int(found.lots.hours.sum())
    return {
        "lots": len(found.lot_rows),
        "people": len(found.people_rows),
        "asked": asked,
        **_reached(best),
        "gap": best.gaps[0],
        "bounds": {"met": best.bounds.hours, "broken": best.bounds.broken, "long": best.bounds.long},
        "seconds": round(best.seconds, 1),
        "simple": _reached(simple),
        "forecast": _forecast(found),
    }


def _reached(one: Plan) -> dict[str, int]:
    return {
        "met": one.hours_met,
        "contracts": len(one.contracts),
        "people_at_work": len(np.unique(one.contracts.person)),
        "broken": one.broken,
        "long": one.long,
    }


def _forecast(found: Market) -> list[dict[str, Any]]:
    """By trade that has hours due: each quarter's hours coming, people ready, gap."""
    offset = (found.first_month.month - 1) % MONTHS_A_QUARTER
    told = forecast(found.lots, found.people, found.lot_trade, found.person_trade, offset=offset)
    starts = [month_after(found.first_month, int(month)) for month in told.first]
    return [
        {
            "trade": str(TRADES[trade]),
            "quarters": [
                {
                    "from": day.isoformat(),
                    "due": int(told.due[trade, column]),
                    "ready": int(told.ready[trade, column]),
                    "gap": int(told.gap[trade, column]),
                }
                for column, day in enumerate(starts)
            ],
        }
        for trade in np.flatnonzero(told.due.sum(axis=1) > 0).tolist()
    ]


def forget(row: HoursPlan) -> None:
    """Delete a plan: nothing else hangs on it."""
    row.delete()
