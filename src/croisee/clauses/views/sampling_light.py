"""The finding of an audit, for the contact of a company who came by a link."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from croisee.clauses.forms.sampling import AnswerForm
from croisee.clauses.models import CompanyLink, ItemState
from croisee.clauses.queries import sampling as queries
from croisee.clauses.services import sampling as services
from croisee.clauses.views.light import opened_by_link
from croisee.clauses.views.sampling_items import context
from croisee.foundation.lifecycles.services import TransitionRefused


@require_http_methods(["GET", "HEAD", "POST"])
@opened_by_link
def light_finding(request: HttpRequest, link: CompanyLink, pk: UUID) -> HttpResponse:
    """Read a finding about hours of this commitment, and answer it, without an account."""
    item = get_object_or_404(queries.with_everything(queries.of_link(link)), pk=pk)
    form = (
        AnswerForm(request.POST or None, request.FILES or None)
        if item.state == ItemState.CHALLENGED
        else None
    )
    if request.method == "POST" and form is not None and form.is_valid():
        values = form.cleaned_data
        try:
            services.answer(item, None, text=values["text"], file=values["file"])
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except TransitionRefused as refusal:
            messages.error(request, refusal.reason)
            return redirect("clauses:light_finding", pk)
        else:
            messages.success(
                request, _("Your answer is sent: somebody else than who made the finding decides.")
            )
            return redirect("clauses:light_finding", pk)
    return render(request, "clauses/sampling/item.html", context(item, None, form, audits=False))
