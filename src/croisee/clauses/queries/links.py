"""Links sent to companies: what a secret opens, and whether it still does."""

import hashlib
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from croisee.clauses.models import CompanyLink


def digest_of(secret: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _links() -> QuerySet[CompanyLink]:
    return CompanyLink.objects.select_related(
        "commitment__organisation",
        "commitment__clause__lot__contract__operation__facilitateur",
    )


def link_of(secret: str) -> CompanyLink | None:
    """The link of a secret, whatever became of it; None for a secret that is none."""
    return _links().filter(digest=digest_of(secret)).first()


def standing(link: CompanyLink) -> str:
    """What a link still does: open, expired (a new one may be sent), closed (withdrawn, or its address is replaced)."""
    if link.revoked_at is not None or link.email != link.commitment.contact_email:
        return "closed"
    return "open" if link.expires_at > timezone.now() else "expired"


def living(key: str) -> CompanyLink | None:
    """The link of this identifier while it opens its commitment."""
    try:
        link = _links().filter(pk=UUID(key)).first()
    except ValueError:
        return None
    return link if link is not None and standing(link) == "open" else None
