"""Every change made while a request is answered carries who asked and the name of the address."""

from collections.abc import Callable

import pghistory
from django.conf import settings
from django.http import HttpRequest, HttpResponse


class AuditMiddleware:
    """Opens the context of the request; the view's name and the account are attached once they are known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with pghistory.context(account=None, where="request"):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """Attach the account and the address's name (never its path: it may hold an identifier of a person)."""
        match = request.resolver_match
        # Without a session nobody is signed in; not asking keeps public answers cacheable.
        known = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        account = str(request.user.pk) if known else None
        pghistory.context(account=account, where=match.view_name if match else "request")
