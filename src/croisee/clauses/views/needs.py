"""Needs of companies, and who may be put forward for each."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.clauses.forms.needs import NeedForm
from croisee.clauses.models import Commitment, Need, NeedState, Participant
from croisee.clauses.models.readers import is_facilitateur
from croisee.clauses.queries import assignments as queries
from croisee.clauses.queries.candidates import Candidates, candidates
from croisee.clauses.ranking import MOST, Ranked
from croisee.clauses.reasons import points_table, reasons
from croisee.clauses.services import assignments as services
from croisee.clauses.services.needs import move_need as move
from croisee.clauses.services.needs import write_need
from croisee.clauses.views.common_people import form_page, needs_trail
from croisee.directory.rome import label_of
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export
from croisee.foundation.forms import add_refusal
from croisee.foundation.lifecycles.queries import available
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.listings import Column, Listing
from croisee.territory.travel.wording import rests_on

TONES = {NeedState.OPEN: "info", NeedState.FILLED: "ok", NeedState.CLOSED: ""}
READERS = (Role.FACILITATEUR, Role.EMPLOYER)


@role_required(*READERS)
@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """What companies look for, and how far each need is."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.needs(account),
        name="needs",
        columns=[
            Column("title", _("Job"), sort="title", link=lambda row: row.get_absolute_url()),
            Column(
                "company",
                _("Company"),
                lambda row: row.commitment.organisation.name,
                "commitment__organisation__name",
            ),
            Column("lot", _("Lot"), lambda row: str(row.commitment.clause.lot)),
            Column("starts_on", _("From"), sort="starts_on"),
            Column("months", _("Months"), sort="months", numeric=True),
            Column("people", _("People"), sort="people", numeric=True),
            Column("hired", _("Hired"), sort="hired", numeric=True),
            Column("waiting", _("Waiting for an answer"), sort="waiting", numeric=True),
            Column(
                "state",
                _("State"),
                lambda row: str(row.get_state_display()),
                badge=lambda row: TONES[row.state],
            ),
        ],
        search=["title", "commitment__organisation__name"],
        choices={"state": (_("State"), NeedState.choices)},
        empty_title=_("No need yet"),
        empty_text=_(
            "Write what job, how many people, from when: eligible people who look for it are put forward."
        ),
    )
    if listing.wants_export:
        return listing.export()
    context = {"listing": listing, "may_add": queries.commitments_to_need(account).exists()}
    return render(request, "clauses/people/needs.html", context)


@role_required(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_need(request: HttpRequest) -> HttpResponse:
    """Say whom one looks for."""
    account = signed_in(request)
    form = NeedForm(
        request.POST or None, queries.commitments_to_need(account), chosen=request.GET.get("commitment", "")
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            need = write_need(values.pop("commitment"), values, account)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _written(account))
            return redirect(need)
    return form_page(request, form, _("Look for people"), _("Send the need"), needs_trail())


def _written(account: Account) -> str:
    if is_facilitateur(account):
        return _("The need is written: see who may be put forward.")
    return _("The need is sent: the facilitateur proposes people to you, by e-mail and here.")


@role_required(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_need(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a need that is open."""
    account, shown = signed_in(request), _need(request, pk)
    if not queries.may_write(account, shown):
        raise Http404
    visible = Commitment.objects.visible_to(account).filter(pk=shown.commitment_id)
    own = visible.select_related("organisation", "clause__lot__contract")
    form = NeedForm(request.POST or None, own, shown)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("commitment")
        try:
            write_need(shown.commitment, values, account, shown)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The need is saved."))
            return redirect(shown)
    trail = [*needs_trail(), (shown.get_absolute_url(), shown.title)]
    return form_page(request, form, _("Change the need"), _("Save"), trail)


def _need(request: HttpRequest, pk: UUID) -> Any:
    return get_object_or_404(queries.needs(signed_in(request)), pk=pk)


@role_required(*READERS)
@require_safe
def need(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A need: for the company, who is proposed; for facilitateurs, also who may be."""
    account, shown = signed_in(request), _need(request, pk)
    follows = is_facilitateur(account)
    context = {
        "need": shown,
        "tone": TONES[shown.state],
        "job": label_of(shown.job) if shown.job else "",
        "proposed": _proposed(account, shown, named=follows),
        "may_write": queries.may_write(account, shown),
        "actions": available(shown, account),
        "follows": follows,
        "trail": needs_trail(),
    }
    if follows and shown.state == NeedState.OPEN:
        found = candidates(shown)
        within = _ranking(request, found, found.within, "candidates", "")
        too_far = _ranking(request, found, found.too_far, "far", "far_")
        for listing in (within, too_far):
            if listing.wants_export:
                record_export(account, shown, _("candidates for a need"))
                return listing.export()
        context |= {
            "within": within,
            "too_far": too_far,
            "table": points_table(),
            "most": MOST,
            "rests_on": rests_on(found.basis),
            "located": shown.lon is not None,
        }
    return render(request, "clauses/people/need.html", context)


def _proposed(account: Account, shown: Need, *, named: bool) -> list[dict[str, Any]]:
    """Those proposed, as the reader may know them: the company reads a first name until it has hired."""
    today = timezone.localdate()
    return [
        {
            "row": row,
            "name": _name(row, named=named),
            "days": (today - timezone.localdate(row.created_at)).days,
            "tone": ASSIGNMENT_TONES[row.state],
            "url": row.get_absolute_url(),
        }
        for row in queries.proposed_for(account, shown)
    ]


ASSIGNMENT_TONES = {"proposed": "info", "declined": "warn", "hired": "ok", "ended": "", "cancelled": ""}


def _name(row: Any, *, named: bool) -> str:
    """The full name for facilitateurs and for the company that hired; the first name until then."""
    person = row.participant.person
    return str(person) if named or row.state in ("hired", "ended") else str(person.given_name)


class _Line:
    """A candidate, as the table of candidates shows it."""

    def __init__(self, place: int, ranked: Ranked, name: str) -> None:
        self.place, self.ranked, self.name = place, ranked, name
        self.points = ranked.points

    @property
    def why(self) -> str:
        """The reasons, each with its points."""
        return " · ".join(f"{one.text} ({one.points})" for one in reasons(self.ranked))


def _ranking(
    request: HttpRequest, found: Candidates, ranked: list[Ranked], name: str, prefix: str
) -> Listing:
    lines = [_Line(place, one, found.names[one.facts.key]) for place, one in enumerate(ranked, 1)]
    return Listing(
        request,
        lines,
        name=name,
        prefix=prefix,
        per_page=25,
        columns=[
            Column("name", _("Person"), pick=lambda line: str(line.ranked.facts.key)),
            Column("place", _("Place"), numeric=True),
            Column(
                "points",
                _("Points out of %(most)d") % {"most": MOST},
                numeric=True,
                bar=lambda line: 100 * line.points / MOST,
            ),
            Column("why", _("Why")),
        ],
        search=["name"],
        empty_title=_("Nobody to put forward"),
        empty_text=_(
            "Nobody who is eligible then looks for work: check criteria, or note who looks for work."
        ),
    )


@role_required(Role.FACILITATEUR)
@require_POST
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Propose to the company those who were chosen."""
    account, shown = signed_in(request), _need(request, pk)
    keys = [key for key in request.POST.getlist("chosen") if _is_uuid(key)]
    people = Participant.objects.visible_to(account).filter(pk__in=keys).select_related("person__profile")
    try:
        if not people:
            raise ValidationError(_("Tick at least one person."))
        made = services.propose(shown, list(people), account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        text = ngettext(
            "%(n)d person is proposed: the company is told by e-mail.",
            "%(n)d people are proposed: the company is told by e-mail.",
            len(made),
        )
        messages.success(request, text % {"n": len(made)})
    return redirect(shown)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@role_required(*READERS)
@require_POST
def move_need(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Fill, close or open again a need."""
    account, shown = signed_in(request), _need(request, pk)
    if not queries.may_write(account, shown):
        raise Http404
    try:
        move(shown, request.POST.get("transition", ""), account)
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
    except KeyError:
        raise Http404 from None
    else:
        messages.success(request, _("The need is now: %(state)s.") % {"state": shown.get_state_display()})
    return redirect(shown)
