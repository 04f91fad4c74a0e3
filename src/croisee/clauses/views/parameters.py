"""Figures of social clauses: what is in force, what is to come, giving a new value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from croisee.clauses.queries.parameters import BOOK
from croisee.foundation.accounts.access import role_required
from croisee.foundation.accounts.roles import Role
from croisee.foundation.figures.pages import FigurePages
from croisee.foundation.forms import METHODS

if TYPE_CHECKING:
    from uuid import UUID

WRITERS = (Role.ADMINISTRATOR, Role.FACILITATEUR)
READERS = (*WRITERS, Role.BUYER, Role.OFFICIAL)
PAGES = FigurePages(
    BOOK,
    lead=_(
        "Thresholds, shares of labour, costs, durations: each with its dates and its source. "
        "Calculations take the one in force on their day."
    ),
    writers=WRITERS,
    list_url="clauses:parameters",
    one_url="clauses:parameter",
    of_url="clauses:parameter_of",
    withdraw_url="clauses:withdraw_parameter",
    confirm_url="clauses:confirm_parameter",
)


@role_required(*READERS)
def parameters(request: HttpRequest) -> HttpResponse:
    """Every figure: the value in force, the next one, the source."""
    return PAGES.all(request)


@role_required(*READERS)
@require_http_methods(METHODS)
def parameter(request: HttpRequest, figure: str, key: str = "") -> HttpResponse:
    """One figure: its values over time; a new one from a day."""
    return PAGES.one(request, figure, key)


@role_required(*WRITERS)
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back a value that has not begun."""
    return PAGES.withdraw(request, pk)


@role_required(*WRITERS)
@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note the official source of a figure."""
    return PAGES.confirm(request, pk)
