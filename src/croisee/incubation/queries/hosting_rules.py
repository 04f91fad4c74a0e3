"""What an agreement would be, before it is written or signed: what forbids it, what to look at, rents, aid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.dates import MONTHS_A_YEAR, add_months, in_words
from croisee.incubation import rents
from croisee.incubation.de_minimis import Grant
from croisee.incubation.queries.aids import Counter, counter_within, grants_of, limits_on, refused_aid
from croisee.incubation.queries.hosting import (
    Premises,
    grid_of,
    premises,
    stayed,
    steps_of,
    taken,
)
from croisee.opportunities.tenure import (
    Duration,
    Span,
    Tenure,
    cause_is_only_youth,
    cumulated,
    refused_here,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from croisee.foundation.accounts.models import Organisation
    from croisee.incubation.models import Agreement, Project, Space


@dataclass(frozen=True)
class Wanted:
    """An agreement that somebody thinks of: who, where, from when to when, under which contract."""

    project: Project
    tenant: Organisation
    kind: str
    spaces: Sequence[Space]
    starts_on: dt.date
    ends_on: dt.date
    cause: str = ""
    existing: Agreement | None = None
    previous: Agreement | None = None


@dataclass
class Look:
    """What is found: `refusals` forbid it, `too_much_aid` forbids to sign it, `warnings` are for who decides."""

    premises: list[Premises]
    steps: list[rents.Step]
    aid: Decimal
    counter: Counter
    stay: Duration
    refusals: list[str] = field(default_factory=list)
    too_much_aid: str = ""
    warnings: list[str] = field(default_factory=list)


def euros(amount: Decimal) -> str:
    """An amount with its cents, as the reader writes it."""
    return f"{number_format(amount, 2, use_l10n=True, force_grouping=True)}\N{NO-BREAK SPACE}€"


def wanted_of(agreement: Agreement) -> Wanted:
    """The same of an agreement that is written already."""
    return Wanted(
        project=agreement.project,
        tenant=agreement.tenant,
        kind=agreement.kind,
        spaces=[row.space for row in agreement.occupancies.select_related("space__incubator")],
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        cause=agreement.cause,
        existing=agreement,
        previous=agreement.previous,
    )


def stayed_before(wanted: Wanted) -> list[Span]:
    """When the company was in the incubator before, under another agreement."""
    return [
        Span(span.first, min(span.last, wanted.starts_on - dt.timedelta(days=1)))
        for span in stayed(wanted.project, timezone.localdate(), wanted.existing)
        if span.first < wanted.starts_on
    ]


def planned_rents(wanted: Wanted, before: Sequence[Span]) -> list[rents.Step]:
    """The rents of the grid for what is wanted; its years count the days of the stay `before`."""
    lets = [rents.Let(space.kind, space.surface) for space in wanted.spaces]
    return rents.planned(
        grid_of(wanted.project.incubator_id), lets, wanted.starts_on, wanted.ends_on, cumulated(before)
    )


def look_at(wanted: Wanted, granted_on: dt.date | None = None) -> Look:
    """Everything that is to be known before one signs on a day (today by default). Raises NoFigure."""
    day = granted_on or timezone.localdate()
    limits, grants = limits_on(day), grants_of(wanted.tenant)
    before = stayed_before(wanted)
    steps = steps_of(wanted.existing) if wanted.existing is not None else planned_rents(wanted, before)
    found = Look(
        premises=premises(wanted.tenant, wanted.spaces, wanted.starts_on, wanted.ends_on, wanted.existing),
        steps=steps,
        aid=rents.aid(steps, wanted.starts_on, wanted.ends_on),
        counter=counter_within(grants, day, *limits),
        stay=cumulated([*before, Span(wanted.starts_on, wanted.ends_on)]),
    )
    found.refusals = [*_refused_contract(wanted, found), *_refused_spaces(wanted)]
    if found.aid > 0:
        found.too_much_aid = aid_too_much(wanted.tenant, Grant(day, found.aid), limits, grants)
    found.warnings = _warnings(wanted, found, min([one.first for one in before], default=wanted.starts_on))
    return found


def _refused_contract(wanted: Wanted, found: Look) -> list[str]:
    here = refused_here(wanted.kind, public_domain=wanted.project.incubator.public_domain)
    refusals = [here] if here else []
    if wanted.kind == Tenure.PRECARIOUS and not wanted.cause.strip():
        refusals.append(
            _(
                "Say why the occupation is precarious: a cause that is not the parties’ will (C. com. L145-5-1)."
            )
        )
    if wanted.kind == Tenure.DEROGATORY:
        refusals += [text for one in found.premises if (text := too_long(one, wanted))]
    return refusals


def too_long(one: Premises, wanted: Wanted) -> str:
    """Why a short lease of a space is too long (C. com. L145-5), and the last day it may have; empty when it is not."""
    if one.wanted is None or one.wanted <= one.most:
        return ""
    values = {
        "space": one.space,
        "tenant": wanted.tenant,
        "total": one.wanted,
        "before": one.total,
        "most": one.most,
    }
    said = (
        _(
            "%(space)s: with %(before)s already, the leases of %(tenant)s there would last %(total)s; together they "
            "may last %(most)s at most (C. com. L145-5)."
        )
        if one.stays
        else _("%(space)s: the lease would last %(total)s; it may last %(most)s at most (C. com. L145-5).")
    )
    if one.allowed is None:
        remedy = _("No short lease is possible there any more: choose other premises or another contract.")
    else:
        remedy = _("The last day possible is %(day)s.") % {"day": in_words(one.allowed)}
    return f"{said % values} {remedy}"


def _refused_spaces(wanted: Wanted) -> list[str]:
    """Those that somebody has, or may have, on one of the days; the agreement that is followed gives its own up."""
    held = taken(wanted.starts_on, wanted.ends_on, wanted.existing).filter(
        space__in=[space.pk for space in wanted.spaces]
    )
    if wanted.previous is not None:
        held = held.exclude(agreement=wanted.previous)
    return [
        _("%(space)s: %(tenant)s has it then. Choose another space, or first note when it leaves.")
        % {"space": row.space, "tenant": row.agreement.tenant}
        for row in held.select_related("space", "agreement__tenant").order_by("starts_on", "pk")
    ]


def aid_too_much(
    tenant: Organisation, added: Grant, limits: tuple[Decimal, int], grants: Sequence[Grant]
) -> str:
    """Why an aid would pass the ceiling, with the figures and the remedy; empty when it does not. Raises NoFigure.

    `limits` are those of its day; `grants` what the company had.
    """
    refused = refused_aid(added, limits, grants)
    if refused is None:
        return ""
    over, possible = refused
    said = _(
        "With this aid of %(aid)s, %(tenant)s would have had %(total)s in the three years that end on %(day)s: "
        "%(over)s more than the ceiling of %(ceiling)s (règlement (UE) 2023/2831, article 3)."
    ) % {
        "aid": euros(added.amount),
        "tenant": tenant,
        "total": euros(over.total),
        "day": in_words(over.last),
        "over": euros(over.over),
        "ceiling": euros(over.ceiling),
    }
    if possible is None:
        remedy = _("Ask for a rent closer to the market, or for a shorter term.")
    else:
        later = _("It would be possible from %(day)s, or with a rent closer to the market.")
        remedy = later % {"day": in_words(possible)}
    return f"{said} {remedy}"


def _warnings(wanted: Wanted, found: Look, entered: dt.date) -> list[str]:
    warnings = []
    if wanted.kind == Tenure.PRECARIOUS and cause_is_only_youth(wanted.cause):
        warnings.append(
            _(
                "The cause speaks of a young company only. That is not in itself a circumstance independent of the "
                "parties’ will (C. com. L145-5-1): a judge may see a lease in the convention. Say what makes the "
                "occupation precarious: works, demolition, sale, an authorisation that is awaited."
            )
        )
    incubator, founded = wanted.project.incubator, wanted.project.founded_on
    if found.stay > Duration(incubator.stay_months):
        warnings.append(
            _("All together the company would stay %(stay)s; here one stays %(most)s at most.")
            % {"stay": found.stay, "most": Duration(incubator.stay_months)}
        )
    years = MONTHS_A_YEAR * incubator.company_years
    if founded is not None and entered >= add_months(founded, years):
        warnings.append(
            ngettext(
                "The company was founded on %(day)s: at its entry it would be older than %(n)d year.",
                "The company was founded on %(day)s: at its entry it would be older than %(n)d years.",
                incubator.company_years,
            )
            % {"day": in_words(founded), "n": incubator.company_years}
        )
    if not found.steps:
        warnings.append(_("The rent grid has no rent for these spaces: write the rents by hand."))
    return warnings
