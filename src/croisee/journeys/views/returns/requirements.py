"""The proofs that a programme asks for."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from croisee.foundation.accounts.access import role_required
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import add_refusal
from croisee.journeys.forms.returns import RequirementForm
from croisee.journeys.models import ProofRequirement
from croisee.journeys.services.returns import proofs as services
from croisee.journeys.views.returns.common import FORM, done, managed, top


@role_required(Role.PROGRAMME_MANAGER)
@require_http_methods(FORM)
def requirements(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The proofs that a programme asks for, and one more."""
    programme = get_object_or_404(managed(request), pk=pk)
    form = RequirementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.require(programme, form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The proof is asked for from now on, of everyone in the programme."))
            return redirect("journeys:requirements", pk=pk)
    context = {
        "programme": programme,
        "rows": programme.requirements.order_by("moment", "kind"),
        "form": form,
        "trail": [top()],
    }
    status = 422 if form.errors else 200
    return render(request, "journeys/returns/requirements.html", context, status=status)


@role_required(Role.PROGRAMME_MANAGER)
@require_POST
def delete_requirement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """No longer ask for a proof."""
    rows = ProofRequirement.objects.visible_to(request.user).filter(programme__in=managed(request))
    row = get_object_or_404(rows, pk=pk)
    done(request, lambda: services.no_longer_require(row), _("This proof is no longer asked for."))
    return redirect("journeys:requirements", pk=row.programme_id)
