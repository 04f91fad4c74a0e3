"""Exchanging offers with the national platform: one exchange at a time, each refusal traced, each step repeatable."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.partners import Unreachable
from croisee.foundation.progress.models import Progress
from croisee.foundation.progress.services import background, start
from croisee.foundation.progress.tracking import Tracker, WorkRefused
from croisee.stages.models import Exchange, PartnerSector
from croisee.stages.national_api.client import Access, NationalPlatform, Refused
from croisee.stages.services import partner_offers, publishing
from croisee.stages.services.publishing import Step

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

KEY = "stages:exchange"


class NotConfigured(Exception):  # noqa: N818  reads as the sentence it is
    """The environment does not say where the platform is, or says it unsafely."""


def platform() -> NationalPlatform:
    """The platform that the environment names. Raises NotConfigured."""
    access = Access.of_environment()
    if access is None or not access.is_safe:
        raise NotConfigured
    return NationalPlatform(access)


def start_exchange(account: Account | None) -> Progress:
    """Exchange in the background; while one is under way, that one."""
    return start(exchange_work, account, _("Exchange with the national platform"), key=KEY)


@background
def exchange_work(tracker: Tracker) -> str:
    """The exchange as background work."""

    def step(done: int, total: int, what: str) -> None:
        tracker.advance(done, total=total, message=what)

    try:
        exchange(step)
    except NotConfigured:
        raise WorkRefused(_("The national platform is not configured.")) from None
    except (Refused, Unreachable) as error:
        raise WorkRefused(told(error)) from None
    return reverse("stages:interchange")


def exchange_due(now: dt.datetime) -> int:
    """The exchange of the day, in the background: 1 when it is on its way, 0 when no platform is configured."""
    access = Access.of_environment()
    if access is None or not access.is_safe:
        return 0
    start_exchange(None)
    return 1


def exchange(step: Step | None = None, client: NationalPlatform | None = None) -> Counter[str]:
    """Learn the sectors, publish our offers, read theirs; returns counts by what was done.

    Each offer is one call and one small transaction: an exchange that stops midway has done what it did, and the next
    one goes on. Raises NotConfigured, Refused (a right is missing), Unreachable; the record of the exchange says so.
    """
    session = client or platform()
    record = Exchange.objects.create()
    done: Counter[str] = Counter()
    advance = step or (lambda *_arguments: None)
    try:
        done["sectors"] = fetch_sectors(session)
        done += publishing.publish_ours(session, advance)
        done += partner_offers.read_theirs(session, advance)
    except (Refused, Unreachable) as error:
        record.problem = told(error)[:500]
        raise
    finally:
        record.counts, record.finished_at = dict(done), timezone.now()
        record.save()
    return done


def told(error: Refused | Unreachable) -> str:
    """What stopped an exchange, in words."""
    if isinstance(error, Refused):
        return _("The platform refused (%(code)s): %(message)s") % {
            "code": error.code,
            "message": error.message,
        }
    return _("The platform does not answer as expected. Try again later.")


def fetch_sectors(client: NationalPlatform) -> int:
    """Learn the platform's sectors, keeping how ours are matched; how many there are."""
    known = set()
    for row in client.sectors():
        uuid, name = str(row.get("uuid") or "")[:20], str(row.get("name") or "")[:150]
        if uuid and name:
            known.add(uuid)
            PartnerSector.objects.update_or_create(uuid=uuid, defaults={"name": name})
    if known:
        PartnerSector.objects.exclude(uuid__in=known).delete()
    return len(known)


@transaction.atomic
def match_sectors(chosen: Mapping[str, str]) -> int:
    """Match sectors of the platform (by identifier) with ours ("" for none); how many changed."""
    changed = 0
    for row in PartnerSector.objects.select_for_update().filter(uuid__in=chosen):
        if row.sector != chosen[row.uuid]:
            row.sector = chosen[row.uuid]
            row.save()
            changed += 1
    return changed
