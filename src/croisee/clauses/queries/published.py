"""Published contracts: those that should carry a clause, and what buyers do year after year.

The figures are the dated rows of `Parameter`, by `queries.obligation.rules`. DECP gives no day of consultation: the day
of notification, which comes after, stands for it; a contract may be shown that was consulted under the rules before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Count, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import ExtractYear

from croisee.clauses.decp.vocabulary import SOCIAL, Kind
from croisee.clauses.models.published import PublishedContract, PublishedContractQuerySet
from croisee.clauses.queries.obligation import rules

if TYPE_CHECKING:
    from croisee.clauses.queries.obligation import Rules

FROM_40_000 = Decimal(40_000)
"""Contracts are negotiated freely below (R2122-8), and their data published from there."""
NO_CONTRACT_REACHES = Decimal(10) ** 10
"""Ten billion euros: an amount above is a typing error (a real file has 10 to the power of 17), not added up."""
MOST_ROWS = 500


def above(contracts: PublishedContractQuerySet, known: Rules | None = None) -> PublishedContractQuerySet:
    """Contracts worth at award the European threshold of the day of notification, or more; concessions have another."""
    return contracts.filter(_above(known or rules()), kind=Kind.MARCHE)


def should_carry(contracts: PublishedContractQuerySet) -> PublishedContractQuerySet:
    """Above the threshold, and no social consideration is declared."""
    return above(contracts).without_social()


def declared_unfollowed(contracts: PublishedContractQuerySet) -> PublishedContractQuerySet:
    """Above the threshold, a social consideration is declared, and no contract followed here is this one."""
    return above(contracts).social().unfollowed()


def _above(known: Rules) -> Q:
    reached = Q(initial_amount__lt=0)  # none: an amount is never negative
    for one in known.thresholds:
        days = Q(notified_on__gte=one.valid_from)
        if one.valid_until is not None:
            days &= Q(notified_on__lte=one.valid_until)
        reached |= days & Q(purchase=one.key, initial_amount__gte=one.value)
    return reached


def _compared(known: Rules) -> Q:
    """Contracts for which a threshold was in force on the day of notification."""
    return _above(
        replace(known, thresholds=tuple(replace(one, value=Decimal(0)) for one in known.thresholds))
    )


@dataclass(frozen=True)
class Share:
    """The contracts of a buyer in a year (or of a band of amounts): how many declare a social consideration.

    `said`: those that declare whether they have one; the shares are of these, None when there is none. Euros.
    """

    buyer_siret: str
    buyer_name: str
    year: int
    band: str
    contracts: int
    said: int
    social: int
    amount_said: Decimal
    amount_social: Decimal

    @property
    def buyer(self) -> str:
        """The buyer as people know it, or its SIRET."""
        return self.buyer_name or self.buyer_siret

    @property
    def percent(self) -> float | None:
        """Of a hundred contracts that say, how many have a social consideration."""
        return 100 * self.social / self.said if self.said else None

    @property
    def percent_of_amount(self) -> float | None:
        """The same of a hundred euros."""
        return float(100 * self.amount_social / self.amount_said) if self.amount_said else None


def shares_by_buyer(contracts: PublishedContractQuerySet) -> list[Share]:
    """A row a buyer and year, newest year and largest amounts first, `MOST_ROWS` at most; one query."""
    rows = _measured(contracts, "buyer_siret", "year").annotate(name=Max("buyer_name"))
    ordered = rows.order_by("-year", F("amount_said").desc(nulls_last=True), "buyer_siret")[:MOST_ROWS]
    return [_share(row, buyer=row["buyer_siret"], name=row["name"]) for row in ordered]


def shares_by_band(contracts: PublishedContractQuerySet) -> list[Share]:
    """A row a year and band of amount at award: `below`, `between`, `above`, `unknown` (no threshold); two queries."""
    known = rules()
    band = Case(
        When(Q(initial_amount__lt=FROM_40_000), then=Value("below")),
        When(_above(known), then=Value("above")),
        When(_compared(known), then=Value("between")),
        default=Value("unknown"),
        output_field=CharField(),
    )
    rows = _measured(contracts.filter(kind=Kind.MARCHE).annotate(band=band), "year", "band")
    return [_share(row, band=row["band"]) for row in rows.order_by("-year", "band")]


def _share(row: dict[str, Any], *, buyer: str = "", name: str = "", band: str = "") -> Share:
    return Share(
        buyer,
        name,
        row["year"],
        band,
        row["contracts"],
        row["said"],
        row["with_social"],
        row["amount_said"] or Decimal(0),
        row["amount_social"] or Decimal(0),
    )


def _measured(contracts: PublishedContractQuerySet, *by: str) -> QuerySet[Any, Any]:
    said, social = Q(social__isnull=False), Q(social__overlap=list(SOCIAL))
    believed = Q(amount__lt=NO_CONTRACT_REACHES)
    rows: QuerySet[Any, Any] = (
        contracts.annotate(year=ExtractYear("notified_on"))
        .order_by()
        .values(*by)
        .annotate(
            contracts=Count("pk"),
            said=Count("pk", filter=said),
            with_social=Count("pk", filter=social),
            amount_said=Sum("amount", filter=said & believed),
            amount_social=Sum("amount", filter=social & believed),
        )
    )
    return rows


def years() -> list[int]:
    """The years of notification of what is published here, newest first."""
    ends = PublishedContract.objects.aggregate(first=Min("notified_on"), last=Max("notified_on"))
    if ends["first"] is None:
        return []
    return list(range(ends["last"].year, ends["first"].year - 1, -1))


def buyers(contracts: PublishedContractQuerySet, most: int = 100) -> list[tuple[str, str]]:
    """The buyers with most contracts: (SIRET, name or SIRET)."""
    rows = contracts.order_by().values("buyer_siret").annotate(name=Max("buyer_name"), n=Count("pk"))
    found = [(row["buyer_siret"], row["name"] or row["buyer_siret"]) for row in rows.order_by("-n")[:most]]
    return sorted(found, key=lambda buyer: buyer[1].casefold())
