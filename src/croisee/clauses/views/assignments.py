"""Assignments: the list, the page, the answer of the company, the contract, its end, the situation six months later."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.clauses.forms.needs import AfterForm, ContractForm, DeclineForm, EndForm, NewContractForm
from croisee.clauses.models import HIRED, Assignment, AssignmentState, Participant, Situation, Way
from croisee.clauses.models.readers import is_facilitateur
from croisee.clauses.queries import assignments as queries
from croisee.clauses.queries.eligibility import eligible_until
from croisee.clauses.queries.participants import with_done
from croisee.clauses.reasons import told
from croisee.clauses.services import assignments as services
from croisee.clauses.views.common_people import form_page, needs_trail, own_account, people_trail
from croisee.clauses.views.needs import ASSIGNMENT_TONES
from croisee.directory.rome import label_of
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.dates import NO_END, add_months
from croisee.foundation.forms import add_refusal
from croisee.foundation.lifecycles.queries import history
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.listings import Column, Listing

READERS = (Role.FACILITATEUR, Role.EMPLOYER)
ALL, TO_ASK, OVERDUE = "", "ask", "overdue"


@role_required(Role.FACILITATEUR)
@require_safe
def assignments(request: HttpRequest) -> HttpResponse:
    """Every contract and proposal; `?show=ask`: whose situation is to be asked; `?show=overdue`: ends to be noted."""
    account, today = signed_in(request), timezone.localdate()
    show = request.GET.get("show", ALL)
    rows = {
        TO_ASK: lambda: queries.to_ask_after(account, today),
        OVERDUE: lambda: queries.overdue(account, today),
    }.get(show, lambda: with_done(Assignment.objects.visible_to(account)))()
    listing = Listing(
        request,
        rows,
        name="assignments",
        columns=[
            Column(
                "person",
                _("Person"),
                lambda row: str(row.participant),
                "participant__person__family_name",
                link=lambda row: row.get_absolute_url(),
            ),
            Column("company", _("Company"), lambda row: row.commitment.organisation.name),
            Column("lot", _("Lot"), lambda row: str(row.commitment.clause.lot)),
            Column("way", _("Way"), lambda row: str(row.get_way_display())),
            Column("starts_on", _("From"), sort="starts_on"),
            Column("ends_on", _("To"), sort="ends_on"),
            Column("done", _("Hours validated"), lambda row: float(row.done), numeric=True),
            Column(
                "state",
                _("State"),
                lambda row: str(row.get_state_display()),
                badge=lambda row: ASSIGNMENT_TONES[row.state],
            ),
        ],
        search=[
            "participant__person__family_name",
            "participant__person__given_name",
            "commitment__organisation__name",
        ],
        choices={
            "state": (_("State"), AssignmentState.choices),
            "way": (_("Way"), Way.choices),
            "situation_at_end": (_("Situation at the end"), Situation.choices),
        },
        empty_title=_("Nothing here"),
        empty_text=_(
            "Contracts come from proposals that companies accept, or are noted from the file of a person."
        ),
    )
    if listing.wants_export:
        for team in account.organisations(Role.FACILITATEUR)[:1]:
            record_export(account, team, _("list of contracts"))
        return listing.export()
    tabs = [
        (f"?show={key}" if key else "?", label, show == key)
        for key, label in (
            (ALL, _("All contracts")),
            (OVERDUE, _("Ends to be noted")),
            (TO_ASK, _("Situations to ask, six months later")),
        )
    ]
    return render(request, "clauses/people/assignments.html", {"listing": listing, "tabs": tabs})


def _row(request: HttpRequest, pk: UUID) -> Any:
    return get_object_or_404(queries.with_page(signed_in(request)), pk=pk)


def _answerable(request: HttpRequest, pk: UUID) -> Any:
    row = _row(request, pk)
    if not queries.may_answer(signed_in(request), row):
        raise Http404
    return row


def _name(account: Account, row: Assignment) -> str:
    """The full name for facilitateurs and for who hired; the first name of somebody who is only proposed."""
    known = is_facilitateur(account) or row.state in HIRED
    return str(row.participant) if known else str(row.participant.person.given_name)


@role_required(*READERS)
@require_safe
def assignment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A proposal or a contract."""
    account, today = signed_in(request), timezone.localdate()
    row = _row(request, pk)
    record_read(account, row, _("contract of a participant"), own_account(row.participant))
    follows = is_facilitateur(account)
    last = eligible_until([row.participant_id], max(today, row.starts_on)).get(row.participant_id)
    after_due = row.ends_on and add_months(row.ends_on, queries.MONTHS_AFTER)
    context = {
        "row": row,
        "participant": row.participant,
        "name": _name(account, row),
        "tone": ASSIGNMENT_TONES[row.state],
        "follows": follows,
        "proposed": row.state == AssignmentState.PROPOSED,
        "hired": row.state == AssignmentState.HIRED,
        "ended": row.state == AssignmentState.ENDED,
        "profile": row.participant.person.profile,
        "jobs": [label_of(code) for code in row.participant.person.profile.jobs],
        "job": label_of(row.job) if row.job else "",
        "until": last,
        "no_end": NO_END,
        "days": (today - timezone.localdate(row.created_at)).days,
        "reasons": told(row.reasons) if follows else [],
        "situation": Situation(row.situation_at_end).label,
        "after": Situation(row.situation_after).label,
        "after_due": after_due,
        "after_form": AfterForm(initial={"situation": row.situation_after})
        if row.state == AssignmentState.ENDED and after_due and after_due <= today
        else None,
        "decline_form": DeclineForm(),
        "changes": history(row) if follows else [],
        "trail": _trail(account, row),
    }
    return render(request, "clauses/people/assignment.html", context)


def _trail(account: Account, row: Any, *, whole: bool = False) -> list[tuple[str, str]]:
    """The pages above: the need that it answers, else the person (for facilitateurs), else needs."""
    if row.need is not None:
        trail = [*needs_trail(), (row.need.get_absolute_url(), row.need.title)]
    elif is_facilitateur(account):
        trail = people_trail(row.participant)
    else:
        trail = needs_trail()
    return [*trail, (row.get_absolute_url(), _name(account, row))] if whole else trail


@role_required(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def hire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The company takes the person: the contract."""
    account, row = signed_in(request), _answerable(request, pk)
    form = ContractForm(request.POST or None, row)

    def save(values: dict[str, Any]) -> str:
        services.hire(row, values, account)
        return _("Hired: the person and the facilitateur are told. Declare the hours of each month here.")

    lead = _("What the contract says. The person is told by e-mail.")
    return _contract_page(request, row, form, save, _("Hire %(name)s"), _("Note the hire"), lead)


@role_required(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_assignment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct a contract."""
    account, row = signed_in(request), _answerable(request, pk)
    if row.state not in HIRED:
        raise Http404
    form = ContractForm(request.POST or None, row)

    def save(values: dict[str, Any]) -> str:
        services.change_contract(row, values, account)
        return _("The contract is saved.")

    return _contract_page(request, row, form, save, _("Contract of %(name)s"), _("Save"), "")


def _contract_page(
    request: HttpRequest,
    row: Any,
    form: ContractForm,
    save: Callable[[dict[str, Any]], str],
    heading: str,
    button: str,
    lead: str,
) -> HttpResponse:
    """The form of a contract; `save(values)` says what to tell."""
    account = signed_in(request)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, save(_contract(form, row.commitment.organisation)))
        except ValidationError as refusal:
            add_refusal(form, refusal)
        except TransitionRefused as refusal:
            form.add_error(None, refusal.reason)
        else:
            return redirect(row)
    heading = heading % {"name": _name(account, row)}
    return form_page(request, form, heading, button, _trail(account, row, whole=True), lead=lead)


def _contract(form: ContractForm, company: Any) -> dict[str, Any]:
    """What was written of a contract, with its employer: the company, or the one of the SIRET given."""
    values = dict(form.cleaned_data)
    siret, name = values.pop("employer_siret"), values.pop("employer_name")
    values["employer"] = services.employer_by_siret(siret, name) if siret else company
    return values


@role_required(Role.FACILITATEUR)
@require_http_methods(["GET", "HEAD", "POST"])
def new_contract(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note a contract of a person whom nobody proposed."""
    account = signed_in(request)
    person = get_object_or_404(Participant.objects.visible_to(account).select_related("person"), pk=pk)
    form = NewContractForm(
        request.POST or None, queries.commitments_to_need(account), request.GET.get("commitment", "")
    )
    if request.method == "POST" and form.is_valid():
        commitment = form.cleaned_data["commitment"]
        try:
            values = _contract(form, commitment.organisation)
            values.pop("commitment")
            row = services.add_contract(commitment, person, values, account)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The contract is noted."))
            return redirect(row)
    return form_page(request, form, _("New contract"), _("Note the contract"), people_trail(person))


@role_required(*READERS)
@require_POST
def decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The company does not take the person."""
    row = _answerable(request, pk)
    form = DeclineForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(_("Write why in a few words: it helps to propose better next time."))
        services.decline(row, signed_in(request), form.cleaned_data["why"])
    except (ValidationError, TransitionRefused) as refusal:
        _refused(request, refusal)
        return redirect(row)
    messages.success(request, _("Noted: not taken. The facilitateur is told."))
    return redirect(row.need or "clauses:needs")


@role_required(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def end_assignment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The contract is over: when, why, where the person is then."""
    account, row = signed_in(request), _answerable(request, pk)
    if row.state != AssignmentState.HIRED:
        raise Http404
    form = EndForm(
        request.POST or None,
        initial={"ends_on": min(row.ends_on or timezone.localdate(), timezone.localdate())},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.end(row, account, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        except TransitionRefused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("The end of the contract is noted."))
            return redirect(row)
    heading = _("End of the contract of %(name)s") % {"name": _name(account, row)}
    return form_page(request, form, heading, _("Note the end"), _trail(account, row, whole=True))


@role_required(Role.FACILITATEUR)
@require_POST
def move_assignment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel a contract, or have one go on that was noted as over."""
    row = _row(request, pk)
    verbs: dict[str, tuple[Callable[[Assignment, Account], Assignment], str]] = {
        "cancel": (services.cancel, _("Cancelled.")),
        "resume": (services.resume, _("The contract goes on.")),
    }
    asked = request.POST.get("transition", "")
    if asked not in verbs:
        raise Http404(asked)
    verb, said = verbs[asked]
    try:
        verb(row, signed_in(request))
    except (ValidationError, TransitionRefused) as refusal:
        _refused(request, refusal)
    else:
        messages.success(request, said)
    return redirect(row)


@role_required(Role.FACILITATEUR)
@require_POST
def after(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note the situation six months later."""
    row = _row(request, pk)
    form: forms.Form = AfterForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(_("Choose a situation."))
        services.note_after(row, signed_in(request), form.cleaned_data["situation"])
    except ValidationError as refusal:
        _refused(request, refusal)
    else:
        messages.success(request, _("The situation is noted."))
    return redirect(row)


def _refused(request: HttpRequest, refusal: ValidationError | TransitionRefused) -> None:
    reasons = refusal.messages if isinstance(refusal, ValidationError) else [refusal.reason]
    messages.error(request, " ".join(reasons))
