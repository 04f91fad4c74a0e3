"""What a hosted company sees of itself, in a number of queries that does not grow with what it has."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from croisee.foundation.accounts.roles import Role
from croisee.incubation.de_minimis import Grant
from croisee.incubation.models import Agreement, AgreementState, Aid, Review
from croisee.incubation.queries.aids import SIREN, Counter, counter_within, limits_on, undertaking
from croisee.incubation.queries.figures import NoFigure
from croisee.incubation.queries.hosting import agreements
from croisee.incubation.rents import Step, in_force
from croisee.opportunities.tenure import Alert, alert

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account, Organisation


@dataclass
class OwnAgreement:
    """An agreement with the rent of today and what is to be said of its term."""

    agreement: Agreement
    rent: Step | None
    alert: Alert | None


@dataclass
class OwnCompany:
    """A company of the reader: its agreements, its next review and those before, its aid."""

    organisation: Organisation
    agreements: list[OwnAgreement] = field(default_factory=list)
    next_review: Review | None = None
    reviews: list[Review] = field(default_factory=list)
    counter: Counter | None = None


def own_companies(account: Account, today: dt.date) -> list[OwnCompany]:
    """The companies that one acts for and that are or were hosted, each with what it may know."""
    companies = {
        one.pk: OwnCompany(one) for one in account.organisations(Role.EMPLOYER).order_by("name", "pk")
    }
    rows = agreements(account).filter(tenant__in=companies).prefetch_related("rents", "occupancies__space")
    for row in rows.order_by("-starts_on", "pk"):
        steps = [Step(one.starts_on, one.monthly, one.market) for one in row.rents.all()]
        signed = row.state == AgreementState.SIGNED
        companies[row.tenant_id].agreements.append(
            OwnAgreement(row, in_force(steps, today), alert(row.ends_on, today) if signed else None)
        )
    _add_reviews(account, companies)
    found = [one for one in companies.values() if one.agreements or one.reviews]
    _add_counters(found, today)
    return found


def _add_reviews(account: Account, companies: dict[Any, OwnCompany]) -> None:
    rows = Review.objects.visible_to(account).filter(project__company__in=companies)
    for row in rows.select_related("project").order_by("due_on", "pk"):
        company = companies[row.project.company_id]
        company.reviews.append(row)
        if row.held_on is None and company.next_review is None:
            company.next_review = row


def _add_counters(companies: list[OwnCompany], today: dt.date) -> None:
    try:
        ceiling, years = limits_on(today)
    except NoFigure:
        return
    grants: dict[str, list[Grant]] = defaultdict(list)
    sirens = [one.organisation.siret[:SIREN] or str(one.organisation.pk) for one in companies]
    aids = Aid.objects.filter(_of(companies)).select_related("organisation")
    for aid in aids:
        grants[aid.organisation.siret[:SIREN] or str(aid.organisation_id)].append(
            Grant(aid.granted_on, aid.amount)
        )
    for company, siren in zip(companies, sirens, strict=True):
        company.counter = counter_within(grants[siren], today, ceiling, years)


def _of(companies: list[OwnCompany]) -> Q:
    found = Q(pk__in=[])
    for one in companies:
        found |= undertaking(one.organisation, "organisation__")
    return found
