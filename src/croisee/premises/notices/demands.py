"""The e-mails about demands: units that fit are proposed, one of them interests who asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register
from croisee.foundation.notices.services import Address, send_to
from croisee.premises.models import OFFERED, DemandState, ProposalState
from croisee.premises.queries.demands import owners_accounts

if TYPE_CHECKING:
    from croisee.premises.models import Demand, Proposal, Unit

CATEGORY = gettext_lazy("Premises and land")
ASKERS = (Role.EMPLOYER, Role.PROJECT_HOLDER, Role.DEVELOPER)
OWNERS = (Role.LANDLORD, Role.DEVELOPER)


def _proposed(context: dict[str, Any]) -> dict[str, Any]:
    """The units proposed that nobody has taken or answered by the time the e-mail leaves."""
    from croisee.premises.models import Proposal

    rows = Proposal.objects.filter(
        pk__in=[UUID(key) for key in context["proposals"]],
        state=ProposalState.PROPOSED,
        demand__state=DemandState.OPEN,
        unit__state__in=[str(state) for state in OFFERED],
    )
    found = list(rows.select_related("unit", "demand").order_by("created_at", "pk"))
    if not found:
        raise NoLongerNeeded
    return {
        **context,
        "demand": found[0].demand.title,
        "units": [line_of(row.unit) for row in found],
        "by_software": found[0].proposed_by_id is None,
        "path": reverse("premises:demand", args=[found[0].demand_id]),
    }


def line_of(unit: Unit) -> str:
    """A unit on one line: name, surface, rent, address."""
    parts = [unit.name, _("%(surface)s m²") % {"surface": _number(unit.surface)}]
    if unit.rent is not None:
        rent = unit.rent + (unit.charges or 0)
        parts.append(_("%(rent)s € a month") % {"rent": _number(rent)})
    return ", ".join([*parts, *([unit.address] if unit.address else [])])


def _number(value: Any) -> str:
    places = 0 if value == value.to_integral_value() else 2
    return str(number_format(value, places, use_l10n=True, force_grouping=True))


PROPOSED = register(
    Notice(
        "premises.units_proposed",
        gettext_lazy("Premises are proposed for my demand"),
        CATEGORY,
        completed=_proposed,
        roles=ASKERS,
    )
)


def _wanted(context: dict[str, Any]) -> dict[str, Any]:
    from croisee.premises.models import Proposal

    row = Proposal.objects.filter(pk=UUID(context["proposal"]), state=ProposalState.WANTED)
    found = row.select_related("unit", "demand__organisation").first()
    if found is None:
        raise NoLongerNeeded
    return {
        **context,
        "unit": found.unit.name,
        "demand": found.demand.title,
        "who": asker_of(found.demand),
        "path": reverse("premises:proposal", args=[found.pk]),
    }


WANTED = register(
    Notice(
        "premises.unit_wanted",
        gettext_lazy("My premises interest somebody"),
        CATEGORY,
        completed=_wanted,
        roles=OWNERS,
    )
)


def asker_of(demand: Demand, *, named: bool = True) -> str:
    """Who asks: the company, else the name left to be answered, where it may be `named`, else nobody's."""
    own = demand.contact_name if named else ""
    return str(demand.organisation or own or _("a project holder"))


def askers_of(demand: Demand) -> list[Account | Address]:
    """Whom to write to about a demand: the address left for that, else the account that wrote it."""
    if demand.contact_email:
        return [Address(demand.contact_email)]
    account = demand.asked_by
    return [account] if account is not None and account.is_active else []


def owners_of(unit: Unit) -> list[Account | Address]:
    """Whom to write to about a unit: who lets premises for its owner, the contact; without any, the developers."""
    found: list[Account | Address] = list(owners_accounts(unit)) if unit.owner_id else []
    if unit.contact_email:
        found.append(Address(unit.contact_email))
    if found:
        return found
    developers = Membership.objects.active().filter(role=Role.DEVELOPER)
    return list(Account.objects.filter(pk__in=developers.values("account"), is_active=True))


def tell_proposed(proposals: Sequence[Proposal]) -> None:
    """Tell who asks of the units proposed for one demand, in one e-mail."""
    keys = sorted(str(row.pk) for row in proposals)
    send_to(PROPOSED, askers_of(proposals[0].demand), key=keys[0], context={"proposals": keys})


def tell_wanted(proposal: Proposal) -> None:
    """Tell the owner that a unit interests somebody; once for each time it is said."""
    key = f"{proposal.pk}:{proposal.updated_at.isoformat()}"
    send_to(WANTED, owners_of(proposal.unit), key=key, context={"proposal": str(proposal.pk)})
