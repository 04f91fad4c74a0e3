"""Sign-ins and changes of second factors are noted whatever way they come by."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.services import record_factor, record_sign_in


@receiver(user_logged_in, dispatch_uid="audit.note_sign_in")
def note_sign_in(request: HttpRequest | None, user: Account, **_: Any) -> None:
    """Note the sign-in with the methods that it took."""
    records = get_authentication_records(request, user) if request is not None else []
    methods = [record.get("type") or record["method"] for record in records]
    record_sign_in(user, ", ".join(dict.fromkeys(methods)))


@receiver([authenticator_added, authenticator_reset], dispatch_uid="audit.note_new_factor")
def note_new_factor(user: Account, authenticator: Authenticator, **_: Any) -> None:
    """Note a new second factor, or new recovery codes."""
    record_factor(user, authenticator.type, added=True)


@receiver(authenticator_removed, dispatch_uid="audit.note_removed_factor")
def note_removed_factor(user: Account, authenticator: Authenticator, **_: Any) -> None:
    """Note that a second factor is gone."""
    record_factor(user, authenticator.type, added=False)
