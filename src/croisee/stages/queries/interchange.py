"""What is exchanged with the national platform, and how it went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Prefetch, Q, QuerySet

from croisee.opportunities.models import Application, Opportunity, OpportunityState, Period, Source
from croisee.stages.models import Direction, PartnerOffer, PartnerSector, Rejection
from croisee.stages.models.internships import KIND
from croisee.territory.models import Commune

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


def offers_to_send() -> QuerySet[Opportunity]:
    """Our own offers that are or were to be published there, with all that their content needs."""
    sent = PartnerOffer.objects.filter(direction=Direction.OUT, gone_at__isnull=True)
    held = Application.objects.holding().filter(reserved_seat=True)
    weeks = Period.objects.annotate(reserved_taken=Count("applications", filter=Q(applications__in=held)))
    return (
        Opportunity.objects.filter(
            Q(state=OpportunityState.PUBLISHED, listed=True) | Q(pk__in=sent.values("opportunity")),
            kind=KIND,
            source=Source.OWN,
        )
        .select_related("organisation", "internship", "partner_offer")
        .prefetch_related(Prefetch("periods", weeks.order_by("starts_on")))
        .order_by("created_at")
    )


def open_weeks(offer: Opportunity, today: dt.date) -> list[tuple[dt.date, int]]:
    """The weeks to come of an offer of `offers_to_send`, with the seats that nobody holds nor are reserved."""
    waits = offer.reserved_until is None or today <= offer.reserved_until
    found = []
    period: Any  # with `reserved_taken`, see `offers_to_send`
    for period in offer.periods.all():
        reserved = max(0, period.reserved - period.reserved_taken) if waits else 0
        free = period.free - reserved
        if period.starts_on > today and free > 0:
            found.append((period.starts_on - dt.timedelta(days=period.starts_on.weekday()), free))
    return found


def sector_for_each_of_ours() -> dict[str, str]:
    """Which sector of the platform stands for each of ours: the first by name, when several do."""
    rows = PartnerSector.objects.exclude(sector="").order_by("-name").values_list("sector", "uuid")
    return dict(rows)


def our_sector_by_name() -> dict[str, str]:
    """Which of our sectors each of theirs is, by its name: all that their search gives."""
    return dict(PartnerSector.objects.exclude(sector="").values_list("name", "sector"))


def postcodes() -> frozenset[str]:
    """The postcodes of the territory that is loaded; none when none is."""
    lists: Iterable[list[str]] = Commune.objects.values_list("postcodes", flat=True)
    return frozenset(code for codes in lists for code in codes)


def rejections(account: Account) -> QuerySet[Rejection]:
    """What was refused, unsettled first."""
    rows = Rejection.objects.visible_to(account)
    return rows.order_by(F("settled_at").desc(nulls_first=True), "-created_at")


def counts(account: Account) -> dict[str, int]:
    """How many offers stand there and here, how many sectors are matched, how many refusals are open."""
    offers, sectors = PartnerOffer.objects.visible_to(account), PartnerSector.objects.visible_to(account)
    standing = offers.filter(gone_at__isnull=True).aggregate(
        published=Count("pk", filter=Q(direction=Direction.OUT)),
        read=Count("pk", filter=Q(direction=Direction.IN)),
    )
    known = sectors.aggregate(sectors=Count("pk"), matched=Count("pk", filter=~Q(sector="")))
    open_ = Rejection.objects.visible_to(account).filter(settled_at__isnull=True).count()
    return {**standing, **known, "refused": open_}
