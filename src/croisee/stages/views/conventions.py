"""Conventions: the list, the page of one, editing, sending for signature, signing, paper, cancelling."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from croisee.directory.models import Person
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.lifecycles.queries import history
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.listings import Column, Listing
from croisee.stages.conventions import document
from croisee.stages.conventions.entries import PEOPLE, Content, labels
from croisee.stages.conventions.findings import findings
from croisee.stages.forms.conventions import CancelForm, EditForm, PaperForm
from croisee.stages.models import Convention, ConventionState, Signatory, Signature
from croisee.stages.queries import conventions as queries
from croisee.stages.rules_of_law import Finding
from croisee.stages.services import conventions as services
from croisee.stages.services import signing
from croisee.stages.views.signing import sign_page

SCHOOL = (Role.SCHOOL_HEAD, Role.SCHOOL_STAFF)
READERS = (Role.CAMPAIGN_MANAGER, *SCHOOL, Role.EMPLOYER, Role.FAMILY)
SIGNERS = (Role.SCHOOL_HEAD, Role.EMPLOYER, Role.FAMILY)
TONES = {
    ConventionState.DRAFT: "warn",
    ConventionState.READY: "info",
    ConventionState.SIGNING: "info",
    ConventionState.SIGNED: "ok",
    ConventionState.RUNNING: "ok",
    ConventionState.DONE: "ok",
    ConventionState.CANCELLED: "bad",
    ConventionState.REPLACED: "bad",
}


@role_required(*READERS)
@require_GET
def conventions(request: HttpRequest) -> HttpResponse:
    """Every convention one may see, with who has not signed."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.listed(Convention.objects.visible_to(account)),
        name="conventions",
        columns=[
            _pupil_column(account),
            Column("class_name", _("Class"), sort="class_name"),
            Column("host", _("Host"), _host, "application__period__opportunity__organisation__name"),
            Column("starts_on", _("From"), _starts_on, "application__period__starts_on"),
            Column(
                "state", _("State"), Convention.get_state_display, "state", badge=lambda row: TONES[row.state]
            ),
            Column("waiting", _("Has not signed"), _waiting),
        ],
        search=[*_searched(account), "application__period__opportunity__organisation__name"],
        choices={
            "state": (_("State"), ConventionState.choices),
            "waiting__contains": (_("Has not signed"), Signatory.choices),
        },
        empty_title=_("No convention yet"),
        empty_text=_("A convention is written as soon as a place is confirmed."),
    )
    if listing.wants_export:
        record_export(account, account, _("export of conventions"))
        return listing.export()
    context: dict[str, Any] = {
        "title": _("Conventions"),
        "lead": "",
        "trail": [],
        "round": None,
        "listing": listing,
    }
    return render(request, "stages/listing.html", context)


def _pupil_column(account: Account) -> Column:
    """The pupil as the reader knows it: pseudonym for managers, first name for hosts, name for school and family."""

    def page(row: Convention) -> str:
        return row.get_absolute_url()

    if account.has_role(Role.CAMPAIGN_MANAGER):
        return Column(
            "pupil", _("Pupil"), lambda row: row.reference_of_pupil, "reference_of_pupil", link=page
        )
    if account.has_role(Role.EMPLOYER):
        # Who hosts and is a parent or a teacher too reads names of one's own pupils alone.
        named = set(Person.objects.visible_to(account).values_list("pk", flat=True))

        def name(row: Convention) -> str:
            person = row.application.person
            return str(person) if person.pk in named else person.given_name

        return Column("pupil", _("Pupil"), name, "application__person__given_name", link=page)
    family_name = "application__person__family_name"
    return Column("pupil", _("Pupil"), lambda row: str(row.application.person), family_name, link=page)


def _searched(account: Account) -> list[str]:
    if account.has_role(Role.CAMPAIGN_MANAGER):
        return ["reference_of_pupil"]
    given = ["application__person__given_name"]
    return given if account.has_role(Role.EMPLOYER) else [*given, "application__person__family_name"]


def _host(row: Convention) -> str:
    return str(row.application.period.opportunity.organisation)


def _starts_on(row: Convention) -> Any:
    return row.application.period.starts_on


def _waiting(row: Convention) -> str:
    waiting = row.waiting.split(",") if row.waiting else []  # type: ignore[attr-defined]  # of queries.listed
    return ", ".join(str(one.label) for one in Signatory if one in waiting)


@role_required(*READERS)
@require_GET
def convention(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is agreed, what stands against it, who signed, what changed, and what can be done now."""
    account, found = signed_in(request), _found(request, pk)
    record_read(account, found, _("convention of a pupil"))
    return _convention_page(request, found, account)


def _convention_page(
    request: HttpRequest, found: Convention, account: Account, cancel: CancelForm | None = None
) -> HttpResponse:
    versions = list(found.versions.select_related("account"))
    content, held = versions[-1].content, queries.at_school(account, found)
    signatures = list(found.signatures.all())
    rows = {row.signatory: row for row in signatures if row.voided_at is None}
    mine = queries.may_sign_as(account, found, held) if found.state in signing.TO_SIGN else []
    context = {
        "convention": found,
        "tone": TONES[ConventionState(found.state)],
        "parts": document.parts(content),
        "hours": {"rows": document.timetable(content), "total": document.weekly(content)},
        "articles": content["articles"],
        "content": content,
        "findings": _to_settle(account, found, held, content, rows),
        "prepared": found.state == ConventionState.DRAFT and not held,
        "signatories": [(one, rows.get(one), content[PEOPLE[one][0]]) for one in Signatory],
        "voided": [
            (row, ", ".join(labels(row.void_reason.split())))
            for row in signatures
            if row.voided_at is not None
        ],
        "replacing": found.replaced_by.first() if found.state == ConventionState.REPLACED else None,
        "to_sign": [one for one in mine if (row := rows.get(one)) and not row.signed_at],
        "asked": found.state in signing.TO_SIGN,
        "versions": queries.shown_versions(versions),
        "changes": history(found),
        "may_send": bool(held) and found.state == ConventionState.DRAFT,
        "may_edit": bool(held) and found.state in services.STILL_WRITTEN,
        "may_follow": bool(held) and found.state in signing.TO_SIGN,
        "cancel_form": cancel or (CancelForm() if _may_cancel(account, found, held) else None),
    }
    return render(request, "stages/conventions/convention.html", context, status=422 if cancel else 200)


def _to_settle(
    account: Account, found: Convention, held: frozenset[Role], content: Content, rows: dict[str, Signature]
) -> list[Finding]:
    """What the reader can settle: the school and the manager all of it, the host what stands against signing.

    A family settles nothing. An address that misses is no matter once its owner has signed.
    """
    checks = bool(held) or account.has_role(Role.CAMPAIGN_MANAGER)
    if found.state not in services.STILL_WRITTEN or not (checks or account.has_role(Role.EMPLOYER)):
        return []
    settled = {PEOPLE[Signatory(one)][1] for one, row in rows.items() if row.signed_at}
    return [one for one in findings(content) if one.blocks or (checks and one.field not in settled)]


def _may_cancel(account: Account, found: Convention, held: frozenset[Role]) -> bool:
    """Whether it can be cancelled, by the lifecycle, and by this reader."""
    possible = found.lifecycle.leaving(found.state)
    roles = {role for transition in possible if transition.name == "cancel" for role in transition.roles}
    return (Role.CAMPAIGN_MANAGER in roles and account.has_role(Role.CAMPAIGN_MANAGER)) or bool(held & roles)


@role_required(*SCHOOL)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_convention(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Set for this pupil what the offer or the directory do not say, or say otherwise."""
    account, found = signed_in(request), _of_school(request, pk)
    version = signing.current(found)
    form = EditForm(
        request.POST or None,
        content=version.content,
        read=version.sha256,
        attests=Role.SCHOOL_HEAD in queries.at_school(account, found),
    )
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "read"}
        try:
            done = services.edit(found, values, form.cleaned_data["read"], account)
        except services.Changed as refusal:
            said = _("Somebody else changed this convention meanwhile (%(entries)s): open the form again.")
            messages.error(request, said % {"entries": ", ".join(labels(refusal.entries)) or "–"})
        except services.Refused as refusal:
            messages.error(request, refusal.reason)
        else:
            messages.success(request, _said_of(done))
            return redirect(found)
    return render(request, "stages/conventions/edit.html", {"convention": found, "form": form})


def _said_of(done: services.Edit) -> str:
    """What an edit did, in a sentence."""
    if not done.changed:
        return _("Nothing changed.")
    said = _("Kept: %(entries)s.") % {"entries": ", ".join(labels(done.changed))}
    if not done.voided:
        return said + " " + _("No signature is touched.")
    who = ", ".join(str(Signatory(one).label) for one in done.voided)
    return said + " " + _("To be signed again by: %(who)s. They are told by e-mail.") % {"who": who}


@role_required(*SCHOOL, Role.CAMPAIGN_MANAGER)
@require_POST
def move_convention(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send for signature, or cancel with a reason."""
    account, found = signed_in(request), _found(request, pk)
    held = queries.at_school(account, found)
    try:
        if request.POST.get("transition") == "make_ready" and held:
            services.send_for_signature(found, account)
            messages.success(request, _("Sent for signature: each signatory receives a link."))
        elif request.POST.get("transition") == "cancel" and _may_cancel(account, found, held):
            form = CancelForm(request.POST)
            if not form.is_valid():
                return _convention_page(request, found, account, form)
            services.cancel(found, form.cleaned_data["why"], account)
            messages.success(request, _("Cancelled: the signatories are told."))
        else:
            raise Http404
    except (services.Refused, TransitionRefused) as refusal:
        messages.error(request, refusal.reason)
    return redirect(found)


@role_required(*READERS)
@require_GET
@never_cache
def convention_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The convention as a PDF: to print and sign on paper, or, once all signed, the document itself."""
    found = _found(request, pk)
    record_export(signed_in(request), found, _("convention of a pupil"))
    return pdf_response(document.convention_pdf(found), "convention.pdf")


@role_required(*SCHOOL)
@require_POST
def send_links(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send their link again to those who have not signed: once in ten minutes."""
    found = _of_school(request, pk)
    count = signing.ask_again(found)
    if count:
        said = ngettext("%d link is on its way.", "%d links are on their way.", count) % count
        messages.success(request, said)
    else:
        messages.info(request, _("Nothing to send: links left a few minutes ago, or nobody has an address."))
    return redirect(found)


@role_required(*SCHOOL)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_on_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record a signature given on paper, with its scan."""
    account, found = signed_in(request), _of_school(request, pk)
    version = signing.current(found)
    asked = request.GET.get("signatory", "")
    name = version.content[PEOPLE[Signatory(asked)][0]] if asked in Signatory.values else ""
    initial = {"read": version.sha256, "signatory": asked, "name": name}
    form = PaperForm(request.POST, request.FILES) if request.method == "POST" else PaperForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            signing.sign_on_paper(
                found,
                values["signatory"],
                name=values["name"],
                read=values["read"],
                signed_on=values["signed_on"],
                scan=values["scan"],
                account=account,
            )
        except signing.Changed as refusal:
            entries = ", ".join(refusal.entries) or "–"
            said = _("The convention changed since this page was opened (%(entries)s): print it again.")
            messages.error(request, said % {"entries": entries})
        except signing.Refused as refusal:
            messages.error(request, refusal.reason)
        else:
            messages.success(request, _("The signature on paper is recorded."))
            return redirect(found)
    return render(request, "stages/conventions/paper.html", {"convention": found, "form": form})


@role_required(*SIGNERS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sign_signed_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign as the head of school, the host or the family that is signed in."""
    account, found = signed_in(request), _found(request, pk)
    mine = queries.may_sign_as(account, found)
    rows = Signature.objects.visible_to(account).living().filter(convention=found, signatory__in=mine)
    asked_as = request.GET.get("as", "")
    unsigned = [row for row in rows if row.signed_at is None and asked_as in {"", row.signatory}]
    if not unsigned or found.state not in signing.TO_SIGN:
        messages.info(request, _("You have nothing to sign here now."))
        return redirect(found)
    row = unsigned[0]
    head = signing.current(found).content["head_email"]
    deputy = row.signatory == Signatory.SCHOOL_HEAD and head not in {"", account.email}
    on_behalf = signing.current(found).content["head_name"] if deputy else ""
    if deputy or row.signatory == Signatory.HOST:
        row.name = account.name
    return sign_page(request, row, {"convention": found}, done=found.get_absolute_url(), on_behalf=on_behalf)


@role_required(*READERS)
@require_GET
@never_cache
def signature_scan(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The scan of a signature on paper, for who may see the convention."""
    row = get_object_or_404(Signature.objects.visible_to(request.user), pk=pk)
    if not row.scan:
        raise Http404
    record_read(signed_in(request), row, _("scan of a signature"))
    name = str(row.scan.name).rpartition("/")[2]
    return FileResponse(row.scan.open("rb"), as_attachment=True, filename=name)


def _found(request: HttpRequest, pk: UUID) -> Convention:
    rows = Convention.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("application__period__opportunity", "application__person"), pk=pk
    )


def _of_school(request: HttpRequest, pk: UUID) -> Convention:
    """A convention that the reader follows for the school; 404 for another, even if seen by another role."""
    found = _found(request, pk)
    if not queries.at_school(signed_in(request), found):
        raise Http404
    return found
