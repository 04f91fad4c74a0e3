"""Where the import of a caseload begins."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.listings.listing import MEDIA_TYPES
from croisee.journeys.caselists.kind import address_for
from croisee.journeys.models import Programme
from croisee.journeys.queries import caselists as queries


def _programme(request: HttpRequest, pk: UUID) -> Programme:
    account = signed_in(request)
    programme: Programme = get_object_or_404(Programme.objects.visible_to(account).managed_by(account), pk=pk)
    return programme


@role_required(Role.PROGRAMME_MANAGER)
@require_GET
def import_caselist(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What may be in the table of a caseload, what becomes of it, and the way to send one."""
    programme = _programme(request, pk)
    context = {
        "programme": programme,
        "columns": queries.columns_explained(),
        "begin_url": address_for(programme),
    }
    return render(request, "journeys/caselists/import.html", context)


@role_required(Role.PROGRAMME_MANAGER)
@require_GET
def model_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An empty table with the columns that can be read, for who has none yet."""
    _programme(request, pk)
    name = _("caseload.xlsx")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(queries.model_file(), content_type=MEDIA_TYPES["xlsx"], headers=headers)
