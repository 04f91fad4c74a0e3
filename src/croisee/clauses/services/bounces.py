"""What follows when an e-mail to the contact of a company comes back."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from croisee.clauses.models import FOLLOWED, Channel, Commitment
from croisee.clauses.notices import company as notices
from croisee.clauses.services import follow_up
from croisee.clauses.services.reminders import facilitateurs
from croisee.directory.services import joining
from croisee.foundation.notices.services import send


@transaction.atomic
def contact_bounced(address: str) -> int:
    """Note on each commitment under way that its contact cannot be reached, and tell who follows it; how many.

    Said once for an address: until it is changed, what comes back again changes nothing.
    """
    rows = (
        Commitment.objects.select_for_update(of=("self",))
        .filter(
            contact_email=address.lower(),
            contact_bounced_at__isnull=True,
            clause__lot__state__in=FOLLOWED,
        )
        .select_related("clause__lot__contract__operation")
    )
    found = list(rows)
    for commitment in found:
        commitment.contact_bounced_at = timezone.now()
        commitment.save(update_fields=["contact_bounced_at", "updated_at"])
        # The journal is read by many: it speaks the language of the installation.
        with override(settings.LANGUAGE_CODE):
            text = _("An e-mail to this contact came back: the address is no longer good.")
        follow_up.note(
            commitment=commitment,
            channel=Channel.BOUNCE,
            text=text,
            with_whom=commitment.contact_name,
        )
        send(
            notices.BOUNCED,
            facilitateurs(commitment.clause.lot.contract.operation.facilitateur_id),
            key=f"bounced:{commitment.pk}:{joining.digest(address)}:{timezone.localdate()}",
            context={"commitment": str(commitment.pk)},
        )
    return len(found)
