"""What is missing of the returns, by person and by référent; the questionnaires to ask."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.listings import Column, Listing
from croisee.journeys.models import Journey, Moment
from croisee.journeys.queries import returns as queries
from croisee.journeys.queries.completeness import Standing, standings
from croisee.journeys.services.returns import reminders
from croisee.journeys.views.returns.common import (
    TEAM,
    done,
    in_words,
    managed,
    note_export,
    pairs,
    tabs,
)

if TYPE_CHECKING:
    from croisee.journeys.queries.returns import ToAsk

WHAT = {
    "answers": gettext_lazy("answers"),
    "proofs": gettext_lazy("proofs"),
    "both": gettext_lazy("answers and proofs"),
    "check": gettext_lazy("only a check"),
}


@role_required(*TEAM)
@require_safe
def returns(request: HttpRequest) -> HttpResponse:
    """Who lacks what, by person; by référent, with a reminder."""
    account = signed_in(request)
    everything = request.GET.get("ended") == "all"
    found = standings(account, timezone.localdate(), everything=everything)
    listing = Listing(
        request,
        found,
        name="missing",
        columns=[
            Column("person", _("Person"), _person, sort="person", link=_page),
            Column("programme_name", _("Programme"), sort="programme_name"),
            Column("referent_name", _("Référent"), sort="referent_name"),
            Column("percent", _("There (%)"), sort="percent", numeric=True, bar=lambda row: row.percent),
            Column("answers", _("Answers missing"), lambda row: in_words(pairs(row.answers), proofs=False)),
            Column("proofs", _("Proofs missing"), lambda row: in_words(pairs(row.proofs), proofs=True)),
            Column("waiting", _("To be checked"), lambda row: in_words(pairs(row.waiting), proofs=True)),
        ],
        search=["person", "referent_name"],
        choices={
            "programme": (_("Programme"), _options(found, "programme", "programme_name")),
            "referent": (_("Référent"), _options(found, "referent", "referent_name")),
            "what": (_("What is missing"), list(WHAT.items())),
        },
        empty_title=_("Nothing is missing"),
        empty_text=_(
            "Every questionnaire that is due is answered, and every proof asked for was accepted. What becomes due is "
            "listed here."
        ),
    )
    if listing.wants_export:
        note_export(request, _("list of what the FSE+ lacks"))
        return listing.export()
    manager = account.has_role(Role.PROGRAMME_MANAGER)
    context = {
        "tabs": tabs(account, "returns"),
        "listing": listing,
        "everything": everything,
        "answers": sum(bool(one.answers) for one in found),
        "proofs": sum(bool(one.proofs) for one in found),
        "waiting": sum(bool(one.waiting) for one in found),
        "people": len(found),
        "referents": _by_referent(found) if manager else [],
        "programmes": managed(request) if manager else [],
    }
    return render(request, "journeys/returns/missing.html", context)


def _person(row: Standing) -> str:
    return row.person or _("erased person")


def _page(row: Standing) -> str:
    return reverse("journeys:journey_returns", args=[row.journey])


def _options(found: list[Standing], key: str, label: str) -> list[tuple[Any, str]]:
    pairs_found = {getattr(one, key): getattr(one, label) or _("nobody") for one in found}
    return sorted(pairs_found.items(), key=lambda pair: pair[1].casefold())


def _by_referent(found: list[Standing]) -> list[dict[str, Any]]:
    """How many people of each référent lack something, most first."""
    counts = Counter((one.referent, one.referent_name) for one in found)
    lines = [{"pk": pk, "name": name, "people": people} for (pk, name), people in counts.items()]
    return sorted(lines, key=lambda line: (-int(str(line["people"])), str(line["name"])))


@role_required(Role.PROGRAMME_MANAGER)
@require_POST
def remind_missing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write to a référent what is missing."""
    done(
        request,
        lambda: reminders.remind(pk, signed_in(request)),
        _("The reminder is sent; one a day at most leaves."),
    )
    return redirect("journeys:returns")


@role_required(*TEAM)
@require_safe
def situations(request: HttpRequest) -> HttpResponse:
    """The questionnaires whose day has come: whom to ask, until when, how to reach them."""
    account = signed_in(request)
    rows = Journey.objects.visible_to(account).followed_by(account)
    found = queries.to_ask(rows, timezone.localdate())
    listing = Listing(
        request,
        found,
        name="situations",
        columns=[
            Column(
                "person",
                _("Person"),
                lambda row: row.person or _("erased person"),
                sort="person",
                link=_questionnaire,
            ),
            Column(
                "moment",
                _("Questionnaire"),
                lambda row: capfirst(str(Moment(row.moment).label)),
                sort="moment",
            ),
            Column("reached", _("Situation on"), sort="reached"),
            Column("until", _("To answer by"), sort="until"),
            Column("state", _("Time"), _time, badge=lambda row: "bad" if row.late else "ok"),
            Column("contact", _("Contact")),
            Column("programme", _("Programme"), sort="programme"),
            Column("referent_name", _("Référent"), sort="referent_name"),
        ],
        search=["person", "referent_name"],
        choices={
            "moment": (
                _("Questionnaire"),
                [(value, capfirst(str(label))) for value, label in Moment.choices],
            ),
            "state": (_("Time"), [("late", _("late")), ("in_time", _("in time"))]),
        },
        empty_title=_("No questionnaire to ask"),
        empty_text=_(
            "Each is listed from its day on: at entry, on leaving (four weeks to answer), six months after the exit."
        ),
    )
    if listing.wants_export:
        note_export(request, _("list of questionnaires to ask"))
        return listing.export()
    context = {"tabs": tabs(account, "situations"), "listing": listing}
    return render(request, "journeys/returns/situations.html", context)


def _questionnaire(row: ToAsk) -> str:
    return reverse("journeys:situation", args=[row.journey, row.moment])


def _time(row: ToAsk) -> str:
    return _("late") if row.late else _("in time")
