"""Public pages that answer a few times a minute to each visitor, so that nobody goes through every answer."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def exceeded(request: HttpRequest, name: str, *, limit: int, seconds: int = 60) -> bool:
    """Count one request of this visitor to what `name` names; True past `limit` of them in `seconds`.

    A visitor is a network address: behind a TLS proxy (`CROISEE_TLS`) the one that the proxy saw. Counts
    live in the cache; two requests at the very same instant may count for one.
    """
    key = f"throttle:{name}:{get_adapter().get_client_ip(request)}"
    cache.add(key, 0, seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # the count expired between the two calls
        return False
    return count > limit
