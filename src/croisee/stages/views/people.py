"""What one person sees of a round: a pupil's page, a family's pupils, an employer's offers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.foundation.listings import Column, Listing
from croisee.stages import queries, services, wording
from croisee.stages.forms import FamilyForm
from croisee.stages.models import RoundOffer, RoundPupil

WHO_INVITES = (Role.CAMPAIGN_MANAGER, Role.SCHOOL_HEAD)


@role_required(Role.CAMPAIGN_MANAGER, Role.SCHOOL_HEAD, Role.FAMILY)
def pupil(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The place of a pupil, why not the higher wishes, and what is left."""
    account = signed_in(request)
    pupil_ = get_object_or_404(RoundPupil.objects.visible_to(account).select_related("round", "offer"), pk=pk)
    record_read(account, pupil_, _("page of a pupil"))
    invites = account.has_role(*WHO_INVITES)
    home = reverse("stages:rounds" if invites else "stages:my_internships")
    trail = [(home, _("Internship rounds") if invites else _("My internships"))]
    if invites:
        trail.append((pupil_.round.get_absolute_url(), pupil_.round.name))
    context = {
        "pupil": pupil_,
        "week": wording.week(pupil_.week),
        "reasons": wording.reasons(pupil_.reasons),
        "free": queries.nearest_free(pupil_),
        "form": FamilyForm() if invites else None,
        "families": pupil_.families.all() if invites else [],
        "trail": trail,
    }
    return render(request, "stages/pupil.html", context)


@role_required(*WHO_INVITES)
@require_POST
def invite_family(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let an e-mail address read a pupil's page."""
    pupil_ = get_object_or_404(RoundPupil.objects.visible_to(request.user), pk=pk)
    form = FamilyForm(request.POST)
    if form.is_valid():
        services.invite_family(pupil_, form.cleaned_data["email"])
        messages.success(request, _("This address may now read this page, and is told so by e-mail."))
    else:
        messages.error(request, _("This is not an e-mail address: nothing was sent."))
    return redirect(pupil_)


@role_required(Role.FAMILY)
def my_internships(request: HttpRequest) -> HttpResponse:
    """The pupils of a family, each with its place."""
    listing = Listing(
        request,
        RoundPupil.objects.visible_to(request.user).select_related("round", "offer"),
        name="internships",
        columns=[
            Column("reference", _("Pupil"), sort="reference", link=lambda row: row.get_absolute_url()),
            Column("round", _("Round"), lambda row: row.round.name, "round__name"),
            Column("place", _("Place"), lambda row: row.offer and row.offer.title, "offer__title"),
            Column("week", _("Week"), lambda row: wording.week(row.week), "week"),
            Column("rank", _("Rank"), wording.rank, "rank", badge=wording.rank_tone),
        ],
        empty_title=_("Nothing to read yet"),
        empty_text=_(
            "The place of your child appears here when the round is published. The school can tell you when."
        ),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "stages/listing.html", _page(_("My internships"), listing))


@role_required(Role.EMPLOYER)
def my_offers(request: HttpRequest) -> HttpResponse:
    """An employer's offers in published rounds: how many asked, how many come."""
    rows = RoundOffer.objects.visible_to(request.user).select_related("round")
    listing = Listing(
        request,
        queries.with_free(rows),
        name="offers",
        columns=[
            Column("title", _("Offer"), sort="title"),
            Column("round", _("Round"), lambda row: row.round.name, "round__name"),
            Column("week", _("Week"), lambda row: wording.week(row.week), "week"),
            Column("asked", _("Wishes"), sort="asked", numeric=True),
            Column("seats", _("Seats"), sort="seats", numeric=True),
            Column("taken", _("Pupils who come"), sort="taken", numeric=True),
            Column("free", _("Free"), sort="left", numeric=True),
        ],
        search=["title"],
        empty_title=_("No offer of yours yet"),
        empty_text=_(
            "Offers are matched to your company by its SIRET number. They appear when a round is published."
        ),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "stages/listing.html", _page(_("My offers"), listing))


def _page(title: str, listing: Listing) -> dict[str, object]:
    return {
        "title": title,
        "lead": "",
        "trail": [],
        "round": None,
        "tone": "",
        "tabs": [],
        "listing": listing,
    }
