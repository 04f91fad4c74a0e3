"""What every answer owes its reader, whichever view made it: a reference for the log, and no copy left in a cache."""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.cache import add_never_cache_headers


class SafeguardsMiddleware:
    """Outermost of all: what it adds is on refusals and errors too.

    Each answer bears the reference under which `logs` writes its errors. A page made for someone who has a session
    stays out of every cache: the next person at a school's shared computer finds nothing by going back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reference = secrets.token_hex(4)
        request.reference = reference  # type: ignore[attr-defined]  # read by the log alone
        # PostgreSQL holds no NUL character, and no browser sends one.
        nul = "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "")
        response = HttpResponseBadRequest() if nul else self.get_response(request)
        response["X-Request-ID"] = reference
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
