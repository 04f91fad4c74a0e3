"""What the pages of owners read: their lists, who keeps them, when they were last said to be true."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, Exists, Max, Min, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import HELD_IN, Role
from croisee.foundation.lifecycles import Transition
from croisee.premises.completeness import lacks
from croisee.premises.models import EMPTY, Unit, UnitState
from croisee.premises.models.units import UNIT

if TYPE_CHECKING:
    from collections.abc import Iterable

QUICK = ("offer", "let", "give_notice", "stay", "empty", "repair", "qualify", "return")
TRUE_DAYS = 30
"""For how long a list counts as true once its owner said so."""
LONG_AGO = dt.date(1900, 1, 1)


def own_units(account: Account) -> QuerySet[Any]:
    """The units that `account` lets, those that wait for something first, withdrawn ones last."""
    order = Case(
        When(state__in=[str(state) for state in EMPTY], then=Value(0)),
        When(state=UnitState.NOTICE, then=Value(1)),
        When(state=UnitState.WITHDRAWN, then=Value(3)),
        default=Value(2),
    )
    rows = Unit.objects.visible_to(account).filter(
        owner__in=account.organisations(Role.LANDLORD).values("pk")
    )
    return (
        rows.select_related("owner")
        .defer("outline")
        .annotate(photos=Count("pictures", filter=Q(pictures__kind="photo")))
        .order_by(order, "name", "pk")
    )


def dress(units: Iterable[Any]) -> None:
    """Give each unit `missing` (in words, what is needed first) and `quick`, the moves that have a button."""
    for unit in units:
        values = {
            one.attname: getattr(unit, one.attname) for one in unit._meta.fields if one.name != "outline"
        }
        found = lacks(unit.kind, values | {"owner": unit.owner_id, "pictures": unit.photos})
        unit.missing = [str(one.words) for one in found if one.needed]
        unit.useful = sum(not one.needed for one in found)
        unit.quick = quick_moves(unit)


def quick_moves(unit: Unit) -> list[Transition]:
    """What an owner may note of a unit at once; nothing under option, which its own page lifts."""
    if unit.state == UnitState.OPTION:
        return []
    state = str(unit.state)
    return [
        one
        for one in UNIT.transitions
        if one.name in QUICK and state in {str(source) for source in one.origins}
    ]


def owners_for(account: Account) -> QuerySet[Organisation]:
    """The owners whose list `account` keeps: one's own organisations; for developers, all that may own premises."""
    own = Q(pk__in=account.organisations(Role.LANDLORD).values("pk"))
    if account.has_role(Role.DEVELOPER):
        own |= Q(pk__in=_owners())
    return Organisation.objects.filter(own)


def _owners() -> QuerySet[Any]:
    """Who owns a unit or has somebody who keeps a list."""
    owning = Unit.objects.filter(owner=OuterRef("pk"))
    keeping = Membership.objects.active().filter(organisation=OuterRef("pk"), role=Role.LANDLORD)
    return Organisation.objects.filter(Exists(owning) | Exists(keeping)).values("pk")


def may_own() -> QuerySet[Organisation]:
    """Organisations that somebody may keep a list for."""
    kinds = [str(kind) for kind in HELD_IN[Role.LANDLORD]]
    return Organisation.objects.filter(kind__in=kinds, pk__in=_owners()).order_by("name", "pk")


def owners() -> QuerySet[Any]:
    """Owners with how many units they have, how many are empty, who keeps the list and when it was last true."""
    kept = Q(units__isnull=False) & ~Q(units__state=UnitState.WITHDRAWN)
    keeping = Membership.objects.active().filter(organisation=OuterRef("pk"), role=Role.LANDLORD)
    empty = kept & Q(units__state__in=[str(state) for state in EMPTY])
    oldest = Min(Coalesce("units__checked_on", Value(LONG_AGO)), filter=kept)
    return (
        Organisation.objects.filter(pk__in=_owners())
        .annotate(
            count=Count("units", filter=kept, distinct=True),
            empty=Count("units", filter=empty, distinct=True),
            oldest=oldest,
            latest=Max("units__checked_on", filter=kept),
            kept_here=Exists(keeping),
        )
        .order_by("name", "pk")
    )


def to_confirm(account: Account, today: dt.date) -> QuerySet[Unit]:
    """Units of `account` of which nobody said for a month that they are as the list has them."""
    return stale(today).filter(owner__in=account.organisations(Role.LANDLORD).values("pk"))


def stale(today: dt.date) -> QuerySet[Unit]:
    """Units of owners, not withdrawn, of which nobody said for a month that they are as the list has them."""
    old = Q(checked_on__isnull=True) | Q(checked_on__lt=today - dt.timedelta(days=TRUE_DAYS))
    return Unit.objects.filter(old, owner__isnull=False).exclude(state=UnitState.WITHDRAWN)


def keepers(today: dt.date) -> list[Membership]:
    """Who keeps a list that nobody confirmed for a month, by owner."""
    rows = Membership.objects.active(today).filter(
        role=Role.LANDLORD,
        account__is_active=True,
        organisation__in=stale(today).order_by().values("owner"),
    )
    return list(rows.select_related("account", "organisation").order_by("organisation__name", "pk"))


def listed_for(organisation: Organisation) -> list[Unit]:
    """The units of an owner that are not withdrawn, by name; the first three hundred."""
    rows = Unit.objects.filter(owner=organisation).exclude(state=UnitState.WITHDRAWN)
    return list(rows.defer("outline").order_by("name", "pk")[:300])


def count_listed(organisation: Organisation) -> int:
    """How many units of an owner are not withdrawn."""
    return Unit.objects.filter(owner=organisation).exclude(state=UnitState.WITHDRAWN).count()


def kept_units(account: Account) -> QuerySet[Unit]:
    """The units that `account` lets, but those withdrawn."""
    rows = Unit.objects.filter(owner__in=account.organisations(Role.LANDLORD).values("pk"))
    return rows.exclude(state=UnitState.WITHDRAWN)


def stale_lists(today: dt.date) -> QuerySet[Organisation]:
    """Owners with a unit of which nobody said for a month that it is as the list has it."""
    return Organisation.objects.filter(pk__in=stale(today).order_by().values("owner"))
