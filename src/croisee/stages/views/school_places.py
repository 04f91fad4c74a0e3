"""A place that a pupil found, the conventions in one go, and what is on paper."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.listings import Column, Listing
from croisee.opportunities.models import Application, Origin
from croisee.stages import wording
from croisee.stages.conventions.findings import findings
from croisee.stages.forms.schools import DirectPlaceForm, PaperForm, prefilled
from croisee.stages.models import Campaign, ConventionState, Signatory
from croisee.stages.phases import WISHES_OPEN, phase
from croisee.stages.queries import schools as queries
from croisee.stages.queries.schools import SCHOOL
from croisee.stages.queries.wishes import situation
from croisee.stages.services import batches, paper, prints
from croisee.stages.services import schools as services
from croisee.stages.views.schools import campaign_of, chosen, links


@role_required(*SCHOOL)
def direct_place(request: HttpRequest, pk: UUID, person: UUID) -> HttpResponse:
    """Note the place that a pupil found; where one is held already, show it."""
    campaign = campaign_of(request, pk)
    pupil = _pupil(request, campaign, person)
    held = situation(pupil.person).place
    asked = {"person": pupil.person, "monday": pupil.monday}
    looked_up = request.method == "POST" and "look_up" in request.POST
    if looked_up:
        form = DirectPlaceForm(initial=_completed(request), **asked)
    else:
        form = DirectPlaceForm(request.POST or None, **asked)
    if request.method == "POST" and not looked_up and held is None and form.is_valid():
        try:
            services.place_directly(pupil.person, campaign, signed_in(request), form.found())
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("The place is noted and confirmed; its convention is prepared."))
            return redirect("stages:my_internship", pupil.person_id)
    record_read(signed_in(request), pupil.person, _("place found by a pupil"))
    context = {
        "campaign": campaign,
        "pupil": pupil,
        "week": wording.week_of_monday(pupil.monday) if pupil.monday else "",
        "form": form,
        "held": held,
        "can_undo": held is not None and held.origin == Origin.DIRECT,
        **links(request, campaign),
    }
    return render(request, "stages/schools/direct.html", context)


def _completed(request: HttpRequest) -> dict[str, Any]:
    """What was typed, completed from SIRENE; says so when the number leads nowhere."""
    several = {"days", "mornings_only"}
    typed = {
        name: values if name in several else values[0] for name, values in request.POST.lists() if values
    }
    known = prefilled(typed)
    if known is None:
        messages.error(
            request, _("This SIRET number is not in the data: check it, or fill in the rest yourself.")
        )
    return {**typed, **(known or {})}


@role_required(*SCHOOL)
@require_POST
def undo_direct_place(request: HttpRequest, pk: UUID, person: UUID) -> HttpResponse:
    """Cancel a place that the school noted."""
    campaign = campaign_of(request, pk)
    pupil = _pupil(request, campaign, person)
    own = Application.objects.visible_to(request.user).holding()
    application = get_object_or_404(own.select_related("period"), call=pk, person=pupil.person)
    try:
        services.undo_direct(application, signed_in(request))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The place is cancelled. The pupil takes part in the rounds again."))
    return redirect("stages:direct_place", pk, person)


@role_required(*SCHOOL)
def paper_wishes(request: HttpRequest, pk: UUID, person: UUID) -> HttpResponse:
    """Enter the list of wishes that a family gave on paper, by the codes of the printed list."""
    campaign = campaign_of(request, pk)
    pupil = _pupil(request, campaign, person)
    codes = paper.open_to(pupil.person, campaign)
    where = situation(pupil.person)
    initial = {
        f"wish{number}": paper.code(row.period.opportunity_id) for number, row in enumerate(where.wishes, 1)
    }
    sent = request.POST if request.method == "POST" else None
    form = PaperForm(sent, codes=codes, length=campaign.list_length, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            paper.keep_list(pupil.person, campaign, signed_in(request), form.periods())
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("The wishes of %(name)s are noted.") % {"name": pupil.person})
            return redirect("stages:wishes", pupil.person_id)
    record_read(signed_in(request), pupil.person, _("wishes on paper"))
    context = {
        "campaign": campaign,
        "pupil": pupil,
        "week": wording.week_of_monday(pupil.monday) if pupil.monday else "",
        "form": form,
        "codes": list(codes.items()),
        "open": where.can_wish,
        **links(request, campaign),
    }
    return render(request, "stages/schools/paper.html", context)


@role_required(*SCHOOL)
def printed_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The classes on paper: each pupil with the place, the host, the address and who signed."""
    account, campaign = signed_in(request), campaign_of(request, pk)
    record_export(account, campaign, _("printed list of the pupils of one's classes"))
    return pdf_response(prints.class_lists(campaign, account), _("internships.pdf"))


@role_required(*SCHOOL)
def printed_forms(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Wish forms on paper: of the pupils ticked, else of those whose family has no e-mail address."""
    account, campaign = signed_in(request), campaign_of(request, pk)
    if request.method == "POST":
        rows = chosen(request, campaign, account)
    else:
        rows = list(queries.pupils(campaign, account).filter(reachable=False))
    rows = [row for row in rows if row.monday is not None and not row.has_place]
    if not rows:
        messages.error(
            request,
            _(
                "No form to print: no pupil here has a week, no place yet, and, unless ticked, no e-mail address."
            ),
        )
        return redirect("stages:follow_up", pk)
    if phase(campaign) not in WISHES_OPEN:
        messages.error(request, _("Wishes are not open: there is nothing to fill in now."))
        return redirect("stages:follow_up", pk)
    record_export(account, campaign, _("printed wish forms of pupils"))
    return pdf_response(prints.wish_forms(campaign, rows), _("wish-forms.pdf"))


def _pupil(request: HttpRequest, campaign: Campaign, person: UUID) -> Any:
    """A pupil's row of `queries.pupils`, of one's own classes in the campaign."""
    return get_object_or_404(queries.pupils(campaign, signed_in(request)), person=person)


@role_required(*SCHOOL)
def batch_conventions(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The conventions of confirmed places: which are complete, which are signed; prepare and send all in one go."""
    account, campaign = signed_in(request), campaign_of(request, pk)
    may_send = account.has_role(Role.SCHOOL_HEAD)
    if request.method == "POST":
        if not may_send:
            raise PermissionDenied
        return redirect(batches.start_sending(campaign, account))
    rows = queries.confirmed(campaign, account)
    listing = _conventions(request, rows)
    if listing.wants_export:
        record_export(account, campaign, _("conventions of one's pupils"))
        return listing.export()
    record_read(account, campaign, _("conventions of one's pupils"))
    context = {
        "campaign": campaign,
        "listing": listing,
        "unsent": rows.filter(queries.UNSENT).count(),
        "may_send": may_send,
        **links(request, campaign),
    }
    return render(request, "stages/schools/conventions.html", context)


def _conventions(request: HttpRequest, rows: QuerySet[Any]) -> Listing:
    contents = queries.latest_contents([row.convention for row in rows.filter(queries.UNSENT)])

    def missing(row: Any) -> str:
        content = contents.get(row.convention)
        return " ".join(one.sentence for one in findings(content) if one.blocks) if content else ""

    def state(row: Any) -> str:
        if row.convention_state is None:
            return _("to be prepared")
        if row.convention_state == ConventionState.DRAFT:
            return _("incomplete") if missing(row) else _("ready to be sent")
        return str(ConventionState(row.convention_state).label)

    def tone(row: Any) -> str:
        if row.convention_state in queries.SIGNED:
            return "ok"
        return "bad" if missing(row) else "warn"

    def waiting(row: Any) -> str:
        missing_hands = row.waiting.split(",")
        return ", ".join(str(one.label) for one in Signatory if one in missing_hands)

    return Listing(
        request,
        rows,
        name="conventions",
        columns=[
            Column(
                "pupil",
                _("Pupil"),
                lambda row: f"{row.person.family_name} {row.person.given_name}",
                "person__family_name",
                link=lambda row: row.convention and reverse("stages:convention", args=[row.convention]),
            ),
            Column("state", _("Convention"), state, "convention_state", badge=tone),
            Column("waiting", _("Has not signed"), waiting),
            Column("missing", _("What is missing"), missing),
            Column("class_name", _("Class"), sort="class_name"),
            Column(
                "host",
                _("Host"),
                lambda row: row.period.opportunity.organisation.name,
                "period__opportunity__organisation__name",
            ),
            Column("monday", _("From"), lambda row: row.period.starts_on, "period__starts_on"),
            Column("signed", _("Signatures of 4"), sort="signed", numeric=True),
        ],
        search=["person__given_name", "person__family_name", "period__opportunity__organisation__name"],
        choices={
            "convention_state": (_("State"), ConventionState.choices),
            "waiting__contains": (_("Has not signed"), Signatory.choices),
        },
        empty_title=_("No confirmed place yet"),
        empty_text=_("A convention is prepared as soon as a family confirms a place."),
    )
