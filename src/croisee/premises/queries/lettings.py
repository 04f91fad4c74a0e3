"""What the pages of visits, options and lettings read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone

from croisee.opportunities.tenure import Alert, alert, said
from croisee.premises.models import Demand, Letting, Option, OptionState, Proposal, Visit, VisitState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account

WEEK = dt.timedelta(days=7)


def visits_of_demand(demand: Demand) -> Sequence[Visit]:
    """The visits of a demand, the next first."""
    return list(demand.visits.select_related("unit").order_by("-at"))


def visits_of_pair(proposal: Proposal) -> Sequence[Visit]:
    """The visits of one unit by who asks."""
    return list(Visit.objects.filter(demand=proposal.demand_id, unit=proposal.unit_id).order_by("-at"))


def options_of_demand(demand: Demand) -> Sequence[Option]:
    """The options that hold for a demand."""
    return list(demand.options.filter(state=OptionState.HELD).select_related("unit"))


def lettings_of_demand(demand: Demand) -> Sequence[Letting]:
    """The lettings that answered a demand."""
    return list(demand.lettings.select_related("unit"))


def option_of(proposal: Proposal) -> Option | None:
    """The option that holds on a unit, whoever has it."""
    return Option.objects.filter(unit=proposal.unit_id, state=OptionState.HELD).first()


def visits_for(account: Account) -> QuerySet[Visit]:
    """The visits of an account: planned ones first, the next first."""
    order = Case(When(state=VisitState.PLANNED, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Visit.objects.visible_to(account).select_related("unit", "demand__organisation")
    return rows.order_by(order, "at", "pk")


def visits_this_week(account: Account) -> QuerySet[Visit]:
    """The visits that are planned in the seven days to come."""
    now = timezone.now()
    return Visit.objects.visible_to(account).filter(state=VisitState.PLANNED, at__gte=now, at__lt=now + WEEK)


def options_for(account: Account) -> QuerySet[Option]:
    """The options of an account, those that hold first, the soonest over first."""
    order = Case(When(state=OptionState.HELD, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Option.objects.visible_to(account).select_related("unit", "demand__organisation")
    return rows.order_by(order, "until", "pk")


def options_ending(account: Account) -> QuerySet[Option]:
    """The options that end in the seven days to come."""
    last = timezone.localdate() + WEEK
    return Option.objects.visible_to(account).filter(state=OptionState.HELD, until__lte=last)


def lettings_for(account: Account) -> QuerySet[Letting]:
    """The lettings that an account reads, those under way first."""
    order = Case(When(left_on__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Letting.objects.visible_to(account).select_related("unit__owner", "tenant")
    return rows.order_by(order, "-starts_on", "pk")


def term_said(letting: Letting, today: dt.date) -> tuple[str, str] | None:
    """What is to be said of a term that comes or has passed: the words, with what the law makes follow, and a tone."""
    found = term_alert(letting, today)
    return None if found is None else (said(letting.kind, found, today), found.tone)


def term_alert(letting: Letting, today: dt.date) -> Alert | None:
    """How near the term of a letting under way is; None far from it, or once the occupant has left."""
    if letting.ends_on is None or letting.left_on is not None:
        return None
    return alert(letting.ends_on, today)
