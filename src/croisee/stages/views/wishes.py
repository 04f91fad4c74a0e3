"""One pupil in the campaign: where things stand, the offers open to the pupil, the list of wishes.

The same pages serve the pupil, the parents, and the school or the manager who help a family: the journal notes what
the latter open.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from croisee.directory.models import Person
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.opportunities.models import Period
from croisee.opportunities.searching import Criteria
from croisee.stages import next_steps, wording
from croisee.stages.forms.wishes import BrowseForm
from croisee.stages.models import Campaign
from croisee.stages.offer_kind import hours_in_words
from croisee.stages.phases import WISHES_OPEN
from croisee.stages.queries import choices as queries
from croisee.stages.queries import results
from croisee.stages.queries.wishes import PUBLISHED, Situation, fingerprint, own_or_helped, situation
from croisee.stages.services import wishes as services
from croisee.stages.views.attendance import READERS as PRESENCE_READERS
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.network import current_network
from croisee.territory.travel.wording import rests_on

READERS = (Role.FAMILY, Role.SCHOOL_HEAD, Role.SCHOOL_STAFF, Role.CAMPAIGN_MANAGER)
PER_PAGE = 20


def situation_of(request: HttpRequest, pk: UUID, *, reading: bool = True) -> tuple[Account, Situation]:
    """Who asks, and where the person stands; 404 unless the person is one's own, one's child or one's pupil.

    What others than the family read is noted in the journal.
    """
    account = signed_in(request)
    person = get_object_or_404(own_or_helped(Person.objects.visible_to(account), account), pk=pk)
    if reading and not person.own:
        record_read(account, person, _("internship of a pupil"))
    return account, situation(person)


def in_campaign(where: Situation) -> Situation:
    """The same, or 404 without a campaign: its pages are for who takes part in one."""
    if where.campaign is None:
        raise Http404
    return where


def campaign_of(where: Situation) -> Campaign:
    """The campaign that the person takes part in, or 404."""
    if where.campaign is None:
        raise Http404
    return where.campaign


def frame(account: Account, where: Situation, page: str) -> dict[str, Any]:
    """What every page of a pupil shows: the name, the phase, the tabs."""
    person = where.person
    tabs = [("my_internship", _("Where things stand"))]
    if where.campaign is not None and where.monday is not None and where.place is None:
        if where.can_take_left:
            tabs.append(("whats_left", _("Seats that are left")))
        elif where.phase not in PUBLISHED or where.phase in WISHES_OPEN:
            tabs.append(("browse", _("Offers")))
    if where.wishes or where.phase in WISHES_OPEN:
        tabs.append(("wishes", pgettext("list", "Wishes (%d)") % len(where.wishes)))
    return {
        "where": where,
        "person": person,
        "campaign": where.campaign,
        "week": _week(where),
        "tabs": [(reverse(f"stages:{name}", args=[person.pk]), label, name == page) for name, label in tabs],
        "trail": _trail(account, where),
        "at_school": account.has_role(Role.SCHOOL_HEAD, Role.SCHOOL_STAFF),
        "why_no_wish": "" if where.can_wish else next_steps.why_no_wish(where),
    }


def start_of(where: Situation, mode: Mode = Mode.TRANSIT) -> dict[str, Any]:
    """From where travel times are told, and on what they rest."""
    return {
        "start": queries.starting_point(where),
        "rests_on": rests_on(current_network().basis(mode)),
    }


@role_required(*READERS)
def my_internship(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where one person stands: what to do now, the place and why, the dates, what happened."""
    account, where = situation_of(request, pk)
    context = frame(account, where, "my_internship") | {"step": next_steps.next_step(where)}
    if where.campaign is not None:
        start = queries.starting_point(where)
        place = results.place_of(where, account, start)
        context |= {
            "calendar": results.calendar(where.campaign),
            "results": results.results_of(where, account),
            "history": results.history_of(where),
            "place": place,
            "ways": queries.ways_there(start, place.application.period.opportunity) if place else None,
            "list": where.wishes,
            "follows_presence": account.has_role(*PRESENCE_READERS),
        }
    return render(request, "stages/wishes/my_internship.html", context)


@role_required(*READERS)
def browse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is open to the pupil in the week of the class: searched, sorted by travel time, with honest odds."""
    account, where = situation_of(request, pk)
    in_campaign(where)
    start = queries.starting_point(where)
    criteria, network = Criteria.of(request.GET), current_network()
    offers = queries.offers_open(where, account, criteria, start, network)
    paginator = Paginator(offers, PER_PAGE)
    paginator.count, hidden = queries.counts(where, offers)
    page = paginator.get_page(request.GET.get("page"))
    shown = list(page.object_list)
    narrowed = criteria.asked()
    asked = request.GET.copy()
    asked.pop("page", None)
    shown_as_map = bool(asked.pop("map", None))
    context = frame(account, where, "browse") | {
        "form": BrowseForm(request.GET or None),
        "filtered": bool(narrowed),
        "narrowed": bool(set(narrowed) - {"text"}),
        "page": page,
        "choices": queries.choices(where, shown, queries.ways_from(start, shown, criteria.mode, network)),
        "rests_on": rests_on(network.basis(criteria.mode)),
        "start": start,
        "hidden": queries.hidden_text(hidden) if hidden else "",
        "query": asked.urlencode(),
        "map_url": f"{reverse('stages:browse_map', args=[pk])}?{asked.urlencode()}" if shown_as_map else "",
    }
    return render(request, "stages/wishes/browse.html", context)


@role_required(*READERS)
def browse_map(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same offers as points."""
    account, where = situation_of(request, pk, reading=False)
    in_campaign(where)
    offers = queries.offers_open(where, account, Criteria.of(request.GET), queries.starting_point(where))
    found = queries.choices(where, list(offers), {})
    urls = {choice.period.pk: reverse("stages:open_offer", args=[pk, choice.period.pk]) for choice in found}
    return JsonResponse(queries.map_of(found, urls))


@role_required(*READERS)
def open_offer(request: HttpRequest, pk: UUID, period: UUID) -> HttpResponse:
    """One offer in the pupil's week: everything that helps to choose it."""
    account, where = situation_of(request, pk)
    in_campaign(where)
    found = queries.choice(where, account, period)
    if found is None:
        raise Http404
    # What was asked for or given once may be closed to the pupil by now.
    unsure = any(row.period_id == period for row in where.applications)
    start = queries.starting_point(where)
    context = frame(account, where, "open_offer") | {
        "choice": found,
        "ways": queries.ways_there(start, found.offer),
        "reserve": queries.reserve_text(found.period, where.person),
        "hours": hours_in_words(found.offer.internship.hours),
        "start": start,
        "wishable": where.can_wish and (not unsure or queries.periods_open(where).filter(pk=period).exists()),
    }
    return render(request, "stages/wishes/open_offer.html", context)


@role_required(*READERS)
def wishes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list of wishes, to be put in order; read only once they are closed."""
    account, where = situation_of(request, pk)
    in_campaign(where)
    context = frame(account, where, "wishes") | _list(where) | start_of(where)
    if undo := _undo(request, where):
        context["undo"] = undo
    return render(request, "stages/wishes/wishes.html", context)


@role_required(*READERS)
@require_POST
def add_wish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add an offer to the list, at its end or where it was before it was removed."""
    account, where = situation_of(request, pk, reading=False)
    campaign = campaign_of(where)
    period = get_object_or_404(Period.objects.visible_to(account), pk=_uuid(request.POST.get("period")))
    rank = request.POST.get("rank", "")[:9]
    back = "stages:wishes" if rank else request.POST.get("back", "")
    try:
        services.add(where.person, campaign, account, period, int(rank) if rank.isdecimal() else None)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("“%s” is among the wishes.") % period.opportunity.title)
    if back == "browse":
        return redirect(f"{reverse('stages:browse', args=[pk])}?{request.POST.get('query', '')}#{period.pk}")
    return redirect("stages:wishes", pk)


@role_required(*READERS)
@require_POST
def remove_wish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take an offer off the list; the page that follows offers to undo it."""
    account, where = situation_of(request, pk, reading=False)
    campaign = campaign_of(where)
    try:
        removed = services.remove(where.person, campaign, account, _uuid(request.POST.get("wish")))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        removed = None
    address = reverse("stages:wishes", args=[pk])
    return redirect(f"{address}?removed={removed[0].pk}&rank={removed[1]}" if removed else address)


@role_required(*READERS)
@require_POST
def order_wishes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Save the order: a whole list as dragged, or one wish moved up or down; answers the list alone to htmx."""
    account, where = situation_of(request, pk, reading=False)
    campaign = campaign_of(where)
    seen = request.POST.get("seen", "")
    wish, _sep, step = request.POST.get("move", "").partition(":")
    problem = ""
    try:
        if wish:
            services.shift(where.person, campaign, account, _uuid(wish), -1 if step == "up" else 1, seen)
        else:
            ids = [_uuid(text) for text in request.POST.getlist("wish")]
            services.order(where.person, campaign, account, ids, seen)
    except ValidationError as refusal:
        problem = " ".join(refusal.messages)
    if not request.headers.get("HX-Request"):
        if problem:
            messages.error(request, problem)
        return redirect("stages:wishes", pk)
    where = situation(where.person)
    context = frame(account, where, "wishes") | _list(where) | {"problem": problem, "saved": not problem}
    return render(request, "stages/wishes/_list.html", context)


def _list(where: Situation) -> dict[str, Any]:
    return {
        "ranked": queries.ranked(where, queries.starting_point(where)),
        "seen": fingerprint(where.wishes),
        "full": where.campaign is not None and len(where.wishes) >= where.campaign.list_length,
    }


def _undo(request: HttpRequest, where: Situation) -> dict[str, object] | None:
    """What was just removed, so that it can be put back where it was."""
    try:
        removed = UUID(request.GET.get("removed", ""))
    except ValueError:
        return None
    if not where.can_wish or any(wish.period_id == removed for wish in where.wishes):
        return None
    period = Period.objects.visible_to(request.user).select_related("opportunity").filter(pk=removed).first()
    return {"period": period, "rank": request.GET.get("rank", "")} if period else None


def _week(where: Situation) -> str:
    if where.monday is None:
        return ""
    year, week, _day = where.monday.isocalendar()
    return wording.week(f"{year}-W{week:02d}")


def _trail(account: Account, where: Situation) -> list[tuple[str, str]]:
    if account.has_role(Role.FAMILY):
        return [(reverse("stages:my_internships"), _("My internships"))]
    if account.has_role(Role.SCHOOL_HEAD, Role.SCHOOL_STAFF):
        pupils = where.campaign and reverse("stages:follow_up", args=[where.campaign.pk])
        return [(pupils or reverse("stages:school"), _("Follow-up of the pupils"))]
    return [(reverse("stages:campaigns"), _("Campaigns"))]


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Http404 from None
