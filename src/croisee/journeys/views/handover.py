"""Hand people over to another référent: choose, see what passes, confirm."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.journeys.forms.handover import MOST_OF_A_NOTE, HandoverForm, uuids
from croisee.journeys.queries import caseload as lists
from croisee.journeys.queries import handover as queries
from croisee.journeys.queries.referents import referents_of_all
from croisee.journeys.services import handover as services
from croisee.journeys.views.caseload import up


@role_required(Role.REFERENT, Role.PROGRAMME_MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest) -> HttpResponse:
    """People chosen in the list, or all of a référent's, pass to another one."""
    account, today = signed_in(request), timezone.localdate()
    rows = _chosen(request, account)
    if not rows:
        return _nobody(request, account)
    referents = referents_of_all({row.programme_id for row in rows})
    posted = request.method == "POST"
    form = HandoverForm(request.POST if posted else None, referents, today)
    if posted:
        _refuse_gone(form, request, rows)
        if form.is_valid() and _done(request, form, rows, account):
            return redirect("journeys:caseload")
    context = {
        "form": form,
        "rows": [_shown(row, request) for row in rows],
        "sum": queries.sum_of(rows),
        "most_of_a_note": MOST_OF_A_NOTE,
        "nobody_else": not posted and not referents.exclude(pk__in=_only_referent(rows)).exists(),
        "trail": [up(account)],
    }
    return render(request, "journeys/caseload/handover.html", context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest, account: Account) -> list[Any]:
    """The rows asked for by their keys, or by who follows them."""
    asked = request.POST if request.method == "POST" else request.GET
    rows = queries.passing(account, timezone.localdate())
    keys = uuids(asked.getlist("chosen"))
    if keys:
        return list(rows.filter(pk__in=keys))
    whose = uuids([asked.get("referent", "")])
    if not whose:
        return []
    return list(queries.followed_by(rows, whose[0], timezone.localdate())[: services.MOST])


def _only_referent(rows: list[Any]) -> list[UUID]:
    """Who follows all of these rows, if one does: there is no handing over to oneself."""
    found = {row.referent for row in rows}
    return [one for one in found if one is not None] if len(found) == 1 else []


def _refuse_gone(form: HandoverForm, request: HttpRequest, rows: list[Any]) -> None:
    """Say it when somebody who was shown is no longer among one's people."""
    gone = len(set(uuids(request.POST.getlist("chosen")))) - len(rows)
    if gone > 0:
        text = ngettext(
            "%(n)d person is no longer among your people: look at the list again, then confirm.",
            "%(n)d people are no longer among your people: look at the list again, then confirm.",
            gone,
        )
        form.add_error(None, text % {"n": gone})


def _seen(request: HttpRequest) -> dict[UUID, UUID | None]:
    """Who followed each person when the page was shown: `seen` is two keys with a colon, the second may be empty."""
    found: dict[UUID, UUID | None] = {}
    for text in request.POST.getlist("seen"):
        journey, _colon, following = text.partition(":")
        for key in uuids([journey]):
            found[key] = next(iter(uuids([following])), None)
    return found


def _done(request: HttpRequest, form: HandoverForm, rows: list[Any], account: Account) -> bool:
    """Hand over, and say what was done; False when it was refused, with why beside the form."""
    to, day = form.cleaned_data["to"], form.cleaned_data["on"]
    words = {row.pk: request.POST.get(f"note-{row.pk}", "")[:MOST_OF_A_NOTE] for row in rows}
    word = services.Word(form.cleaned_data["note"], words)
    try:
        done = services.hand_over(rows, to, account, on=day, word=word, seen=_seen(request))
    except ValidationError as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, services.said(done, to, day))
    if done.clashes:
        text = ngettext(
            "%(n)d appointment is at an hour that is taken: it is with nobody until it is planned again.",
            "%(n)d appointments are at an hour that is taken: they are with nobody until they are planned again.",
            done.clashes,
        )
        messages.warning(request, text % {"n": number_format(done.clashes)})
    return True


def _shown(row: Any, request: HttpRequest) -> dict[str, Any]:
    return {
        "row": row,
        "name": str(row.person or _("erased person")),
        "seen": f"{row.pk}:{row.seen or ''}",
        "note": request.POST.get(f"note-{row.pk}", ""),
    }


def _nobody(request: HttpRequest, account: Account) -> HttpResponse:
    """Nobody is chosen: say how, and offer all the people of each référent."""
    today = timezone.localdate()
    if account.has_role(Role.PROGRAMME_MANAGER):
        people = list(lists.followers(account, today))
    else:
        people = [account] if lists.scope(account).exists() else []
    where = reverse("journeys:handover")
    context = {
        "choices": [(f"{where}?referent={one.pk}", str(one)) for one in people],
        "trail": [up(account)],
        "back": reverse("journeys:caseload"),
    }
    return render(request, "journeys/caseload/handover_nobody.html", context)
