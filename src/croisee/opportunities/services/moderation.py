"""Accepting offers or not, pausing them, and writing what is searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.opportunities import notices
from croisee.opportunities.kinds import kind_of
from croisee.opportunities.models import Application
from croisee.opportunities.sectors import Sector
from croisee.opportunities.services.refusals import Refused
from croisee.territory.wording import plain

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from croisee.foundation.accounts.models import Account
    from croisee.opportunities.models import Opportunity

LANGUAGES = ("fr", "en")
LONGEST_REASON = 500


def write_searchable(opportunity: Opportunity) -> None:
    """Write what a search looks through: call it after each change of an offer."""
    opportunity.searchable = searchable_text(opportunity)
    type(opportunity).objects.filter(pk=opportunity.pk).update(searchable=opportunity.searchable)


def searchable_text(opportunity: Opportunity) -> str:
    """What a search looks through, without accents. The title counts double."""
    parts = [
        opportunity.title,
        opportunity.title,
        opportunity.description,
        *_sector_words(opportunity.sector),
        opportunity.organisation.name,
        opportunity.city,
        opportunity.postcode,
    ]
    return plain(" ".join(parts))


@transaction.atomic
def publish(opportunity: Opportunity, account: Account | None) -> Opportunity:
    """Accept an offer, or take a paused one up again: everyone finds it, its employer is told the first time.

    Raises TransitionRefused, also for who does not check offers of this kind.
    """
    check_manager(opportunity, account, _("Publish"))
    perform(opportunity, "publish", account)
    first = opportunity.published_at is None
    opportunity.published_at = opportunity.published_at or timezone.now()
    opportunity.why_rejected = ""
    opportunity.save()
    write_searchable(opportunity)
    if first:
        notices.tell_offerers(notices.PUBLISHED, opportunity)
    return opportunity


@transaction.atomic
def reject(opportunity: Opportunity, account: Account | None, reason: str) -> Opportunity:
    """Do not accept an offer, and tell its employer why.

    Raises Refused without a reason, or when pupils have a place there: it is to be withdrawn then, which looks for
    other places. Raises TransitionRefused.
    """
    why = _reason(reason)
    check_manager(opportunity, account, _("Do not accept"))
    held = Application.objects.holding().filter(period__opportunity=opportunity)
    if held.exists():
        raise Refused(_("Pupils have a place here: withdraw the offer, and other places are looked for."))
    perform(opportunity, "reject", account)
    opportunity.why_rejected = why
    opportunity.save()
    notices.tell_offerers(notices.REJECTED, opportunity, why)
    return opportunity


@transaction.atomic
def unpublish(opportunity: Opportunity, account: Account | None, reason: str = "") -> Opportunity:
    """Pause an offer: nobody finds it nor gets a place there; places already given stay. Raises TransitionRefused.

    With a reason, its employer is told.
    """
    perform(opportunity, "unpublish", account)
    opportunity.why_rejected = reason.strip()[:LONGEST_REASON]
    opportunity.save()
    if opportunity.why_rejected:
        notices.tell_offerers(notices.PAUSED, opportunity, opportunity.why_rejected)
    return opportunity


def check_manager(opportunity: Opportunity, account: Account | None, action: StrOrPromise) -> None:
    """Only those who check offers of its kind may do `action`. Raises TransitionRefused."""
    if account is not None and not account.has_role(*kind_of(opportunity).managers):
        raise TransitionRefused(_("Your role does not allow “%(action)s”.") % {"action": action})


def _reason(text: str) -> str:
    why = text.strip()[:LONGEST_REASON]
    if not why:
        raise Refused(_("Say why: the employer reads it."))
    return why


def _sector_words(sector: str) -> list[str]:
    label = Sector(sector).label
    words = []
    for language in LANGUAGES:
        with translation.override(language):
            words.append(str(label))
    return words
