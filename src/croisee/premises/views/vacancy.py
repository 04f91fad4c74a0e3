"""The page of vacancy: what is vacant where and for how long, what was looked for and not found."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.listings import Column, Listing
from croisee.premises.kinds import UnitKind
from croisee.premises.models import OwnerKind, Unit
from croisee.premises.queries import vacancy as queries
from croisee.premises.services.vacancy import vacancy_pdf
from croisee.premises.views.demands import number

READERS = (Role.DEVELOPER, Role.OFFICIAL, Role.LANDLORD)


@role_required(*READERS)
@require_safe
def vacancy(request: HttpRequest) -> HttpResponse:
    """What is vacant of what one reads; what everybody looked for and did not find."""
    account = signed_in(request)
    found, lacking = queries.vacancy(account), queries.lack(account)
    exact = account.has_role(Role.DEVELOPER)
    listings = {
        "areas": _areas(request, found),
        "longest": _longest(request, account),
        "lacking": _lacking(request, lacking, exact=exact),
    }
    for listing in listings.values():
        if listing.wants_export:
            return listing.export()
    context: dict[str, Any] = {
        **listings,
        "found": found,
        "lack": lacking,
        "exact": exact,
        "hides": any(line.hidden for line in lacking.lines),
        "own": not account.has_role(Role.DEVELOPER, Role.OFFICIAL),
    }
    return render(request, "premises/vacancy/vacancy.html", context)


def _areas(request: HttpRequest, found: queries.Vacancy) -> Listing:
    return Listing(
        request,
        list(found.lines),
        name="areas",
        prefix="a-",
        per_page=25,
        columns=[
            Column("place", pgettext("premises", "Place"), sort="place"),
            Column("sort", pgettext("premises", "Supply"), sort="sort"),
            Column("owner", _("Owner"), sort="owner"),
            Column("units", _("Units"), sort="units", numeric=True),
            Column("vacant", _("Vacant"), sort="vacant", numeric=True),
            Column("rate", _("% vacant"), lambda row: round(row.rate, 1), "rate", numeric=True),
            Column("surface", _("m² vacant"), lambda row: number(row.surface), "surface", numeric=True),
            Column("first", _("¼ taken after (days)"), lambda row: row.times.first, numeric=True),
            Column("median", _("½ (days)"), lambda row: row.times.median, "median", numeric=True),
            Column("third", _("¾ (days)"), lambda row: row.times.third, numeric=True),
            Column(
                "times",
                _("Ended / lasting"),
                lambda row: f"{row.times.ended} / {row.times.lasting}",
                numeric=True,
            ),
        ],
        empty_title=_("No premises yet"),
        empty_text=_("Premises that are qualified are counted here."),
    )


def _longest(request: HttpRequest, account: Account) -> Listing:
    today = timezone.localdate()
    develops = account.has_role(Role.DEVELOPER, Role.LANDLORD)

    def days(row: Unit) -> object:
        return None if row.vacant_since is None else (today - row.vacant_since).days

    return Listing(
        request,
        queries.vacant_units(account),
        name="longest",
        prefix="l-",
        per_page=25,
        columns=[
            Column("name", _("Premises"), sort="name", link=Unit.get_absolute_url if develops else None),
            Column("kind", _("Kind"), Unit.get_kind_display, "kind"),
            Column("address", _("Address"), sort="address"),
            Column("owner", _("Owner"), lambda row: row.owner or row.get_owner_kind_display(), "owner__name"),
            Column("surface", _("m²"), lambda row: number(row.surface), "surface", numeric=True),
            Column("state", pgettext("premises", "State"), Unit.get_state_display, "state"),
            Column("vacant_since", _("Vacant since"), sort="vacant_since"),
            Column("days", _("Days"), days, numeric=True),
        ],
        search=["name", "address"],
        choices={
            "kind": (_("Kind"), UnitKind.choices),
            "owner_kind": (_("Kind of owner"), OwnerKind.choices),
        },
        empty_title=_("Nothing is vacant"),
        empty_text=_("Premises without an occupant are listed here, those empty the longest first."),
    )


def _lacking(request: HttpRequest, found: queries.Lack, *, exact: bool) -> Listing:
    columns = [
        Column("use", pgettext("premises", "Use"), sort="use"),
        Column("band", _("Surface"), sort="band"),
        Column("where", _("Where"), sort="where"),
        Column("total", _("Searches"), sort="total", numeric=True),
    ]
    if exact:
        columns += [
            Column("open", _("Still open"), sort="open", numeric=True),
            Column("elsewhere", _("Found elsewhere"), sort="elsewhere", numeric=True),
            Column("dropped", _("Given up"), sort="dropped", numeric=True),
        ]
    columns.append(Column("obstacle", _("What stands in the way most"), sort="obstacle"))
    return Listing(
        request,
        list(found.lines),
        name="lacking",
        prefix="d-",
        per_page=25,
        columns=columns,
        empty_title=_("Fewer than five searches found nothing") if found.too_few else _("Nothing is lacking"),
        empty_text=_("So small a number is not told, since it could say who.")
        if found.too_few
        else _(
            "Searches that nothing fits, or that ended elsewhere, are counted here: that is what to build."
        ),
    )


@role_required(*READERS)
@require_safe
def vacancy_paper(request: HttpRequest) -> HttpResponse:
    """The same to print."""
    account = signed_in(request)
    pdf = vacancy_pdf(queries.vacancy(account), queries.lack(account))
    return pdf_response(pdf, "vacance.pdf")
