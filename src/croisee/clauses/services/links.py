"""Links by which the contact of a company reads what it owes and declares its months, without an account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.clauses.models import FOLLOWED, Commitment, CompanyLink
from croisee.clauses.notices import company as notices
from croisee.clauses.queries.links import standing
from croisee.clauses.services.new_links import to_contact
from croisee.directory.services import joining
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.notices.services import Address, send, send_to

if TYPE_CHECKING:
    from django.db.models import QuerySet

MINUTES_BETWEEN_LINKS = 10


def send_link(commitment: Commitment) -> bool:
    """Write to the contact with a link; False when one was sent a few minutes ago.

    Raises ValidationError when no address is known.
    """
    if not commitment.contact_email:
        raise ValidationError(
            _("%(company)s has no e-mail address here: give one on the page of the commitment.")
            % {"company": commitment.organisation}
        )
    stretch = int(timezone.now().timestamp()) // (60 * MINUTES_BETWEEN_LINKS)
    return bool(
        send_to(
            notices.LINK,
            [Address(commitment.contact_email)],
            key=f"{commitment.pk}:link:{stretch}",
            # Should the contact change before it leaves, the former one gets no link.
            context=to_contact(commitment),
        )
    )


@dataclass
class Sending:
    """What became of links to many companies: how many left, how many had one just before, who has no address."""

    sent: int = 0
    recent: int = 0
    without: list[str] = field(default_factory=list)


def send_links(commitments: QuerySet[Commitment]) -> Sending:
    """Send a link to the contact of each of these commitments whose lot is under way."""
    done = Sending()
    rows = commitments.filter(clause__lot__state__in=FOLLOWED)
    for commitment in rows.select_related("organisation"):
        if not commitment.contact_email:
            done.without.append(commitment.organisation.name)
        elif send_link(commitment):
            done.sent += 1
        else:
            done.recent += 1
    return done


def renew(link: CompanyLink) -> bool:
    """Send a new link to the address of an expired one; False when one was sent a few minutes ago.

    Raises ValidationError when the link was withdrawn, or its address is no longer the contact's.
    """
    if standing(link) == "closed":
        raise ValidationError(_("This link was withdrawn: ask the facilitateur for another."))
    return send_link(link.commitment)


def open_link(link: CompanyLink) -> None:
    """Note that a link was used. Call it for a click, never for a page that was only looked at."""
    link.used_at = timezone.now()
    link.save(update_fields=["used_at", "updated_at"])


def revoke(commitment: Commitment) -> int:
    """Withdraw the links of a commitment that are still open; how many."""
    now = timezone.now()
    living = commitment.links.filter(revoked_at__isnull=True, expires_at__gt=now)
    return living.update(revoked_at=now, updated_at=now)


@dataclass(frozen=True)
class Arrival:
    """Who came by a link and asked for an account: the account; None when the team of the company was asked."""

    account: Account | None
    organisation: Organisation


@transaction.atomic
def make_account(link: CompanyLink) -> Arrival:
    """Let the contact behind a link act for the company: at once when nobody does yet, else its team is asked.

    The address is proved by the link that was sent to it, and the facilitateur vouches for the contact.
    """
    commitment = link.commitment
    company = Organisation.objects.select_for_update().get(pk=commitment.organisation_id)
    account = Account.objects.filter(email=link.email).first()
    if account is not None and joining.team_of(company).filter(account=account).exists():
        return Arrival(joining.signed_in_by_link(account), company)
    if joining.team_of(company).exists():
        send(
            notices.ASKS_TO_JOIN,
            joining.whom_to_ask(company),
            key=f"{company.pk}:{joining.digest(link.email)}:{timezone.localdate()}",
            context={
                "email": link.email,
                "organisation": company.name,
                "path": reverse("directory:team", args=[company.pk]),
            },
        )
        return Arrival(None, company)
    founder = joining.found_team(link.email, commitment.contact_name, company)
    return Arrival(joining.signed_in_by_link(founder), company)
