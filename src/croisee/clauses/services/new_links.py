"""The links of e-mails to contacts who have no account: drawn when the e-mail leaves, for the address it was meant for.

send_to(notice, [Address(email)], key=…, context={…, **to_contact(commitment)})    when it is owed
{…, **way_of_contact(context)}                                                     when it leaves
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from croisee.clauses.models import Commitment, CompanyLink
from croisee.clauses.queries.links import digest_of
from croisee.directory.services import joining
from croisee.foundation.notices.declaration import NoLongerNeeded

LINK_DAYS = 30


def new_link(commitment: Commitment) -> str:
    """A new secret for the contact, valid 30 days; only its digest is kept. Earlier links stay valid."""
    secret = secrets.token_urlsafe(32)
    CompanyLink.objects.create(
        commitment=commitment,
        email=commitment.contact_email,
        digest=digest_of(secret),
        expires_at=timezone.now() + dt.timedelta(days=LINK_DAYS),
    )
    return secret


def to_contact(commitment: Commitment) -> dict[str, str]:
    """What the outbox keeps of an e-mail to the contact of today: the commitment, and whose address it is, unnamed."""
    return {"commitment": str(commitment.pk), "address": joining.digest(commitment.contact_email)}


def way_of_contact(context: Mapping[str, Any]) -> dict[str, Any]:
    """`path` of a new link, `days` it lasts. Raises NoLongerNeeded when another is the contact by now."""
    commitment = Commitment.objects.filter(pk=context["commitment"]).exclude(contact_email="").first()
    if commitment is None or joining.digest(commitment.contact_email) != context["address"]:
        raise NoLongerNeeded
    return {"path": reverse("clauses:link", args=[new_link(commitment)]), "days": LINK_DAYS}
