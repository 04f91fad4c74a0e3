"""Public pages that answer a few times a minute to each visitor, so that nobody goes through every answer."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def exceeded(request: HttpRequest, name: str, *, limit: int, seconds: int = 60) -> bool:
    """Count one request of this visitor to what `name` names; True past `limit` of them in `seconds`.

    A visitor is a network address: behind a TLS proxy (`CROISEE_TLS`) the one that the proxy saw. Counts
    live in the cache; two requests at the very same instant may count for one.
    """
    key = f"throttle:{name}:{_address(request)}"
    cache.add(key, 0, seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # the count expired between the two calls
        return False
    return count > limit


def _address(request: HttpRequest) -> str:
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.BEHIND_TLS and forwarded:
        # The last address is the one our own proxy added; those before it are the visitor's word.
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
