"""Saved searches, and the e-mails about what is new for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.notices.services import send
from croisee.opportunities import notices
from croisee.opportunities.models import SavedSearch
from croisee.opportunities.queries import new_for
from croisee.opportunities.services.refusals import Refused

if TYPE_CHECKING:
    from croisee.opportunities.searching import Criteria

MOST_SEARCHES = 30
# An offer is dated when it is accepted and seen once that is committed: alerts stay a little behind the clock.
BEHIND = timedelta(minutes=2)


@transaction.atomic
def save_search(account: Account, name: str, criteria: Criteria, *, alerts: bool = True) -> SavedSearch:
    """Keep a search under a name. Raises Refused when the name is taken, or past thirty searches."""
    Account.objects.select_for_update(no_key=True).only("pk").get(pk=account.pk)
    mine = SavedSearch.objects.filter(account=account)
    if mine.filter(name=name).exists():
        raise Refused(_("You already saved a search under this name."))
    if mine.count() >= MOST_SEARCHES:
        raise Refused(_("Thirty searches are the most that can be kept: delete one first."))
    return SavedSearch.objects.create(
        account=account, name=name, criteria=criteria.to_keep(), alerts=alerts, seen_until=timezone.now()
    )


def change_search(search: SavedSearch, name: str, *, alerts: bool) -> None:
    """Rename it, turn its alerts on or off; turned on again, they begin at now. Raises Refused."""
    if alerts and not search.alerts:
        search.seen_until = timezone.now()
    search.name, search.alerts = name, alerts
    try:
        with transaction.atomic():
            search.save()
    except IntegrityError as error:
        raise Refused(_("You already saved a search under this name.")) from error


def delete_search(search: SavedSearch) -> None:
    """Forget it."""
    search.delete()


def send_alerts(now: datetime | None = None) -> int:
    """Write to those whose saved searches have new offers; return how many e-mails are owed.

    Each offer is told once for each search, in the same transaction as the note of what was told: interrupted and
    run again, or run twice at once, it tells nothing twice.
    """
    until = (now or timezone.now()) - BEHIND
    waiting = SavedSearch.objects.filter(alerts=True, account__is_active=True, seen_until__lt=until)
    return sum(_tell(pk, until) for pk in waiting.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _tell(pk: UUID, until: datetime) -> int:
    locked = SavedSearch.objects.select_for_update(of=("self",)).select_related("account")
    search = locked.filter(pk=pk, alerts=True, seen_until__lt=until).first()
    if search is None:
        return 0
    count = new_for(search, search.account, until).count()
    search.seen_until = until
    search.save(update_fields=["seen_until", "updated_at"])
    if not count:
        return 0
    context = {
        "count": count,
        "name": search.name,
        "path": reverse("opportunities:saved_search", args=[search.pk]),
    }
    key = f"search:{search.pk}:{until.isoformat()}"
    return send(notices.NEW_OFFERS, [search.account], key=key, context=context)
