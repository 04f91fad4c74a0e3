"""Exchanging offers with La bonne alternance: each refusal traced with its field, each step repeatable."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Avg, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from croisee.apprenticeship.expiry import Standing, stood, with_standing
from croisee.apprenticeship.lba import incoming, outgoing
from croisee.apprenticeship.lba.client import Access, BonneAlternance, FieldFault, Refused
from croisee.apprenticeship.models import (
    KIND,
    ApprenticeshipOffer,
    Direction,
    PartnerExchange,
    PartnerJob,
    PartnerRejection,
)
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.lifecycles.services import perform
from croisee.foundation.partners import Unreachable
from croisee.foundation.progress.services import background, start
from croisee.foundation.progress.tracking import Tracker, WorkRefused
from croisee.opportunities.models import Opportunity, OpportunityState, Period, Source
from croisee.opportunities.services import write_searchable
from croisee.territory.models import Commune

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.foundation.progress.models import Progress

KEY = "apprenticeship:exchange"
RADIUS_KM = 30
PUBLISHED = "PUBLISHED"
NOT_PUBLISHED = "WILL_NOT_BE_PUBLISHED"
Step = Callable[[int, int, str], None]
"""Told before each piece of work: how many are done, of how many, of what."""


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


# What was not taken


def trace(
    direction: Direction,
    remote_id: str,
    faults: Iterable[FieldFault],
    payload: Mapping[str, Any],
    offer: Opportunity | None = None,
) -> int:
    """Keep what was not taken, and why; what is met no more is settled. How many faults are new."""
    still, new = [], 0
    for fault in faults:
        row, made = PartnerRejection.objects.update_or_create(
            direction=direction,
            remote_id=remote_id[:100],
            field=fault.field,
            code=fault.code,
            settled_at=None,
            defaults={
                "message": fault.message[:2000],
                "payload": dict(payload),
                "opportunity_id": None if offer is None else offer.pk,
            },
        )
        still.append(row.pk)
        new += made
    now = timezone.now()
    PartnerRejection.objects.filter(
        direction=direction, remote_id=remote_id[:100], settled_at__isnull=True
    ).exclude(pk__in=still).update(settled_at=now, updated_at=now)
    return new


def settle(row: PartnerRejection) -> bool:
    """Mark a refusal as dealt with; False when it was already. Met again, it comes back."""
    now = timezone.now()
    open_one = PartnerRejection.objects.filter(pk=row.pk, settled_at__isnull=True)
    return bool(open_one.update(settled_at=now, updated_at=now))


# Theirs here


def read_theirs(client: BonneAlternance, step: Step | None = None) -> Counter[str]:
    """Hold each offer around the metropolis; counts of what was done. What is shown there no more is taken off."""
    centre = centre_of_territory()
    done: Counter[str] = Counter()
    if centre is None:
        return done
    now, seen, ours = timezone.now(), set[str](), _ours()
    for number, row in enumerate(client.search(*centre, RADIUS_KM), 1):
        if step is not None and number % 25 == 1:
            step(number, number, _("Offers of La bonne alternance"))
        if incoming.partner_number(row) in ours or incoming.number_of(row) in ours:
            done["own"] += 1
        elif incoming.is_active(row):
            done[_hold(row, now, seen)] += 1
    done["gone"] = _take_off_unseen(seen, now)
    return done


def centre_of_territory() -> tuple[float, float] | None:
    """The middle of the communes that are loaded, (lon, lat); of our offers where none has an outline; None without."""
    sides = Commune.objects.filter(west__isnull=False).aggregate(
        west=Avg("west"), east=Avg("east"), south=Avg("south"), north=Avg("north")
    )
    if sides["west"] is not None:
        return (sides["west"] + sides["east"]) / 2, (sides["south"] + sides["north"]) / 2
    own = Opportunity.objects.filter(source=Source.OWN, lon__isnull=False).aggregate(
        lon=Avg("lon"), lat=Avg("lat")
    )
    return None if own["lon"] is None else (own["lon"], own["lat"])


def _ours() -> frozenset[str]:
    """Every identifier, there and here, of what we ever sent."""
    sent = PartnerJob.objects.filter(direction=Direction.OUT).values_list("remote_id", "opportunity_id")
    return frozenset(str(one) for pair in sent for one in pair if one)


def _hold(row: Mapping[str, Any], now: dt.datetime, seen: set[str]) -> str:
    """Hold one row, or trace why it cannot be; the name of what was done."""
    number = incoming.number_of(row)
    try:
        read = incoming.read(row, timezone.localdate(now))
    except incoming.Unreadable as refusal:
        trace(Direction.IN, number or "?", [refusal.fault], row)
        return "rejected"
    trace(Direction.IN, number, [], row)
    seen.add(number)
    return _write(read, row, now)


@transaction.atomic
def _write(read: incoming.Row, row: Mapping[str, Any], now: dt.datetime) -> str:
    link = (
        PartnerJob.objects.select_for_update(of=("self",))
        .filter(direction=Direction.IN, remote_id=read.number)
        .first()
    )
    sha256 = outgoing.digest(dict(row))
    if link is not None and link.opportunity_id and link.sent_sha256 == sha256 and link.gone_at is None:
        PartnerJob.objects.filter(pk=link.pk).update(seen_at=now, updated_at=now)
        return "unchanged"
    offer = _offer(read, link.opportunity if link else None, now)
    PartnerJob.objects.update_or_create(
        direction=Direction.IN,
        remote_id=read.number,
        defaults={
            "opportunity": offer,
            "payload": dict(row),
            "sent_sha256": sha256,
            "status": "Active",
            "seen_at": now,
            "gone_at": None,
        },
    )
    return "updated" if link else "new"


def _offer(read: incoming.Row, known: Opportunity | None, now: dt.datetime) -> Opportunity:
    """The opportunity of a row, written and published."""
    names = ("title", "description", "sector", "address", "postcode", "city", "lon", "lat", "permalink")
    fields: dict[str, Any] = {name: getattr(read, name) for name in names}
    fields["organisation"] = _organisation(read.employer)
    if known is None:
        known = Opportunity.objects.create(
            kind=KIND, source=Source.PARTNER, remote_id=f"lba:{read.number}", published_at=now, **fields
        )
        perform(known, "submit", None)
    else:
        for name, value in fields.items():
            setattr(known, name, value)
        known.save()
    if known.state in (OpportunityState.SUBMITTED, OpportunityState.UNPUBLISHED):
        perform(known, "publish", None)
    ApprenticeshipOffer.objects.update_or_create(
        opportunity=known,
        defaults={
            "contracts": list(read.contracts),
            "diploma": read.diploma,
            "jobs": list(read.jobs),
            "months": read.months,
            "remote": read.remote,
            "desired_skills": read.skills,
            "acquired_skills": read.learnt,
            "access_conditions": read.conditions,
            "expires_on": read.expires_on,
            "to_partner": False,
        },
    )
    Period.objects.filter(opportunity=known).exclude(starts_on=read.starts_on).delete()
    Period.objects.update_or_create(
        opportunity=known,
        starts_on=read.starts_on,
        defaults={"ends_on": read.ends_on, "seats": read.seats},
    )
    write_searchable(known)
    return known


def _organisation(name: str) -> Organisation:
    """The partner's employer: never one of ours of the same name, whose team would then change a partner's offer."""
    same = Organisation.objects.filter(name=name, kind=Kind.EMPLOYER, siret="", memberships__isnull=True)
    return same.first() or Organisation.objects.create(name=name, kind=Kind.EMPLOYER)


def _take_off_unseen(seen: set[str], now: dt.datetime) -> int:
    """Take off what was held and is shown no more; how many."""
    gone = PartnerJob.objects.filter(direction=Direction.IN, gone_at__isnull=True).exclude(remote_id__in=seen)
    count = 0
    for link in gone.select_related("opportunity"):
        with transaction.atomic():
            if link.opportunity and link.opportunity.state == OpportunityState.PUBLISHED:
                perform(link.opportunity, "unpublish", None)
            PartnerJob.objects.filter(pk=link.pk).update(gone_at=now, updated_at=now)
        count += 1
    return count
