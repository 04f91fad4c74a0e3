"""Actions of the territory: the catalogue, the page of one, what is published and what is not."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.directory import rome
from croisee.foundation import throttle
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS, FormPage
from croisee.foundation.listings import Column, Listing
from croisee.journeys import vocabulary
from croisee.journeys.forms.actions import ActionForm
from croisee.journeys.models import Action, StepKind
from croisee.journeys.published import Entry, Publication, publication
from croisee.journeys.queries import actions as queries
from croisee.journeys.services import actions as services

READERS = (
    Role.PROGRAMME_MANAGER,
    Role.REFERENT,
    Role.FACILITATEUR,
    Role.TRAINING_CENTRE,
    Role.MENTOR,
    Role.FAMILY,
)
"""Who looks for something to send people, or oneself, to."""
MANAGER = (Role.PROGRAMME_MANAGER,)
ANSWERS_A_MINUTE = 30
A_WHILE = 3600


@role_required(*READERS)
@require_safe
def actions(request: HttpRequest) -> HttpResponse:
    """The catalogue."""
    account = signed_in(request)
    today = timezone.localdate()
    team = account.has_role(Role.PROGRAMME_MANAGER, Role.REFERENT)
    columns = [
        Column("name", _("Name"), sort="name", link=Action.get_absolute_url),
        Column("organisation", _("Offered by"), lambda row: row.organisation.name, "organisation__name"),
        Column("step_kind", _("Kind of step"), Action.get_step_kind_display, "step_kind"),
        Column("themes", _("Themes"), lambda row: ", ".join(vocabulary.labels_of("themes", row.themes))),
        Column("city", _("Town"), sort="city"),
        Column("ends_on", _("Takes people until"), sort="ends_on"),
    ]
    if team:
        columns += [
            Column("people", _("People on it"), sort="people", numeric=True),
            Column(
                "is_published",
                _("Published"),
                sort="is_published",
                badge=lambda row: "ok" if row.is_published else "",
            ),
        ]
    choices: dict[str, Any] = {
        "themes__contains": (
            _("Theme"),
            [(queries.Theme([value]), label) for value, label in vocabulary.THEMES],
        ),
        "step_kind": (_("Kind of step"), StepKind.choices),
        "organisation": (_("Offered by"), queries.organisations_with_actions(account)),
    }
    if team:
        choices["is_published"] = (_("Published"), [(True, _("yes")), (False, _("no"))])
    rows: Any = queries.catalogue(account)
    closed = "closes" in request.GET
    listing = Listing(
        request,
        rows.filter(ends_on__lt=today) if closed else rows.offered(today),
        name="actions",
        columns=columns,
        search=["name", "description", "organisation__name", "city"],
        choices=choices,
        empty_title=_("No action is over") if closed else _("No action yet"),
        empty_text=_(
            "Who manages programmes writes here what the territory offers: services, workshops, training."
        ),
    )
    if listing.wants_export:
        return listing.export()
    context = {
        "listing": listing,
        "manages": account.has_role(*MANAGER),
        "team": team,
        "closed": closed,
    }
    return render(request, "journeys/actions/actions.html", context)


@role_required(*READERS)
@require_safe
def action(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One action."""
    account = signed_in(request)
    found: Any = get_object_or_404(queries.catalogue(account), pk=pk)
    shown = {
        name: vocabulary.labels_of(name, getattr(found, name))
        for name in ("themes", "publics", "welcome", "reach", "for_whom")
    }
    shown |= {
        name: vocabulary.labels_of(name, [getattr(found, name)] if getattr(found, name) else [])
        for name in ("type", "fees")
    }
    today = timezone.localdate()
    context = {
        "action": found,
        "shown": shown,
        "jobs": [rome.label_of(code) for code in found.jobs],
        "is_over": found.ends_on is not None and found.ends_on < today,
        "keeps": account.has_role(*MANAGER) and queries.may_change(account, found),
        "team": account.has_role(Role.PROGRAMME_MANAGER, Role.REFERENT),
        "trail": _trail(),
    }
    return render(request, "journeys/actions/action.html", context)


def _trail(found: Action | None = None) -> list[tuple[str, str]]:
    trail = [(reverse("journeys:actions"), _("Actions of the territory"))]
    return trail if found is None else [*trail, (found.get_absolute_url(), found.name)]


@role_required(*MANAGER)
@require_http_methods(METHODS)
def new_action(request: HttpRequest) -> HttpResponse:
    """A new action."""
    account = signed_in(request)
    page = FormPage(
        _("New action"),
        _trail(),
        _("Something that people can be sent to: the themes and publics are those of data·inclusion."),
        _("Create the action"),
        _("The action is there: référents can send people to it."),
    )
    return _form(request, account, Action(organisation=queries.organisations_kept(account).first()), page)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def edit_action(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change an action."""
    account = signed_in(request)
    found = get_object_or_404(Action.objects.visible_to(account).managed_by(account), pk=pk)
    return _form(
        request,
        account,
        found,
        FormPage(_("Change the action"), _trail(found), said=_("The action is saved.")),
    )


def _form(request: HttpRequest, account: Account, row: Action, page: FormPage) -> HttpResponse:
    form = ActionForm(request.POST or None, instance=row, account=account)
    return page.answer(request, form, lambda: services.save_action(row, account, seen=form.last_seen()))


@role_required(*MANAGER)
@require_POST
def close_action(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have an action take nobody any more."""
    account = signed_in(request)
    found = get_object_or_404(Action.objects.visible_to(account).managed_by(account), pk=pk)
    services.close_action(found)
    messages.success(request, _("The action takes nobody any more; who is on it stays on it."))
    return redirect(found)


@role_required(*MANAGER)
@require_safe
def published_actions(request: HttpRequest) -> HttpResponse:
    """What leaves in the data·inclusion schema, what does not and why, what could be better."""
    found: Publication = publication()
    listing = Listing(
        request,
        _checks(found),
        name="checks",
        columns=[
            Column("name", _("Name"), lambda row: row["name"], "name", link=lambda row: row["url"] or None),
            Column("what", _("What"), lambda row: row["what"], "what"),
            Column("stand", _("Stands"), lambda row: row["stand"], "stand", badge=lambda row: row["tone"]),
            Column("column", _("Column"), lambda row: row["column"], "column"),
            Column("problem", _("Problem"), lambda row: row["problem"]),
            Column("remedy", _("What to do"), lambda row: row["remedy"]),
        ],
        per_page=40,
        empty_title=_("Nothing to look at") if found.services else _("Nothing is published yet"),
        empty_text=_("Everything published is valid, and says all that helps to find it.")
        if found.services
        else _("Tick “Published” in an action: it leaves once it says what the schema asks."),
    )
    if listing.wants_export:
        return listing.export()
    context = {
        "structures": len(found.structures),
        "services": len(found.services),
        "refused": len({fault.entry.values.get("id") for fault in found.faults}),
        "advised": len({one.entry.values.get("id") for one in found.advice}),
        "listing": listing,
        "trail": _trail(),
    }
    return render(request, "journeys/actions/published.html", context)


def _checks(found: Publication) -> list[dict[str, str]]:
    """Faults first, then advice, as rows of a table."""
    words = {"structure": _("structure"), "service": _("service")}

    def row(entry: Entry, stand: str, tone: str, column: str, problem: str, remedy: str) -> dict[str, str]:
        return {
            "name": entry.name,
            "url": entry.url,
            "what": words[entry.kind],
            "stand": stand,
            "tone": tone,
            "column": column,
            "problem": problem,
            "remedy": remedy,
        }

    faults = [
        row(one.entry, _("does not leave"), "bad", one.column, one.problem, one.remedy)
        for one in found.faults
    ]
    return faults + [row(one.entry, _("leaves"), "ok", "", "", one.text) for one in found.advice]


@login_not_required
@require_safe
@cache_control(public=True, max_age=A_WHILE)
def published_structures(request: HttpRequest) -> HttpResponse:
    """The organisations with published actions, open to everyone."""
    return _json(request, "structures")


@login_not_required
@require_safe
@cache_control(public=True, max_age=A_WHILE)
def published_services(request: HttpRequest) -> HttpResponse:
    """The published actions, open to everyone."""
    return _json(request, "services")


def _json(request: HttpRequest, name: str) -> HttpResponse:
    if throttle.exceeded(request, "journeys.published", limit=ANSWERS_A_MINUTE):
        response = HttpResponse(
            _("Too many requests in a minute. Wait a little."), status=429, content_type="text/plain"
        )
        response["Cache-Control"] = "no-store"
        return response
    headers = {"Access-Control-Allow-Origin": "*"}
    return HttpResponse(services.published_json(name), content_type="application/json", headers=headers)
