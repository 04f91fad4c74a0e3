"""What one person sees of a round: a pupil's page, a family's pupils, an employer's offers."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from croisee.directory.models import Person
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.foundation.listings import Column, Listing
from croisee.stages import wording
from croisee.stages.forms.rounds import FamilyForm
from croisee.stages.models import FamilyAccess, RoundOffer, RoundPupil
from croisee.stages.next_steps import next_step
from croisee.stages.queries import rounds as queries
from croisee.stages.queries.wishes import situations
from croisee.stages.services import rounds as services

WHO_INVITES = (Role.CAMPAIGN_MANAGER, Role.SCHOOL_HEAD)


@role_required(Role.CAMPAIGN_MANAGER, Role.SCHOOL_HEAD, Role.FAMILY)
def pupil(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The place of a pupil, why not the higher wishes, and what is left."""
    account = signed_in(request)
    pupil_ = get_object_or_404(RoundPupil.objects.visible_to(account).select_related("round", "offer"), pk=pk)
    record_read(account, pupil_, _("page of a pupil"))
    invites = RoundPupil.objects.visible_to(account).managed_by(account).filter(pk=pk).exists()
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
        "accesses": pupil_.accesses.select_related("account") if invites else [],
        "trail": trail,
    }
    return render(request, "stages/pupil.html", context)


@role_required(*WHO_INVITES)
@require_POST
def invite_family(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let an e-mail address read a pupil's page."""
    account = signed_in(request)
    pupil_ = get_object_or_404(RoundPupil.objects.visible_to(account).managed_by(account), pk=pk)
    form = FamilyForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(_("This is not an e-mail address: nothing was sent."))
        services.invite_family(pupil_, form.cleaned_data["email"])
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("This address may now read this page, and is told so by e-mail."))
    return redirect(pupil_)


@role_required(*WHO_INVITES)
@require_POST
def remove_family(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close a pupil's page to an address."""
    account = signed_in(request)
    managed = RoundPupil.objects.visible_to(account).managed_by(account)
    shown = FamilyAccess.objects.visible_to(account).filter(pupil__in=managed).select_related("pupil")
    access = get_object_or_404(shown, pk=pk)
    services.remove_family(access)
    messages.success(request, _("This address can no longer read this page."))
    return redirect(access.pupil)


@role_required(Role.FAMILY)
def my_internships(request: HttpRequest) -> HttpResponse:
    """The persons that an account reads about, with what to do next for each; the results of rounds run from files."""
    account = signed_in(request)
    persons = Person.objects.visible_to(account).filter(contacts__account=account).distinct()
    listing = Listing(
        request,
        RoundPupil.objects.visible_to(account).filter(families=account).select_related("round", "offer"),
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
    steps = [(where, next_step(where)) for where in situations(persons)]
    return render(request, "stages/wishes/my_internships.html", {"steps": steps, "listing": listing})


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
