"""Links by which an owner opens the list without signing in: signed, for one owner, for two months."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core import signing

SALT = "premises.owner_list"
LASTS = timedelta(days=60)


def token_for(organisation: UUID, account: UUID) -> str:
    """What the link to the list of an owner holds; `account` is who was written to."""
    return signing.dumps({"owner": str(organisation), "to": str(account)}, salt=SALT)


def read(token: str) -> tuple[UUID, UUID] | None:
    """The owner and who was written to; None for a link that is not ours, or too old."""
    try:
        held = signing.loads(token, salt=SALT, max_age=LASTS)
        return UUID(held["owner"]), UUID(held["to"])
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return None
