"""The criteria of a person: added with a proof, corrected, decided on; the file of a proof."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.clauses.forms.people import EligibilityForm, ProlongForm, VerifyForm, WhyForm
from croisee.clauses.models import Criterion, Eligibility, Figure, Participant
from croisee.clauses.proofs import asked
from croisee.clauses.queries import parameters
from croisee.clauses.services import eligibility as services
from croisee.clauses.views.common_people import form_page, own_account, people_trail
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.foundation.forms import add_refusal
from croisee.foundation.lifecycles.services import TransitionRefused


def _proofs() -> list[tuple[str, str, str]]:
    """Each criterion with the proof it asks for and how old that may be."""
    months = parameters.values(Figure.PROOF_MONTHS, on=timezone.localdate())
    return [
        (
            str(criterion.label),
            asked(criterion),
            ngettext("%(n)d month at most", "%(n)d months at most", int(months[criterion]))
            % {"n": int(months[criterion])}
            if criterion in months
            else _("in force"),
        )
        for criterion in Criterion
    ]


@role_required(Role.FACILITATEUR)
@require_http_methods(["GET", "HEAD", "POST"])
def new_eligibility(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say why a person is eligible, with the proof."""
    account = signed_in(request)
    person = get_object_or_404(Participant.objects.visible_to(account).select_related("person"), pk=pk)
    form = EligibilityForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.propose(person, form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The criterion is added: check it once the proof is there."))
            return redirect(person)
    lead = _("One criterion is enough. Each has its proof.")
    return form_page(
        request,
        form,
        _("New criterion"),
        _("Add the criterion"),
        people_trail(person),
        lead=lead,
        proofs=_proofs(),
    )


@role_required(Role.FACILITATEUR)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_eligibility(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add the proof of a criterion that is not decided yet, or correct it."""
    row = _own(request, pk)
    form = EligibilityForm(request.POST or None, request.FILES or None, row)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(row, form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The criterion is saved."))
            return redirect(row.participant)
    return form_page(
        request, form, str(row), _("Save"), people_trail(row.participant), lead="", proofs=_proofs()
    )


def _own(request: HttpRequest, pk: UUID) -> Eligibility:
    rows = Eligibility.objects.visible_to(signed_in(request)).select_related("participant__person")
    return get_object_or_404(rows, pk=pk)


@role_required(Role.FACILITATEUR)
@require_POST
def decide_eligibility(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Check, refuse, withdraw or prolong: `do` says which."""
    row, account = _own(request, pk), signed_in(request)
    try:
        messages.success(request, _decided(request, row, account))
    except (ValidationError, TransitionRefused) as refusal:
        reasons = refusal.messages if isinstance(refusal, ValidationError) else [refusal.reason]
        messages.error(request, " ".join(reasons))
    return redirect(row.participant)


def _decided(request: HttpRequest, row: Eligibility, account: Account) -> str:
    """Do what was asked; what to say of it."""
    asked_for = request.POST.get("do", "")
    if asked_for == "verify":
        verified = VerifyForm(request.POST)
        if not verified.is_valid():
            raise ValidationError(_("Write the day from which hours count, or leave it empty."))
        services.verify(row, account, counts_from=verified.cleaned_data["counts_from"])
        return _("Checked: hours count from now on.")
    if asked_for == "prolong":
        prolonged = ProlongForm(request.POST)
        if not prolonged.is_valid():
            raise ValidationError(_("Write the new last day, and why."))
        services.prolong(row, account, prolonged.cleaned_data["ends_on"], prolonged.cleaned_data["why"])
        return _("Prolonged.")
    verbs = {
        "refuse": (services.refuse, _("Noted: not eligible on this criterion.")),
        "withdraw": (services.withdraw, _("Withdrawn: hours after today no longer count on it.")),
    }
    if asked_for not in verbs:
        raise Http404(asked_for)
    reason = WhyForm(request.POST)
    if not reason.is_valid():
        raise ValidationError(_("Write why: the person may ask."))
    verb, said = verbs[asked_for]
    verb(row, account, reason.cleaned_data["why"])
    return said


@role_required(Role.FACILITATEUR, Role.FAMILY)
@require_safe
def eligibility_proof(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file of a proof, for facilitateurs and the person."""
    row = _own(request, pk)
    if not row.proof:
        raise Http404
    record_read(signed_in(request), row, _("proof of eligibility"), own_account(row.participant))
    name = str(row.proof.name).rpartition("/")[2]
    return FileResponse(row.proof.open("rb"), as_attachment=True, filename=name)
