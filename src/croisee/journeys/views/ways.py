"""The way as a picture: of one person, for who may see it; of everybody, by numbers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.foundation.listings import Column, Listing
from croisee.journeys.models import Journey, Stage
from croisee.journeys.queries import ways as queries
from croisee.journeys.queries.flows import FlowShown, flow_shown
from croisee.journeys.queries.rights import HIDDEN, own_people
from croisee.journeys.way_layout import WayPicture, way_picture

STEERING = (Role.OFFICIAL, Role.PROGRAMME_MANAGER, Role.REFERENT, Role.ADMINISTRATOR)


@role_required(Role.REFERENT, Role.PROGRAMME_MANAGER)
@require_safe
def way(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The way of a person across services: what one's own service knows, and what the person consented to show."""
    account = signed_in(request)
    person: Any = get_object_or_404(queries.people_with_ways(account), pk=pk)
    record_read(account, person, _("way across services"), person.own[0].account if person.own else None)
    shown = queries.way_of(person, account)
    journey = Journey.objects.visible_to(account).filter(person=person).first()
    context = {
        "person": person,
        "picture": _picture(shown),
        "stages": shown.stages,
        "hidden": [HIDDEN[purpose] for purpose in shown.hidden],
        "journey": journey,
        "trail": [(journey.get_absolute_url(), str(person))] if journey else [],
    }
    return render(request, "journeys/ways/way.html", context)


@role_required(Role.FAMILY)
@require_safe
def my_way(request: HttpRequest) -> HttpResponse:
    """My whole way, as it is kept."""
    people = list(own_people(signed_in(request)))
    ways = [queries.my_way(person) for person in people[:1]]
    context = {"ways": [(shown.person, _picture(shown), shown.stages) for shown in ways]}
    return render(request, "journeys/ways/my_way.html", context)


def _picture(shown: queries.WayShown) -> WayPicture:
    stages = [(one.stage, one.starts_on, one.ends_on) for one in shown.stages]
    kinds = {str(stage): str(stage.label) for stage in Stage}
    return way_picture(stages, shown.person.birth_date, timezone.localdate(), kinds)


@role_required(*STEERING)
@require_safe
def flows(request: HttpRequest) -> HttpResponse:
    """From internship to apprenticeship, to work, to a company: how many people took which way."""
    shown = flow_shown(signed_in(request), request.GET.get("part", ""))
    listing = Listing(
        request,
        shown.ways,
        name="ways",
        columns=[
            Column("stages", pgettext("path", "Way"), sort="stages"),
            Column("people", _("People"), sort="people", numeric=True),
            Column("share", _("Share of all (%)"), lambda row: round(row.share, 1), "share", numeric=True),
        ],
        empty_title=_("No way to show yet"),
        empty_text=_("Ways are counted each morning from internships, contracts and journeys."),
    )
    if listing.wants_export:
        return listing.export()
    context = {
        "shown": shown,
        "listing": listing,
        "groups": _groups(shown),
        "steps": _steps(shown),
        "here": reverse("journeys:flows"),
    }
    return render(request, "journeys/ways/flows.html", context)


def _groups(shown: FlowShown) -> list[tuple[str, list[Any]]]:
    """What may be chosen, by kind."""
    groups: dict[str, list[Any]] = {}
    for part in shown.parts:
        groups.setdefault(part.group, []).append(part)
    return list(groups.items())


def _steps(shown: FlowShown) -> Sequence[tuple[str, str, int]]:
    """Each passage from one stage to the next, wherever it comes in ways, with how many people made it."""
    found: dict[tuple[str, str], int] = {}
    for ribbon in shown.flow.ribbons:
        key = (ribbon.origin, ribbon.target)
        found[key] = found.get(key, 0) + ribbon.people
    ordered = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return [
        (str(Stage(origin).label), str(Stage(target).label), people) for (origin, target), people in ordered
    ]
