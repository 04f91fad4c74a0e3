"""Agreements: the list, the calendar of terms, the page of one, its paper; what the company sees of its own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.figures.book import NoFigure
from croisee.foundation.listings import Column, Listing, Where
from croisee.incubation.models import Agreement, AgreementState, Review
from croisee.incubation.queries import hosting as queries
from croisee.incubation.queries.aids import Counter, counter
from croisee.incubation.queries.hosting_own import own_companies
from croisee.incubation.rents import aid, in_force
from croisee.incubation.services.hosting_papers import agreement_pdf
from croisee.opportunities.tenure import (
    Stage,
    Tenure,
    alert,
    commercial_lease_arises_on,
    last_day_to_act,
    said,
)

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from croisee.foundation.accounts.models import Account, Organisation

MANAGER = Role.INCUBATOR_MANAGER
READERS = (Role.INCUBATOR_MANAGER, Role.EMPLOYER)
NEAR = {
    "late": gettext_lazy("more than a month past"),
    "past": gettext_lazy("past"),
    "30": gettext_lazy("within a month"),
    "90": gettext_lazy("within three months"),
    "180": gettext_lazy("within six months"),
}


def trail_of(account: Account) -> list[tuple[str, str]]:
    """Where one comes from: the list of a manager, the own page of a company."""
    if account.has_role(MANAGER):
        return [(reverse("incubation:agreements"), _("Agreements"))]
    return [(reverse("incubation:my_hosting"), _("My hosting"))]


def badge_of(row: Agreement, today: dt.date) -> tuple[str, str]:
    """What is to be said of the term in a badge, and its tone; both empty when there is nothing."""
    found = queries.standing_alert(row, today)
    if found is None or row.state != AgreementState.SIGNED:
        return "", ""
    if found.stage == Stage.ARISEN and row.kind == Tenure.DEROGATORY:
        return _("commercial lease arisen"), found.tone
    return str(found.stage.label), found.tone


def _columns(today: dt.date) -> list[Column]:
    return [
        Column(
            "tenant",
            _("Company"),
            lambda row: str(row.tenant),
            "tenant__name",
            link=Agreement.get_absolute_url,
        ),
        Column("spaces", _("Spaces"), queries.spaces_in_words),
        Column("kind", _("Kind of contract"), lambda row: queries.short_kind(row.kind), "kind"),
        Column("starts_on", _("From"), sort="starts_on"),
        Column("ends_on", _("Term"), sort="ends_on"),
        Column(
            "days",
            _("Days left"),
            lambda row: (row.ends_on - today).days if row.state == AgreementState.SIGNED else None,
            numeric=True,
        ),
    ]


@role_required(MANAGER)
@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """Every agreement of one’s incubators, with what its term asks for."""
    account, today = signed_in(request), timezone.localdate()
    conditions = dict(queries.by_term(today))
    listing = Listing(
        request,
        queries.agreements(account).filter(pk__in=_managed(account)).prefetch_related("occupancies__space"),
        name="agreements",
        columns=[
            *_columns(today),
            Column("state", _("Stands"), Agreement.get_state_display, "state"),
            Column(
                "alert",
                _("To do"),
                lambda row: badge_of(row, today)[0],
                badge=lambda row: badge_of(row, today)[1],
            ),
        ],
        search=["tenant__name", "project__title"],
        choices={
            "state": (_("Stands"), AgreementState.choices),
            "kind": (_("Kind of contract"), [(kind, queries.short_kind(kind)) for kind in Tenure.values]),
            "term": (
                _("Term"),
                [(Where(name, conditions[name]), NEAR[name]) for name in ("late", "past", "30", "90", "180")],
            ),
        },
        empty_title=_("No agreement yet"),
        empty_text=_("An agreement is written from the page of a project that the committee accepted."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "incubation/hosting/agreements.html", {"listing": listing})


def _managed(account: Account) -> Any:
    return Agreement.objects.visible_to(account).managed_by(account).order_by().values("pk")


@role_required(MANAGER)
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """The terms to come and those that are past, soonest first, with what the law says of each."""
    account, today = signed_in(request), timezone.localdate()
    listing = Listing(
        request,
        queries.terms_to_come(account, today).prefetch_related("occupancies__space"),
        name="terms",
        columns=[
            *(column for column in _columns(today) if column.name != "starts_on"),
            Column("limit", _("Last day to act"), lambda row: last_day_to_act(row.ends_on)),
            Column(
                "arises",
                _("Commercial lease from"),
                lambda row: (
                    commercial_lease_arises_on(row.ends_on) if row.kind == Tenure.DEROGATORY else None
                ),
            ),
            Column(
                "alert",
                _("To do"),
                lambda row: badge_of(row, today)[0],
                badge=lambda row: badge_of(row, today)[1],
            ),
        ],
        choices={
            "kind": (_("Kind of contract"), [(kind, queries.short_kind(kind)) for kind in Tenure.values])
        },
        empty_title=_("No term within six months"),
        empty_text=_("Agreements appear here six months before their term; e-mails say so as well."),
    )
    if listing.wants_export:
        return listing.export()
    trail = [(reverse("incubation:agreements"), _("Agreements"))]
    return render(request, "incubation/hosting/legal.html", {"listing": listing, "trail": trail})


@role_required(*READERS)
@require_safe
def agreement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One agreement: what is let, rents, how long all together, the law, the aid, the reviews."""
    account, today = signed_in(request), timezone.localdate()
    row = get_object_or_404(queries.agreements(account), pk=pk)
    steps = queries.steps_of(row)
    context = {
        "agreement": row,
        "today": today,
        "manages": row.manages,
        "draft": row.state == AgreementState.DRAFT,
        "signed": row.state == AgreementState.SIGNED,
        "days_left": (row.ends_on - today).days,
        "badge": badge_of(row, today),
        "said": _said(row, today),
        "steps": steps,
        "current": in_force(steps, today) or next(iter(steps), None),
        "aid": aid(steps, row.starts_on, row.ends_on),
        "following": _following(account, row) if row.state != AgreementState.DRAFT else None,
        "reviews": _reviews(account, row) if row.state != AgreementState.DRAFT else [],
        **_duration(row),
        "counter": counter_or_none(row.tenant, today),
        "trail": trail_of(account),
    }
    return render(request, "incubation/hosting/agreement.html", context)


def _said(row: Agreement, today: dt.date) -> str:
    found = alert(row.ends_on, today) if row.state == AgreementState.SIGNED else None
    return said(row.kind, found, today) if found else ""


def _following(account: Account, row: Agreement) -> Agreement | None:
    rows = Agreement.objects.visible_to(account).filter(previous=row)
    return rows.exclude(state=AgreementState.CANCELLED).order_by("-starts_on").first()


def _reviews(account: Account, row: Agreement) -> list[Review]:
    return list(Review.objects.visible_to(account).filter(project=row.project_id).order_by("due_on", "pk"))


def _duration(row: Agreement) -> dict[str, Any]:
    """The company in each of these spaces, over all its contracts, and how long a short lease may be."""
    occupancies = list(queries.occupancies_of(row))
    spaces = list(dict.fromkeys(one.space for one in occupancies))
    is_draft = row.state == AgreementState.DRAFT
    try:
        found = queries.premises(
            row.tenant,
            spaces,
            row.starts_on,
            row.ends_on if is_draft else None,
            row if is_draft else None,
        )
    except NoFigure:
        return {"occupancies": occupancies, "premises": [], "no_figure": True}
    return {"occupancies": occupancies, "premises": found}


def counter_or_none(organisation: Organisation, day: dt.date) -> Counter | None:
    """The de minimis counter of a company; None while a figure is missing."""
    try:
        return counter(organisation, day)
    except NoFigure:
        return None


@role_required(*READERS)
@require_safe
def agreement_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The agreement on paper, to sign."""
    row = get_object_or_404(queries.agreements(signed_in(request)), pk=pk)
    return pdf_response(agreement_pdf(row), f"convention-{row.starts_on:%Y-%m-%d}.pdf")


@role_required(Role.EMPLOYER)
@require_safe
def my_hosting(request: HttpRequest) -> HttpResponse:
    """What a hosted company sees: its agreements, its rent, its next review, its aid."""
    account, today = signed_in(request), timezone.localdate()
    context = {"companies": own_companies(account, today), "today": today}
    return render(request, "incubation/hosting/mine.html", context)
