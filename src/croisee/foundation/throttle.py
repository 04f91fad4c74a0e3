"""Public pages that answer a few times a minute to each visitor, so that nobody goes through every answer."""

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def exceeded(request: HttpRequest, name: str, *, limit: int, seconds: int = 60) -> bool:
    """Count one request of this visitor to what `name` names; True past `limit` of them in `seconds`.

    A visitor is a network address: behind a TLS proxy (`CROISEE_TLS`) the one that the proxy saw. Counts live in
    the cache, which every worker shares, one for each stretch of `seconds`; two requests at the very same instant may
    count for one.
    """
    # The stretch is in the key: the database's cache puts the end of a count off each time that it grows.
    stretch = int(time.time()) // seconds
    key = f"throttle:{name}:{get_adapter().get_client_ip(request)}:{stretch}"
    cache.add(key, 0, 2 * seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # the count expired between the two calls
        return False
    return count > limit
