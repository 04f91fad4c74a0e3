"""Who is followed: the next step of each, what asks for attention, who has left; the load of each référent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from croisee.directory.models import Residence
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export
from croisee.foundation.listings import Column, Listing, Where
from croisee.journeys.alerts import TONES, Alert
from croisee.journeys.charts import pairs
from croisee.journeys.models import FOLLOWED, ExitKind, Programme
from croisee.journeys.queries import caseload as queries
from croisee.journeys.queries import load as loading

TEAM = (Role.REFERENT, Role.PROGRAMME_MANAGER)
NOBODY = "none"


@role_required(*TEAM)
@require_safe
def caseload(request: HttpRequest) -> HttpResponse:
    """Everyone whom one follows, or who is followed in the programmes that one manages."""
    account, today = signed_in(request), timezone.localdate()
    manages = account.has_role(Role.PROGRAMME_MANAGER)
    if request.GET.get("stage"):
        return _ended(request, account, manages=manages)
    elsewhere = queries.Elsewhere.of(queries.scope(account), today)
    programmes = list(queries.programmes_of(account))
    rows = queries.sortable(account, today, elsewhere)
    if "export" in request.GET:
        rows = queries.detailed(queries.scope(account), today, elsewhere)
    first = [] if manages else ["-alert_count"]
    listing = Listing(
        request,
        rows.order_by(*first, "person__family_name", "person__given_name", "pk"),
        name="caseload",
        columns=_columns(manages=manages, exported="export" in request.GET),
        search=["person__family_name", "person__given_name"],
        choices=_choices(account, programmes, today, elsewhere),
        empty_title=_("Nobody is followed yet"),
        empty_text=_(
            "People come here once the committee has accepted them and you are named as their référent."
        ),
    )
    if listing.wants_export:
        _note_export(account)
        return listing.export()
    counts = queries.counted(queries.scope(account), today, elsewhere)
    context = {
        "listing": listing,
        "rows": _shown_rows(listing, today, elsewhere),
        "people": counts["people"],
        "alerts": [(one.label, one.value, count) for one, count in loading.alerts_said(counts)],
        "manages": manages,
        "tabs": _tabs("") if manages else [],
        "programmes": [one for one in programmes if manages],
        "heading": _heading(manages=manages),
    }
    return render(request, "journeys/caseload/caseload.html", context)


def _shown_rows(listing: Listing, today: dt.date, elsewhere: queries.Elsewhere) -> list[dict[str, Any]]:
    """The rows of the page, with what is told of each: worked out for them alone."""
    keys = [row.pk for row in listing.shown]
    found = {row.pk: row for row in queries.page_of(keys, today, elsewhere)}
    return [_shown(found[key], elsewhere, today) for key in keys if key in found]


def up(account: Account) -> tuple[str, str]:
    """The list, as the page above another: its address and what it is called."""
    manages = account.has_role(Role.PROGRAMME_MANAGER)
    return reverse("journeys:caseload"), _heading(manages=manages)


def _heading(*, manages: bool) -> str:
    """What the list is called for its reader."""
    return _("People followed") if manages else _("My people")


def _tabs(stage: str) -> list[tuple[str, str, bool]]:
    names = (("", _("Followed")), ("ended", _("Journeys ended")))
    return [(f"?stage={key}" if key else "?", label, key == stage) for key, label in names]


def _note_export(account: Account) -> None:
    for team in account.organisations(*TEAM)[:1]:
        record_export(account, team, _("list of people followed"))


def _named(row: Any) -> str:
    return f"{row.person.family_name} {row.person.given_name}" if row.person else _("erased person")


def _alerts_in_words(row: Any) -> str:
    return ", ".join(str(Alert(name).label) for name in row.alerts)


def _columns(*, manages: bool, exported: bool) -> list[Column]:
    """What the table of the page shows, each row by `_rows.html`; files have more columns."""
    person = Column("person", _("Person"), _named, "person__family_name")
    alerts = Column("alerts", _("To look at"), _alerts_in_words, "alert_count")
    step = Column("next", _("Next step"), lambda row: (row.next_step or {}).get("title"), "next_on")
    contact = Column("contact", _("Last contact"), lambda row: row.last_contact_on, "last_contact_on")
    way_out = Column("exit", _("Exit due"), lambda row: row.planned_end_on, "planned_end_on")
    referent = Column("referent", _("Référent"), lambda row: row.referent_name, "referent_name")
    if not exported:
        shown = [person, alerts, step, contact, way_out]
        return [*shown, referent] if manages else shown
    step_ends = Column("next_on", _("Planned end of the step"), lambda row: row.next_on, "next_on")
    programme = Column("programme", _("Programme"), lambda row: row.programme.name, "programme__name")
    state = Column("state", _("State"), lambda row: str(row.get_state_display()), "state")
    return [person, alerts, step, step_ends, contact, way_out, referent, programme, state]


def _choices(
    account: Account, programmes: Sequence[Programme], today: dt.date, elsewhere: queries.Elsewhere
) -> dict[str, Any]:
    rules = queries.conditions(today, elsewhere)
    choices: dict[str, Any] = {
        "alert": (_("To look at"), [(Where(one.value, rules[one]), one.label) for one in Alert]),
        "state": (_("State"), [(one.value, one.label) for one in FOLLOWED]),
    }
    if len(programmes) > 1:
        choices["programme"] = (_("Programme"), [(one.pk, one.name) for one in programmes])
    if account.has_role(Role.PROGRAMME_MANAGER):
        people = [
            (Where(str(one.pk), queries.followed_now(one.pk, today)), str(one))
            for one in queries.followers(account, today)
        ]
        alone = Where(NOBODY, rules[Alert.NO_REFERENT])
        choices["referent"] = (_("Référent"), [*people, (alone, _("nobody"))])
    choices["person__residence"] = (_("Lives in a priority neighbourhood"), Residence.choices)
    lately = Where("lately", queries.received_lately(account, today))
    choices["received"] = (_("Handed over to me"), [(lately, _("in the last 14 days"))])
    return choices


def _shown(row: Any, elsewhere: queries.Elsewhere, today: dt.date) -> dict[str, Any]:
    """A row as the page draws it."""
    return {
        "row": row,
        "name": _named(row),
        "url": row.get_absolute_url(),
        "alerts": [(Alert(name).label, TONES[Alert(name)]) for name in row.alerts],
        "elsewhere": elsewhere.by_person.get(row.person_id),
        "step": (row.next_step or {}).get("title", ""),
        "late": row.next_on is not None and row.next_on < today,
    }


def _ended(request: HttpRequest, account: Account, *, manages: bool) -> HttpResponse:
    """Journeys that have ended, for who manages their programme."""
    if request.GET["stage"] != "ended" or not manages:
        raise Http404
    listing = Listing(
        request,
        queries.ended(account),
        name="ended",
        columns=[
            Column(
                "person", _("Person"), _named, "person__family_name", link=lambda row: row.get_absolute_url()
            ),
            Column("programme", _("Programme"), lambda row: row.programme.name, "programme__name"),
            Column("entered_on", _("Entry"), sort="entered_on"),
            Column("exited_on", _("Exit"), sort="exited_on"),
            Column("kind", _("Kind of exit"), lambda row: str(row.get_exit_kind_display()), "exit_kind"),
        ],
        search=["person__family_name", "person__given_name"],
        choices={"exit_kind": (_("Kind of exit"), ExitKind.choices)},
        empty_title=_("No journey has ended yet"),
        empty_text=_("A journey ends on its own page, with the kind of exit."),
    )
    if listing.wants_export:
        _note_export(account)
        return listing.export()
    context = {"listing": listing, "tabs": _tabs("ended"), "heading": _heading(manages=manages)}
    return render(request, "journeys/caseload/ended.html", context)


@role_required(Role.PROGRAMME_MANAGER)
@require_safe
def load(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The load of each référent of a programme; entries and exits of twelve months."""
    account, today = signed_in(request), timezone.localdate()
    programmes = list(loading.programmes(account))
    programme = next((one for one in programmes if one.pk == pk), None)
    if programme is None:
        raise Http404
    loads = loading.loads(programme, today)
    listing = Listing(
        request,
        loads,
        name="load",
        columns=[
            Column("name", _("Référent"), lambda row: row.name or _("nobody"), "name", link=_their_people),
            Column(
                "people", _("People"), sort="people", numeric=True, bar=lambda row: min(100.0, row.percent)
            ),
            Column("most", _("At most"), lambda row: row.most if row.referent else None, numeric=True),
            Column("alerted", _("With something to look at"), sort="alerted", numeric=True),
            Column("paused", _("Paused"), sort="paused", numeric=True),
            Column(
                "load",
                _("Load"),
                lambda row: _load_in_words(row),
                badge=lambda row: "bad" if row.is_over or not row.referent else "ok",
            ),
        ],
        empty_title=_("Nobody follows people in this programme yet"),
        empty_text=_("Invite référents to the team of the organisation that runs it."),
    )
    if listing.wants_export:
        return listing.export()
    months = loading.months(programme, today)
    context = {
        "programme": programme,
        "tabs": [(reverse("journeys:load", args=[one.pk]), one.name, one.pk == pk) for one in programmes],
        "listing": listing,
        "people": sum(one.people for one in loads),
        "alerted": sum(one.alerted for one in loads),
        "over": sum(one.is_over for one in loads),
        "alone": sum(one.people for one in loads if one.referent is None),
        "months": months,
        "chart": pairs([(date_format(one.month, "M"), one.entered, one.left) for one in months]),
        "entered": sum(one.entered for one in months),
        "left": sum(one.left for one in months),
        "trail": [(reverse("journeys:caseload"), _("People followed"))],
    }
    return render(request, "journeys/caseload/load.html", context)


def _their_people(row: loading.Load) -> str | None:
    if not row.people:
        return None
    return f"{reverse('journeys:caseload')}?referent={row.referent or NOBODY}"


def _load_in_words(row: loading.Load) -> str:
    if row.referent is None:
        return _("to be given a référent")
    return _("above what is reckoned with") if row.is_over else _("within what is reckoned with")
