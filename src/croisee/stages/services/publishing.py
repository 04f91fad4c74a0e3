"""Publishing our offers on the national platform: sent when they change, taken off when they stand no more."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from croisee.opportunities.models import Opportunity, OpportunityState
from croisee.stages.expiry import Standing, standing
from croisee.stages.models import Direction, PartnerOffer
from croisee.stages.national_api import outgoing
from croisee.stages.national_api.client import NationalPlatform, Refused
from croisee.stages.queries import interchange as queries
from croisee.stages.services.rejections import reject, settle_solved

if TYPE_CHECKING:
    from croisee.stages.national_api.outgoing import Json

Step = Callable[[int, int, str], None]
"""Told before each piece of work: how many are done, of how many, of what."""


def publish_ours(client: NationalPlatform, step: Step) -> Counter[str]:
    """Send each offer that is new or changed, take off each that no longer stands; counts of what was done."""
    now, sectors = timezone.now(), queries.sector_for_each_of_ours()
    offers = list(queries.offers_to_send())
    done: Counter[str] = Counter()
    sent: list[_Sent] = []
    for number, offer in enumerate(offers, 1):
        step(number, len(offers), _("Our offers"))
        done[_publish(client, offer, sectors, now, sent)] += 1
    _compare(client, sent)
    return done


@dataclass(frozen=True)
class _Sent:
    """What was sent, and what the platform answered."""

    body: Json
    answer: Json
    created: bool


def _publish(
    client: NationalPlatform, offer: Opportunity, sectors: dict[str, str], now: dt.datetime, sent: list[_Sent]
) -> str:
    """Do what one offer needs; the name of what was done."""
    weeks = queries.open_weeks(offer, timezone.localdate(now))
    link = getattr(offer, "partner_offer", None)
    # Seats that are reserved do not stand for the platform: what is left may be none.
    if standing(offer, now) is not Standing.ACTIVE or not weeks:
        return _take_off(client, offer, link, now) if link and link.gone_at is None else "unchanged"
    permalink = settings.SITE_URL + reverse("opportunities:opportunity", args=[offer.pk])
    with translation.override("fr"):
        body = outgoing.payload(offer, weeks, sectors, permalink)
    found = outgoing.faults(body, offer.get_sector_display())
    if found:
        return _not_sent(client, offer, link, body, found, now)
    sha256 = outgoing.digest(body)
    if link and link.gone_at is None and link.sent_sha256 == sha256:
        return "unchanged"
    try:
        answer, done = _send(client, body, link, now)
    except Refused as refused:
        if refused.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise  # the account, not the offer
        reject(Direction.OUT, str(offer.pk), refused.code, refused.message, body)
        settle_solved(Direction.OUT, str(offer.pk), {refused.code})
        return "refused"
    _keep(offer, body, sha256, now)
    sent.append(_Sent(body, answer, done == "sent"))
    return done


def _send(
    client: NationalPlatform, body: Json, link: PartnerOffer | None, now: dt.datetime
) -> tuple[Json, str]:
    """Create or change the offer there, whichever applies: the answer and what was done."""
    fields = {name: value for name, value in body.items() if name != "remote_id"}
    fields["published_at"] = timezone.localtime(now).isoformat()
    if link is None:
        try:
            return client.create(body), "sent"
        except Refused as refused:
            if refused.status != HTTPStatus.CONFLICT:
                raise
    try:
        return client.change(body["remote_id"], fields), "changed"
    except Refused as refused:
        if refused.status != HTTPStatus.NOT_FOUND:
            raise
    return client.create(body), "sent"


def _keep(offer: Opportunity, body: Json, sha256: str, now: dt.datetime) -> None:
    PartnerOffer.objects.update_or_create(
        direction=Direction.OUT,
        remote_id=str(offer.pk),
        defaults={
            "opportunity": offer,
            "payload": body,
            "sent_sha256": sha256,
            "seen_at": now,
            "gone_at": None,
        },
    )


def _compare(client: NationalPlatform, sent: list[_Sent]) -> None:
    """The platform leaves out weeks that it does not know, and does not say so: compare what it holds, and trace.

    Where an answer leaves a doubt, our offers are read there: one that was there already may be one that the platform
    deleted, which changing does not bring back.
    """
    doubtful = any(not one.created or not isinstance(one.answer.get("weeks"), list) for one in sent)
    shown = {str(row.get("remote_id")): row for row in client.own_offers()} if doubtful else {}
    for one in sent:
        remote_id, still = one.body["remote_id"], set()
        if doubtful and remote_id not in shown:
            still.add("not_listed_there")
            sentence = _("Sent, but not among our offers there.")
            reject(Direction.OUT, remote_id, "not_listed_there", sentence, one.body)
        held = shown.get(remote_id, one.answer).get("weeks")
        if lost := outgoing.dropped_weeks(one.body, held):
            still.add("weeks_dropped")
            sentence = _("Weeks left out: %(weeks)s.") % {"weeks": ", ".join(lost)}
            reject(Direction.OUT, remote_id, "weeks_dropped", sentence, one.body)
        settle_solved(Direction.OUT, remote_id, still)


def _not_sent(
    client: NationalPlatform,
    offer: Opportunity,
    link: PartnerOffer | None,
    body: Json,
    found: list[outgoing.Fault],
    now: dt.datetime,
) -> str:
    """Trace what would be refused; what stands there already is taken off rather than left as it was."""
    for code, sentence in found:
        reject(Direction.OUT, str(offer.pk), code, sentence, body)
    settle_solved(Direction.OUT, str(offer.pk), {code for code, _sentence in found})
    if link and link.gone_at is None:
        _take_off(client, offer, link, now)
    return "refused"


def _take_off(client: NationalPlatform, offer: Opportunity, link: PartnerOffer, now: dt.datetime) -> str:
    """Delete what is withdrawn for good; unpublish what may stand again, which a deletion there would prevent."""
    try:
        if offer.state == OpportunityState.WITHDRAWN:
            client.remove(link.remote_id)
        else:
            client.change(link.remote_id, {"published_at": None})
    except Refused as refused:
        if refused.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise
        if refused.status != HTTPStatus.NOT_FOUND:
            reject(Direction.OUT, link.remote_id, refused.code, refused.message, link.payload)
            return "refused"
    PartnerOffer.objects.filter(pk=link.pk).update(gone_at=now, sent_sha256="", updated_at=now)
    return "removed"
