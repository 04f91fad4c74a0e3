"""Consents: given, withdrawn; who recorded them and when stays."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from croisee.directory.changes import tell
from croisee.directory.models import Consent, Given, Person, Purpose
from croisee.directory.services.people import locked
from croisee.foundation.accounts.models import Account


@transaction.atomic
def give_consent(
    person: Person,
    purpose: Purpose,
    account: Account,
    *,
    how: Given = Given.ONLINE,
    given_at: datetime | None = None,
) -> list[str]:
    """Record that the person, or who represents it, consents to `purpose`; return what followed. Twice is once.

    `how` and `given_at`: in what way, and when, where it was not now and on this site.
    """
    row = locked(person)
    noted = {"recorded_by": account, "how": how, "given_at": given_at or timezone.now()}
    _consent, is_new = Consent.objects.get_or_create(
        person=row, purpose=purpose, withdrawn_at=None, defaults=noted
    )
    return tell(row, {"consents"}, account) if is_new else []


@transaction.atomic
def withdraw_consent(person: Person, purpose: Purpose, account: Account) -> list[str]:
    """Record that the consent is withdrawn, as easily as it was given (GDPR article 7.3); return what followed."""
    row = locked(person)
    count = 0
    for consent in row.consents.active().filter(purpose=purpose):
        consent.withdrawn_at = timezone.now()
        consent.save()
        count += 1
    return tell(row, {"consents"}, account) if count else []
