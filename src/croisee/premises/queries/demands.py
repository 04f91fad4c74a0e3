"""What the pages of demands read: choices of a form, lists, what was proposed to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, F, Func, Q, TextField

from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.premises.models import Demand, DemandState, Proposal, ProposalState, Unit
from croisee.premises.models.readers import is_developer
from croisee.territory.models import TransitStop, Zone, ZoneKind

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.foundation.records import Reader

MOST_LINES = 500


def neighbourhoods() -> list[tuple[str, str]]:
    """The priority neighbourhoods of the newest generation that is loaded: code and name, by name."""
    zones = Zone.objects.filter(kind=ZoneKind.QPV).order_by("-generation", "name", "code")
    rows = list(zones.values_list("generation", "code", "name"))
    newest = rows[0][0] if rows else 0
    return [(code, name or code) for generation, code, name in rows if generation == newest]


def neighbourhood_names(codes: set[str]) -> dict[str, str]:
    """The names of neighbourhoods by their codes; none for those that are not loaded."""
    if not codes - {""}:
        return {}
    rows = Zone.objects.filter(kind=ZoneKind.QPV, code__in=codes).order_by("generation")
    return {code: name or code for code, name in rows.values_list("code", "name")}


def lines() -> list[str]:
    """The lines of the timetables in use by their short names, the shortest first as people count them."""
    unnested = Func(F("lines"), function="unnest", output_field=TextField())
    found = TransitStop.objects.order_by().annotate(line=unnested).values_list("line", flat=True).distinct()
    return sorted(set(found[:MOST_LINES]) - {""}, key=lambda line: (len(line), line))


def demands_of(account: Account) -> QuerySet[Any]:
    """The demands that an account reads, the open ones first, with what was said of units proposed."""
    of_state = {str(state): Count("proposals", filter=Q(proposals__state=state)) for state in ProposalState}
    return (
        Demand.objects.visible_to(account)
        .select_related("organisation")
        .annotate(open=Q(state=DemandState.OPEN), **of_state)
        .order_by("-open", "-created_at", "pk")
    )


def proposals_by_unit(demand: Demand) -> dict[UUID, Proposal]:
    """What was proposed to a demand so far, by unit."""
    return {row.unit_id: row for row in demand.proposals.select_related("unit")}


def proposals_of(account: Account) -> QuerySet[Any]:
    """What was proposed of the units that an account keeps, those that interest somebody first."""
    rows = Proposal.objects.visible_to(account).kept_by(account)
    return (
        rows.select_related("demand__organisation", "unit")
        .annotate(wanted=Q(state=ProposalState.WANTED))
        .order_by("-wanted", "-updated_at", "pk")
    )


def unit_for(demand: Demand, account: Reader, key: UUID) -> Unit | None:
    """A unit that `account` may see and propose to a demand, or say that it interests; None for another."""
    rows = Unit.objects.visible_to(account)
    if not is_developer(account):
        rows = rows.filter(Q(published=True) | Q(proposals__demand=demand)).distinct()
    return rows.filter(pk=key).first()


def owners_accounts(unit: Unit) -> QuerySet[Account]:
    """The accounts of those who let premises for the owner of a unit."""
    keepers = Membership.objects.active().filter(organisation=unit.owner_id, role=Role.LANDLORD)
    found: QuerySet[Account] = Account.objects.filter(pk__in=keepers.values("account"), is_active=True)
    return found
