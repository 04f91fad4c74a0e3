"""Figures of the incubator: what is in force, what is to come, giving a new value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from croisee.foundation.accounts.access import role_required
from croisee.foundation.accounts.roles import Role
from croisee.foundation.figures.pages import FigurePages
from croisee.foundation.forms import METHODS
from croisee.incubation.models import Parameter
from croisee.incubation.queries.figures import BOOK

if TYPE_CHECKING:
    from uuid import UUID

WRITERS = (Role.ADMINISTRATOR,)
PAGES = FigurePages(
    BOOK,
    lead=_(
        "Ceilings of aid, durations of leases, published survival of companies: each with its dates and its source. "
        "Calculations take the one in force on their day."
    ),
    writers=WRITERS,
    list_url="incubation:figures",
    one_url="incubation:figure",
    of_url="incubation:figure_of",
    withdraw_url="incubation:withdraw_figure",
    confirm_url="incubation:confirm_figure",
)


@role_required(*Parameter.READERS)
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Every figure: the value in force, the next one, the source."""
    return PAGES.all(request)


@role_required(*Parameter.READERS)
@require_http_methods(METHODS)
def figure(request: HttpRequest, figure: str, key: str = "") -> HttpResponse:
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
