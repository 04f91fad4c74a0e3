"""Public pages that answer a few times a minute to each visitor, so that nobody goes through every answer."""

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest

from croisee.foundation.database.locks import hold


def exceeded(request: HttpRequest, name: str, *, limit: int, seconds: int = 60) -> bool:
    """Count one request of this visitor to what `name` names; True past `limit` of them in the last `seconds`.

    A visitor is a network address: behind a TLS proxy (`CROISEE_TLS`) the one that the proxy saw. The instants of the
    answers given live in the cache, which every worker shares; requests at the same instant are counted one by one.
    """
    key = f"throttle:{name}:{get_adapter().get_client_ip(request)}"
    with transaction.atomic(savepoint=False):
        hold([key])
        now = time.time()
        answered = [instant for instant in cache.get(key, []) if instant > now - seconds]
        if len(answered) >= limit:
            return True
        cache.set(key, [*answered, now], seconds)
    return False
