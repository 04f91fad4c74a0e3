"""The e-mails about offers: to hosts, and to those whom a withdrawn offer concerns."""

import hashlib
import secrets
from datetime import date
from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import Notice, register
from croisee.opportunities.models.offers import OFFERERS
from croisee.stages.wording import week_of_monday

_CATEGORY = _("Internships")
LINK_LASTS = 24 * 3600


def link_key(token: str) -> str:
    """Where what a link stands for is kept: by the hash of its secret."""
    return f"stages.offer_begin:{hashlib.sha256(token.encode()).hexdigest()}"


def _with_link(context: dict[str, Any]) -> dict[str, Any]:
    """A secret link drawn when the e-mail leaves; what it stands for waits a day, and is in no address."""
    token = secrets.token_urlsafe(24)
    cache.set(link_key(token), {"email": context["email"], "siret": context["siret"]}, LINK_LASTS)
    return {**context, "path": reverse("stages:offer_link", args=[token]), "hours": LINK_LASTS // 3600}


def _with_week(context: dict[str, Any]) -> dict[str, Any]:
    """The week in the words of the reader's language; empty where all weeks are meant."""
    monday = context["monday"]
    return {**context, "week": week_of_monday(date.fromisoformat(monday)) if monday else ""}


BEGIN = register(
    Notice(
        "stages.offer_begin",
        _("The link to offer an internship"),
        _CATEGORY,
        False,
        completed=_with_link,
        roles=OFFERERS,
    )
)
ASKS_TO_JOIN = register(
    Notice(
        "stages.asks_to_join",
        _("Somebody asks to join my team"),
        _CATEGORY,
        can_be_disabled=False,
        roles=OFFERERS,
    )
)
ASKS_FOR_HOST = register(
    Notice(
        "stages.asks_for_host",
        _("Somebody asks to act for a host"),
        _CATEGORY,
        can_be_disabled=False,
        roles=(Role.CAMPAIGN_MANAGER,),
    )
)
PUPIL_CONFIRMED = register(
    Notice(
        "stages.pupil_confirmed",
        _("A pupil confirmed a place with us"),
        _CATEGORY,
        completed=_with_week,
        roles=OFFERERS,
    )
)
PUPIL_GONE = register(
    Notice(
        "stages.pupil_gone",
        _("A pupil no longer comes to us"),
        _CATEGORY,
        completed=_with_week,
        roles=OFFERERS,
    )
)
OFFER_WITHDRAWN = register(
    Notice(
        "stages.offer_withdrawn",
        _("An offer of ours is withdrawn"),
        _CATEGORY,
        completed=_with_week,
        roles=OFFERERS,
    )
)
WISH_GONE = register(
    Notice(
        "stages.wish_gone",
        _("An offer that we wished for is no more"),
        _CATEGORY,
        roles=(Role.FAMILY,),
    )
)
PUPIL_REPLACED = register(
    Notice(
        "stages.pupil_replaced",
        _("A host withdrew, a pupil has another place or none"),
        _CATEGORY,
        completed=_with_week,
        roles=(Role.SCHOOL_HEAD, Role.SCHOOL_STAFF, Role.CAMPAIGN_MANAGER),
    )
)
