"""Exchanging offers with La bonne alternance: each refusal traced with its field, each step repeatable."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from croisee.apprenticeship.expiry import Standing, stood, with_standing
from croisee.apprenticeship.lba import outgoing
from croisee.apprenticeship.lba.client import Access, BonneAlternance, FieldFault, Refused
from croisee.apprenticeship.models import (
    Direction,
    PartnerExchange,
    PartnerJob,
)
from croisee.apprenticeship.services.reading import Step, read_theirs
from croisee.apprenticeship.services.rejections import trace
from croisee.foundation.partners import Unreachable
from croisee.foundation.progress.services import background, start
from croisee.foundation.progress.tracking import Tracker, WorkRefused
from croisee.opportunities.models import Opportunity, OpportunityState, Source

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.foundation.progress.models import Progress

KEY = "apprenticeship:exchange"
PUBLISHED = "PUBLISHED"
NOT_PUBLISHED = "WILL_NOT_BE_PUBLISHED"


class NotConfigured(Exception):  # noqa: N818  reads as the sentence it is
    """The environment holds no token, or names an address that is not safe."""


def platform() -> BonneAlternance:
    """La bonne alternance as the environment names it. Raises NotConfigured."""
    access = Access.of_environment()
    if access is None or not access.is_safe:
        raise NotConfigured
    return BonneAlternance(access)


def start_exchange(account: Account | None) -> Progress:
    """Exchange in the background; while one is under way, that one."""
    return start(partner_exchange_work, account, _("Exchange with La bonne alternance"), key=KEY)


@background
def partner_exchange_work(tracker: Tracker) -> str:
    """The exchange as background work."""

    def step(done: int, total: int, what: str) -> None:
        tracker.advance(done, total=total, message=what)

    try:
        exchange(step)
    except NotConfigured:
        raise WorkRefused(_("La bonne alternance is not configured.")) from None
    except (Refused, Unreachable) as error:
        raise WorkRefused(told(error)) from None
    return reverse("apprenticeship:exchanges")


def exchange_due(now: dt.datetime) -> int:
    """The exchange of the day, in the background: 1 when it is on its way, 0 when nothing is configured."""
    access = Access.of_environment()
    if access is None or not access.is_safe:
        return 0
    start_exchange(None)
    return 1


def exchange(
    step: Step | None = None,
    client: BonneAlternance | None = None,
    *,
    publishes: bool = True,
    reads: bool = True,
) -> Counter[str]:
    """Publish our offers, read theirs; counts of what was done.

    Each offer is one call and one small transaction: an exchange that stops midway has done what it did, and the next
    one goes on. Raises NotConfigured, Refused (the token), Unreachable; the record of the exchange says so.
    """
    session = client or platform()
    record = PartnerExchange.objects.create()
    done: Counter[str] = Counter()
    advance = step or (lambda *_arguments: None)
    try:
        if publishes:
            done += publish_ours(session, advance)
        if reads:
            done += read_theirs(session, advance)
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
        return _("La bonne alternance refused (%(status)d): %(message)s") % {
            "status": error.status,
            "message": error.message,
        }
    return _("La bonne alternance does not answer as expected. Try again later.")


# Ours there


def publish_ours(client: BonneAlternance, step: Step | None = None) -> Counter[str]:
    """Send each offer that is new or changed, tell what each has become; counts of what was done."""
    now = timezone.now()
    sent = PartnerJob.objects.filter(direction=Direction.OUT, gone_at__isnull=True).values("opportunity")
    rows = with_standing(
        Opportunity.objects.filter(
            Q(apprenticeship__to_partner=True, state=OpportunityState.PUBLISHED, listed=True)
            | Q(pk__in=sent),
            source=Source.OWN,
        ),
        timezone.localdate(now),
    ).select_related("apprenticeship", "organisation", "partner_job")
    offers = list(rows.order_by("created_at"))
    done: Counter[str] = Counter()
    for number, offer in enumerate(offers, 1):
        if step is not None:
            step(number, len(offers), _("Our offers"))
        done[_publish(client, offer, now)] += 1
    return done


def _publish(client: BonneAlternance, offer: Any, now: dt.datetime) -> str:
    """Do what one offer needs; the name of what was done."""
    link: PartnerJob | None = getattr(offer, "partner_job", None)
    stands = stood(offer)
    standing = stands.standing if offer.apprenticeship.to_partner else Standing.CANCELLED
    is_there = link is not None and bool(link.remote_id)
    if not is_there and standing != Standing.ACTIVE:
        return "unchanged"
    with translation.override("fr"):
        body = outgoing.payload(offer, standing, stands.until)
        found = outgoing.faults(body, now)
    if standing in (Standing.EXPIRED, Standing.CANCELLED, Standing.FILLED):
        # What is past its last day ends there by itself: it takes no change any more.
        if any(fault.code == "in_past" for fault in found):
            return _gone(offer, link, now)
    elif found:
        trace(Direction.OUT, str(offer.pk), found, body, offer)
        return "refused"
    if link is not None and is_there and link.sent_sha256 == outgoing.digest(body):
        return _follow(client, link)
    return _send(client, offer, link, body, standing, now)


def _send(
    client: BonneAlternance,
    offer: Any,
    link: PartnerJob | None,
    body: dict[str, Any],
    standing: Standing,
    now: dt.datetime,
) -> str:
    try:
        if link is not None and link.remote_id:
            client.change(link.remote_id, body)
            number, done = link.remote_id, "changed"
        else:
            number, done = client.create(body), "sent"
    except Refused as refused:
        if refused.is_of_account:
            raise
        if refused.status == HTTPStatus.NOT_FOUND and link is not None:
            # Not there any more: sent anew at the next exchange.
            PartnerJob.objects.filter(pk=link.pk).update(remote_id="", sent_sha256="", updated_at=now)
        trace(Direction.OUT, str(offer.pk), refused.faults, body, offer)
        return "refused"
    ended = standing in (Standing.FILLED, Standing.CANCELLED, Standing.EXPIRED)
    kept, _new = PartnerJob.objects.update_or_create(
        direction=Direction.OUT,
        opportunity_id=offer.pk,
        defaults={
            "remote_id": number,
            "payload": body,
            "sent_sha256": outgoing.digest(body),
            "status": body["offer"]["status"],
            "seen_at": now,
            "gone_at": now if ended else None,
        },
    )
    trace(Direction.OUT, str(offer.pk), [], body, offer)
    if ended:
        return "closed"
    _follow(client, kept)
    return done


def _follow(client: BonneAlternance, link: PartnerJob) -> str:
    """Read what becomes of our offer there; what it does not publish is traced with its reason."""
    if link.publishing == PUBLISHED and link.gone_at is None:
        return "unchanged"
    try:
        said = client.publishing(link.remote_id)
    except Refused as refused:
        if refused.is_of_account:
            raise
        return "unchanged"
    publication = said.get("publication")
    status = publication.get("status") if isinstance(publication, dict) else said.get("status")
    link.publishing = str(status or "")[:30]
    link.save()
    error = said.get("error") if isinstance(said.get("error"), dict) else publication
    faults = []
    if link.publishing == NOT_PUBLISHED and isinstance(error, dict):
        code, label = str(error.get("code") or "not_published"), str(error.get("label") or "")
        faults = [FieldFault("publication", code[:60], label or _("It is not published there."))]
    trace(Direction.OUT, str(link.opportunity_id), faults, link.payload, link.opportunity)
    return "refused" if faults else "unchanged"


def _gone(offer: Any, link: PartnerJob | None, now: dt.datetime) -> str:
    if link is None or link.gone_at is not None:
        return "unchanged"
    PartnerJob.objects.filter(pk=link.pk).update(gone_at=now, updated_at=now)
    return "closed"
