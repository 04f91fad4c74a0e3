"""The holder's own page: where the project stands, what is next, in plain words; who sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.dates import in_words
from croisee.foundation.forms import said
from croisee.incubation.models import CandidatureState, Project, ProjectState
from croisee.incubation.panels import panels_for
from croisee.incubation.queries import committees as of_committees
from croisee.incubation.queries import projects as queries
from croisee.incubation.services import crossing
from croisee.incubation.views.common import HOLDER, PROJECTS

if TYPE_CHECKING:
    from croisee.incubation.models import Candidature

STAGES = (
    ProjectState.FOLLOWED,
    ProjectState.APPLYING,
    ProjectState.ACCEPTED,
    ProjectState.HOSTED,
)


@dataclass(frozen=True)
class Next:
    """What comes next: in a few words, why, and the one action (POST when `posts`)."""

    title: str
    text: str
    url: str = ""
    button: str = ""
    posts: bool = False


@role_required(*HOLDER)
@require_safe
def my_project(request: HttpRequest) -> HttpResponse:
    """One's own project; with several, the one of `?project=`, else the first under way."""
    account = signed_in(request)
    own = list(queries.own_projects(account))
    if not own:
        return render(request, "incubation/projects/no_project.html")
    asked = request.GET.get("project", "")
    found = next((one for one in own if str(one.pk) == asked), own[0])
    candidature = of_committees.latest_of(found)
    followed, given = queries.crossing_of(found.holder)
    context = {
        "project": found,
        "others": [one for one in own if one.pk != found.pk],
        "tone": PROJECTS.get(ProjectState(found.state), ""),
        "next": _next(found, candidature),
        "stages": _stages(found),
        "candidature": candidature,
        "panels": panels_for(found, account),
        "followed": followed,
        "given": given,
    }
    return render(request, "incubation/projects/my_project.html", context)


def _stages(project: Project) -> list[tuple[str, str]]:
    """The way from an idea to a place, each stage with where one is: "done", "now" or "" to come."""
    names = (
        _("Followed by the incubator"),
        _("Candidature"),
        pgettext("project", "Accepted"),
        pgettext("project", "Hosted"),
    )
    try:
        here = STAGES.index(ProjectState(project.state))
    except ValueError:
        here = len(STAGES) if project.state == ProjectState.LEFT else -1
    return [
        (name, "done" if number < here else "now" if number == here else "")
        for number, name in enumerate(names)
    ]


def _next(project: Project, candidature: Candidature | None) -> Next:
    if project.state == ProjectState.HOSTED:
        return Next(
            _("You are in the incubator"),
            _("Your agreement, your appointments and the board of the neighbours are below."),
        )
    if project.state in (ProjectState.LEFT, ProjectState.DROPPED):
        text = (
            _("Your company has left the incubator. You may still be followed, without a place.")
            if project.state == ProjectState.LEFT
            else _("You gave this project up. Nothing is lost: take it up again when you wish.")
        )
        url = reverse("incubation:move_project", args=[project.pk])
        return Next(
            _("The project is not followed any more"), text, url, _("Take the project up again"), posts=True
        )
    if candidature is None:
        return _to_write(project)
    return _after(project, candidature)


def _to_write(project: Project) -> Next:
    return Next(
        _("Write your candidature for a place"),
        _(
            "In three parts that are kept as you write. You send it when you are ready; the criteria are shown there."
        ),
        reverse("incubation:new_candidature", args=[project.pk]),
        _("Begin"),
        posts=True,
    )


def _after(project: Project, candidature: Candidature) -> Next:
    """What comes next once there is a candidature."""
    where = reverse("incubation:candidature", args=[candidature.pk])
    state = candidature.state
    if state == CandidatureState.DRAFT:
        if candidature.to_complete:
            return Next(_("Complete your candidature"), candidature.to_complete, where, _("Complete it"))
        return Next(_("Finish your candidature"), _("What you wrote is kept."), where, _("Go on"))
    if state == CandidatureState.SUBMITTED:
        meeting = candidature.committee or of_committees.next_committee(project.incubator)
        text = (
            _("The committee meets on %(day)s. You are told of the answer by e-mail.")
            % {"day": in_words(meeting.held_on)}
            if meeting is not None
            else _("It is read by the incubator first. You are told of the answer by e-mail.")
        )
        return Next(_("Your candidature is sent: nothing to do"), text, where, _("Read it again"))
    if state == CandidatureState.RESERVED:
        return Next(_("Accepted, once this is done"), candidature.reserves, where, _("See the decision"))
    if state == CandidatureState.FAVOURABLE:
        rank, total = of_committees.rank_of(candidature)
        text = _(
            "You are number %(rank)d of %(total)d on the waiting list. You are told when a space is free."
        )
        return Next(
            _("Accepted: you wait for a place"),
            text % {"rank": rank, "total": total},
            where,
            _("See the decision"),
        )
    if state == CandidatureState.REFUSED and project.state == ProjectState.FOLLOWED:
        return Next(
            _("The committee did not accept your candidature"),
            _("The reason: %(reason)s You can write another one once what is missing is there.")
            % {"reason": f"{candidature.reason.rstrip('.')}."},
            where,
            _("See the decision"),
        )
    return _to_write(project)


@role_required(*HOLDER)
@require_POST
def show_project(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that one's référents may see the project (`do=show`), or may not any more (`do=hide`)."""
    account = signed_in(request)
    found = get_object_or_404(Project.objects.visible_to(account).held_by(account), pk=pk)
    if request.POST.get("do") == "hide":
        done = _("Your référents are told nothing more. What your journey holds already stays there.")
        said(request, lambda: crossing.hide(found, account), done)
    else:
        done = _("Your référents see that you have a project here, and how it stands.")
        said(request, lambda: crossing.show(found, account), done)
    return redirect(f"{reverse('incubation:my_project')}?project={found.pk}")
