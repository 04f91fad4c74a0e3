"""The result of a round: figures, pupils, offers, schools, fairness, proof."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.foundation.accounts.access import role_required, roles_of, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.identifiers import week_monday
from croisee.foundation.lifecycles.queries import available, history
from croisee.foundation.listings import Column, Listing
from croisee.stages import wording
from croisee.stages.models import Round, RoundFile, RoundOffer, RoundPupil, RoundState
from croisee.stages.queries import rounds as queries
from croisee.stages.services.rounds import files_address
from croisee.stages.small_counts import shareable, shown

COMPUTED_ANEW = (RoundState.DRAFT, RoundState.COMPUTED)
READERS = (Role.CAMPAIGN_MANAGER, Role.OFFICIAL, Role.SCHOOL_HEAD)
TONES = {
    RoundState.DRAFT: "info",
    RoundState.COMPUTED: "warn",
    RoundState.PUBLISHED: "ok",
    RoundState.DISCARDED: "bad",
}


@role_required(*READERS)
def rounds(request: HttpRequest) -> HttpResponse:
    """Every round one may see."""
    exact = _runs_the_campaign(request)
    listing = Listing(
        request,
        Round.objects.visible_to(request.user),
        name="rounds",
        columns=[
            Column("name", _("Name"), sort="name", link=lambda row: row.get_absolute_url()),
            Column("school_year", _("School year"), sort="school_year"),
            Column("state", _("State"), Round.get_state_display, "state", badge=lambda row: TONES[row.state]),
            Column("pupils", _("Pupils"), lambda row: _counted(row, "pupils", exact=exact), numeric=True),
            Column(
                "placed", _("With a place"), lambda row: _counted(row, "placed", exact=exact), numeric=True
            ),
            Column("published_at", _("Published on"), sort="published_at"),
        ],
        search=["name", "school_year"],
        choices={"state": (_("State"), RoundState.choices)},
        empty_title=_("No round yet"),
        empty_text=_("A round appears here once it is prepared, or once it is published."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "stages/rounds.html", {"listing": listing, "may_create": exact})


@role_required(*READERS)
def overview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The round in figures; before it is computed, what is ready and what is not."""
    round_ = get_object_or_404(Round.objects.visible_to(request.user).select_related("campaign"), pk=pk)
    account = signed_in(request)
    exact = _runs_the_campaign(request)
    context = {
        **_frame(request, round_),
        "exact": exact,
        "notes": round_.summary.get("notes", []),
        "computes": exact and round_.campaign is not None and round_.state in COMPUTED_ANEW,
        "actions": available(round_, account),
        "changes": history(round_),
    }
    if not round_.has_result:
        files = RoundFile.objects.visible_to(request.user).filter(round=round_)
        context |= {"files": files, "files_url": files_address(round_)}
        return render(request, "stages/draft.html", context)
    context |= {
        "figures": queries.figures(round_, exact=exact),
        "travel": queries.travel_rests_on(round_),
        "proved": [item["statement"] for item in round_.certificate["properties"] if item["proved"]],
        "map_url": reverse("stages:offers_map", args=[pk]),
    }
    return render(request, "stages/overview.html", context)


@role_required(Role.CAMPAIGN_MANAGER, Role.SCHOOL_HEAD)
def pupils(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who got what: every pupil for the manager, the school's own for its head."""
    round_ = _with_result(request, pk)
    rows = RoundPupil.objects.visible_to(request.user).filter(round=round_).select_related("offer")
    listing = Listing(
        request,
        rows,
        name="pupils",
        columns=[
            Column("reference", _("Pupil"), sort="reference", link=lambda row: row.get_absolute_url()),
            Column("place", _("Place"), lambda row: row.offer and row.offer.title, "offer__title"),
            Column("rank", _("Rank"), wording.rank, "rank", badge=wording.rank_tone),
            Column("school", _("School"), queries.school_names(rows), "school_uai"),
            Column("week", _("Week of"), lambda row: week_monday(row.week), "week"),
            Column("protected", _("Protected"), sort="protected"),
            Column("reserved_seat", _("Reserved seat"), sort="reserved_seat"),
        ],
        search=["reference", "offer__title", "school_uai"],
        choices={
            "offer__isnull": (_("Place"), [(False, _("with a place")), (True, _("without a place"))]),
            "protected": (_("Protected"), [("True", _("yes")), ("False", _("no"))]),
            "week": (_("Week"), [(week, wording.week(week)) for week in queries.weeks(round_)]),
        },
        empty_title=_("No pupil here"),
        empty_text=_("No pupil of yours takes part in this round."),
    )
    if listing.wants_export:
        record_export(signed_in(request), round_, _("export of the pupils of a round"))
        return listing.export()
    record_read(signed_in(request), round_, _("list of the pupils of a round"))
    return _page(request, round_, _("Pupils"), listing)


@role_required(*READERS)
def offers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was offered, asked and taken."""
    round_ = _with_result(request, pk)
    exact = _runs_the_campaign(request)
    listing = Listing(
        request,
        queries.with_free(RoundOffer.objects.visible_to(request.user).filter(round=round_)),
        name="offers",
        columns=[
            Column("reference", _("Reference"), sort="reference"),
            Column("title", _("Offer"), sort="title"),
            Column("sector", _("Sector"), sort="sector"),
            Column("address", _("Address")),
            Column("week", _("Week of"), lambda row: week_monday(row.week), "week"),
            Column(
                "asked",
                _("Wishes"),
                lambda row: row.asked if exact else shown(row.asked, row.asked),
                "asked",
                numeric=True,
            ),
            Column("seats", _("Seats"), sort="seats", numeric=True),
            Column("reserved", _("Reserved"), sort="reserved", numeric=True),
            Column("free", _("Free"), sort="left", numeric=True),
        ],
        search=["reference", "title", "sector", "address"],
        choices={
            "week": (_("Week"), [(week, wording.week(week)) for week in queries.weeks(round_)]),
            "left__gt": (_("Free seats"), [("0", _("some left"))]),
        },
        empty_title=_("No offer here"),
    )
    if listing.wants_export:
        return listing.export()
    return _page(request, round_, _("Offers"), listing)


@role_required(Role.CAMPAIGN_MANAGER)
def schools(request: HttpRequest, pk: UUID) -> HttpResponse:
    """School by school: pupils, places, who has none."""
    round_ = _with_result(request, pk)
    listing = Listing(
        request,
        queries.by_school(RoundPupil.objects.visible_to(request.user).filter(round=round_)),
        name="schools",
        columns=[
            Column("name", _("School"), sort="name", link=lambda row: row.pupils_url),
            Column("uai", "UAI", sort="uai"),
            Column("pupils", _("Pupils"), sort="pupils", numeric=True),
            Column("placed", _("With a place"), sort="placed", numeric=True),
            Column("first", _("On their first wish"), sort="first", numeric=True),
            Column("without", _("Without a place"), sort="without", numeric=True),
            Column("share", _("Placed, in %"), sort="share", numeric=True, bar=lambda row: row.share),
        ],
        search=["name", "uai"],
        empty_title=_("No school here"),
    )
    if listing.wants_export:
        return listing.export()
    return _page(request, round_, _("Schools"), listing)


@role_required(Role.CAMPAIGN_MANAGER, Role.OFFICIAL)
def fairness(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The gap between protected pupils and others, by the rule and by first come, first served."""
    round_ = _with_result(request, pk)
    exact = _runs_the_campaign(request)
    context = {
        **_frame(request, round_),
        "gap": queries.gap(round_, exact=exact),
        "without_the_rule": queries.without_the_rule(round_, exact=exact),
        "exact": exact,
    }
    return render(request, "stages/fairness.html", context)


@role_required(*READERS)
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The audit certificate, as the file command writes it."""
    round_ = _with_result(request, pk)
    document = round_.certificate if _runs_the_campaign(request) else shareable(round_.certificate)
    return JsonResponse(document, json_dumps_params={"indent": 2, "ensure_ascii": False})


@role_required(*READERS)
def offers_map(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Offers as points, with their seats taken and free."""
    round_ = _with_result(request, pk)
    return JsonResponse(
        queries.offers_geojson(RoundOffer.objects.visible_to(request.user).filter(round=round_))
    )


def _runs_the_campaign(request: HttpRequest) -> bool:
    """Whether the reader sees each pupil anyway; figures of a few pupils are for nobody else."""
    return signed_in(request).has_role(Role.CAMPAIGN_MANAGER)


def _counted(round_: Round, name: str, *, exact: bool) -> int | str | None:
    if not round_.summary:
        return None
    everyone = round_.summary["result"]["everyone"]
    return everyone[name] if exact else shown(everyone[name], everyone["pupils"])


def _with_result(request: HttpRequest, pk: UUID) -> Round:
    visible = Round.objects.visible_to(request.user)
    return get_object_or_404(visible, pk=pk, state__in=[RoundState.COMPUTED, RoundState.PUBLISHED])


def _page(request: HttpRequest, round_: Round, title: str, listing: Listing) -> HttpResponse:
    return render(
        request,
        "stages/listing.html",
        {**_frame(request, round_), "title": title, "lead": "", "listing": listing},
    )


def _frame(request: HttpRequest, round_: Round) -> dict[str, Any]:
    """What every page of a round shows around its matter; a tab for each page that one may open."""
    account = signed_in(request)
    roles = account.roles()
    pages = [
        ("stages:round", _("Overview"), overview),
        ("stages:pupils", _("Pupils"), pupils),
        ("stages:offers", _("Offers"), offers),
        ("stages:schools", _("Schools"), schools),
        ("stages:fairness", _("Fairness"), fairness),
    ]
    open_pages = [page for page in pages if round_.has_result and not roles.isdisjoint(roles_of(page[2]))]
    links = [(reverse(name, args=[round_.pk]), label) for name, label, _view in open_pages]
    return {
        "round": round_,
        "tone": TONES[RoundState(round_.state)],
        "tabs": [(url, label, url == request.path) for url, label in links],
        "trail": _trail(request, round_),
    }


def _trail(request: HttpRequest, round_: Round) -> list[tuple[str, str]]:
    """The pages above the present one."""
    above = [(reverse("stages:rounds"), _("Internship rounds")), (round_.get_absolute_url(), round_.name)]
    return [(url, label) for url, label in above if url != request.path]
