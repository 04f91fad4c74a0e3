"""Statements to check: the list, what is odd on each row, and deciding many at once."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from croisee.clauses.anomalies import Anomaly, blocking, hours_text
from croisee.clauses.forms.statements import USUAL_REASONS, DecideForm, chosen
from croisee.clauses.models import WAITING, StatementState
from croisee.clauses.months import first_of, named
from croisee.clauses.queries import statements as queries
from croisee.clauses.queries.anomalies import Among, anomalies_of, asked
from croisee.clauses.services import checking
from croisee.clauses.services.checking import Decided
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export
from croisee.foundation.dates import add_months
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.listings import Column, Listing

PER_PAGE = 50
MOST_LOOKED_AT = 2_000
"""Statements whose anomalies are looked for at once, beyond those of a page: the oldest first."""
MONTHS_BACK = 36
TOLD = 5
"""How many statements a message names; the others are counted."""
SHOWN: Mapping[str, tuple[str, ...]] = {
    "": WAITING,
    "rejected": (StatementState.REJECTED,),
    "validated": (StatementState.VALIDATED,),
    "corrected": (StatementState.CORRECTED,),
}
"""What the tabs of the list show, by what their address says."""
NOTHING, LOOK, BLOCKS, ANY = "none", "look", "blocks", "any"
Found = Mapping[UUID, tuple[Anomaly, ...]]


@role_required(Role.FACILITATEUR)
def statements(request: HttpRequest) -> HttpResponse:
    """What companies declared and nobody decided yet, longest first; what has nothing odd is ticked beforehand."""
    account = signed_in(request)
    listing = _listing(request, account)
    if listing.wants_export:
        record_export(
            account, account.organisations(Role.FACILITATEUR)[0], _("export of the statements of hours")
        )
        return listing.export()
    pile = queries.pile(account)
    context = {
        "listing": listing,
        "pile": pile,
        "pile_hours": hours_text(pile.hours),
        "tabs": _tabs(request),
        "many": "anomaly" in request.GET and pile.count > MOST_LOOKED_AT,
        "most_looked_at": MOST_LOOKED_AT,
        "deciding": listing.total and not _shown(request),
        "reasons": USUAL_REASONS,
        "seen_at": timezone.now().isoformat(),
        "query": request.GET.urlencode(),
    }
    return render(request, "clauses/statements/statements.html", context)


@role_required(Role.FACILITATEUR)
@require_POST
def decide_statements(request: HttpRequest) -> HttpResponse:
    """Check, validate or reject the statements ticked; or validate all those listed that have nothing odd."""
    account, form = signed_in(request), DecideForm(request.POST)
    keys = chosen(request.POST.getlist("chosen"))
    if not form.is_valid():
        messages.error(request, _("This reason is too long: 500 characters at most."))
    elif form.cleaned_data["do"] == "ready":
        _tell(request, "validate", _validate_ready(request, account, form))
    elif not keys:
        messages.error(request, _("Tick the statements first."))
    else:
        decide(request, account, keys, form)
    query = request.GET.urlencode()
    return redirect(reverse("clauses:statements") + (f"?{query}" if query else ""))


def decide(request: HttpRequest, account: Account, keys: list[UUID], form: DecideForm) -> Decided | None:
    """Do what a valid form asks with these statements, and say what became of them; None when it was refused."""
    asked_for = form.cleaned_data
    try:
        decided = {
            "validate": lambda: checking.validate(
                keys, account, because=asked_for["because"], seen_at=asked_for["seen_at"]
            ),
            "check": lambda: checking.check(keys, account, seen_at=asked_for["seen_at"]),
            "reject": lambda: checking.reject(keys, asked_for["why"], account, seen_at=asked_for["seen_at"]),
        }[asked_for["do"]]()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
    else:
        _tell(request, asked_for["do"], decided)
        return decided
    return None


def _validate_ready(request: HttpRequest, account: Account, form: DecideForm) -> Decided:
    """Those of the list, on all its pages, of which nothing is odd."""
    rows = _listing(request, account).matching
    if not isinstance(rows, QuerySet):
        return Decided()
    found = anomalies_of(asked(rows.filter(state__in=WAITING), MOST_LOOKED_AT), timezone.localdate())
    ready = [key for key, odd in found.items() if not odd]
    return checking.validate(ready, account, seen_at=form.cleaned_data["seen_at"])


def _tell(request: HttpRequest, do: str, decided: Decided) -> None:
    """What became of the statements, in messages: done, met by somebody else, held back, lots completed."""
    n, hours = len(decided.moved), hours_text(decided.hours)
    if n:
        said = {
            "validate": ngettext(
                "%(n)d statement validated: %(hours)s.", "%(n)d statements validated: %(hours)s.", n
            ),
            "check": ngettext("%(n)d statement noted as checked.", "%(n)d statements noted as checked.", n),
            "reject": ngettext(
                "%(n)d statement rejected: the company is told why.",
                "%(n)d statements rejected: the companies are told why, in one e-mail each.",
                n,
            ),
        }[do]
        messages.success(request, said % {"n": n, "hours": hours})
    elif not decided.met and not decided.held:
        messages.info(request, _("Nothing was left to do."))
    if decided.held:
        said = ngettext(
            "%(n)d statement has anomalies and was left: write why it is accepted, or reject it: %(names)s.",
            "%(n)d statements have anomalies and were left: write why they are accepted, or reject them: %(names)s.",
            len(decided.held),
        )
        names = _some([checking.label(row) for row, _odd in decided.held])
        messages.warning(request, said % {"n": len(decided.held), "names": names})
    for row, why in decided.met[:TOLD]:
        messages.warning(request, f"{checking.label(row)}: {why}")
    if more := len(decided.met) - TOLD if len(decided.met) > TOLD else 0:
        said = ngettext("%(n)d other was decided meanwhile.", "%(n)d others were decided meanwhile.", more)
        messages.warning(request, said % {"n": more})
    for lot in decided.completed[:TOLD]:
        messages.success(
            request, _("All the hours due of “%(lot)s” are done: it can be closed.") % {"lot": lot.title}
        )


def _some(names: list[str]) -> str:
    shown = "; ".join(names[:TOLD])
    return f"{shown}…" if len(names) > TOLD else shown


# The list


def _shown(request: HttpRequest) -> str:
    """The tab that one looks at; the statements that wait by default."""
    asked_for = request.GET.get("show", "")
    return asked_for if asked_for in SHOWN else ""


def _tabs(request: HttpRequest) -> list[tuple[str, str, bool]]:
    labels = {
        "": _("To check"),
        "rejected": _("Rejected"),
        "validated": _("Validated"),
        "corrected": _("Replaced by a correction"),
    }
    page, here = reverse("clauses:statements"), _shown(request)
    return [(f"{page}?show={key}" if key else page, label, key == here) for key, label in labels.items()]


def filtered(request: HttpRequest, account: Account) -> tuple[QuerySet[Any], Found | None]:
    """The statements of the tab, with the names to filter by: `company`, `lot`, `anomaly`.

    Also what is odd about them, when one filters by that: about those that have waited longest, `MOST_LOOKED_AT` of
    them; else it is asked for the rows shown alone.
    """
    rows: QuerySet[Any] = queries.readable(account).filter(state__in=SHOWN[_shown(request)])
    # What is decided is many: the newest months first, in the order of an index.
    rows = rows.order_by("-month", "pk") if _shown(request) else queries.in_order(rows)
    rows = rows.alias(company=F("assignment__employer"), lot=F("assignment__commitment__clause__lot"))
    kind, found = request.GET.get("anomaly", ""), None
    if kind in (NOTHING, LOOK, BLOCKS, ANY):
        waiting = narrowed(request, rows.filter(state__in=WAITING))
        found = anomalies_of(asked(waiting, MOST_LOOKED_AT), timezone.localdate())
        rows = rows.filter(Among("pk", [key for key, odd in found.items() if _is_of(kind, odd)]))
    return rows.alias(anomaly=Value(kind)), found


def narrowed(request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
    """These rows by the month, the company and the lot of the address; what is no month and no key counts as none."""
    for name in ("company", "lot"):
        try:
            rows = rows.filter(**{name: UUID(request.GET.get(name, ""))})
        except ValueError:
            continue
    try:
        return rows.filter(month=dt.date.fromisoformat(request.GET.get("month", "")))
    except ValueError:
        return rows


def _is_of(kind: str, odd: Iterable[Anomaly]) -> bool:
    if kind == ANY:
        return bool(odd)
    return kind == _kind(tuple(odd))


def _kind(odd: tuple[Anomaly, ...]) -> str:
    if not odd:
        return NOTHING
    return BLOCKS if blocking(odd) else LOOK


def _listing(request: HttpRequest, account: Account) -> Listing:
    rows, found = filtered(request, account)
    facets = _facets(request, account)
    listing = Listing(
        request,
        rows,
        columns=(),
        name="statements",
        search=queries.SEARCHED,
        choices={
            "month": (_("Month"), [(month, named(month).capitalize()) for month in facets.months]),
            "company": (_("Company"), facets.companies),
            "lot": (_("Lot"), facets.lots),
            **({} if _shown(request) else _of_what_waits()),
        },
        per_page=PER_PAGE,
        empty_title=_("Nothing here") if _shown(request) else _("No statement waits"),
        empty_text=_("Statements appear here once they are decided.")
        if _shown(request)
        else _(
            "All the hours that companies sent are decided. They appear here as soon as a month is declared."
        ),
    )
    if found is None:
        shown = [row for row in listing.shown if row.state in WAITING]
        keys = [(row.pk, row.assignment.participant_id, row.month) for row in shown]
        found = anomalies_of(keys, timezone.localdate())
    listing.columns = _columns(found, export=listing.wants_export)
    return listing


def _of_what_waits() -> dict[str, Any]:
    """What else there is to filter by among the statements that wait."""
    return {
        "anomaly": (
            _("Anomalies"),
            [
                (ANY, _("with anomalies")),
                (BLOCKS, _("that ask for a reason")),
                (LOOK, _("to look at")),
                (NOTHING, _("none")),
            ],
        ),
        "state": (_("State"), [(state, StatementState(state).label) for state in WAITING]),
    }


def _facets(request: HttpRequest, account: Account) -> queries.Facets:
    """What there is to filter by; among what is decided, months and what the address names."""
    if not _shown(request):
        found = queries.facets(queries.readable(account).filter(state__in=WAITING))
    else:
        month = first_of(timezone.localdate())
        found = queries.Facets([add_months(month, -n) for n in range(MONTHS_BACK)])
    return queries.with_named(found, account, request.GET.get("company", ""), request.GET.get("lot", ""))


TONES = {NOTHING: "ok", LOOK: "warn", BLOCKS: "bad"}


def _columns(found: Found, *, export: bool) -> list[Column]:
    def odd(row: Any) -> tuple[Anomaly, ...]:
        return found.get(row.pk, ())

    def check(row: Any) -> str:
        if row.state not in WAITING:
            return str(row.get_state_display())
        said = {NOTHING: _("nothing odd"), LOOK: _("to look at"), BLOCKS: _("asks for a reason")}
        return said[_kind(odd(row))]

    columns = [
        Column(
            "person",
            _("Person"),
            lambda row: str(row.assignment.participant),
            "assignment__participant__person__family_name",
            link=lambda row: row.get_absolute_url(),
            pick=lambda row: str(row.pk) if row.state in WAITING else "",
            picked=lambda row: not odd(row),
        ),
        Column(
            "check",
            _("Check"),
            check,
            badge=lambda row: TONES[_kind(odd(row))] if row.state in WAITING else "info",
        ),
        Column(
            "month",
            _("Month"),
            lambda row: row.month if export else named(row.month),
            "month",
        ),
        Column(
            "hours",
            _("Hours of work"),
            lambda row: float(row.hours) if export else hours_text(row.hours),
            "hours",
            numeric=True,
        ),
        Column(
            "employer", _("Company"), lambda row: row.assignment.employer.name, "assignment__employer__name"
        ),
        Column(
            "lot_title",
            _("Lot"),
            lambda row: row.assignment.commitment.clause.lot.title,
            "assignment__commitment__clause__lot__title",
        ),
        Column("odd", _("What is odd"), lambda row: " ".join(one.sentence for one in odd(row))),
    ]
    if not export:
        return columns
    return [
        *columns,
        Column("state", _("State"), lambda row: row.get_state_display()),
        Column("version", _("Version")),
        Column("proof_kind", _("Proof"), lambda row: row.get_proof_kind_display()),
        Column("sent_at", _("Sent on")),
        Column("why_rejected", _("Why rejected")),
        Column("accepted_because", _("Why accepted all the same")),
    ]
