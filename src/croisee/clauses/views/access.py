"""For the facilitateur: how companies come in, links sent and withdrawn, months that are missing."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from croisee.clauses import months
from croisee.clauses.models import Commitment
from croisee.clauses.queries import access as queries
from croisee.clauses.queries.links import standing
from croisee.clauses.services import links as services
from croisee.clauses.services.new_links import LINK_DAYS
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.listings import Column, Listing

LINKS_SHOWN = 20
DECLARED_TONES = {"done": "ok", "nothing": "info", "missing": "warn", "nobody": ""}
CONTACT_TONES = {"good": "", "bounced": "bad", "none": "warn"}


@role_required(Role.FACILITATEUR)
@require_safe
def company_access(request: HttpRequest) -> HttpResponse:
    """Companies of lots under way: contact, link, last month; links are sent to those ticked."""
    month = months.last_month()
    declared, contact = dict(queries.DECLARED), dict(queries.CONTACT)
    listing = Listing(
        request,
        queries.companies(signed_in(request), month),
        name="companies",
        columns=[
            Column(
                "organisation",
                _("Company"),
                lambda row: row.organisation.name,
                "organisation__name",
                link=lambda row: reverse("clauses:commitment_access", args=[row.pk]),
                pick=lambda row: str(row.pk),
            ),
            Column("lot", _("Lot"), lambda row: row.clause.lot.title, "clause__lot__title"),
            Column(
                "declared",
                _("%(month)s") % {"month": months.named(month)},
                lambda row: declared[row.declared],
                badge=lambda row: DECLARED_TONES[row.declared],
            ),
            Column("contact", _("Contact"), _contact, "contact_name"),
            Column(
                "reachable",
                _("E-mail"),
                lambda row: contact[row.contact],
                badge=lambda row: CONTACT_TONES[row.contact],
            ),
            Column("sent", _("Last link sent on"), sort="sent"),
            Column("used", _("Last link used on"), sort="used"),
            Column("reminded_on", _("Reminded on"), sort="reminded_on"),
        ],
        search=["organisation__name", "clause__lot__title", "contact_name", "contact_email"],
        choices={
            "declared": (_("Last month"), queries.DECLARED),
            "contact": (_("E-mail"), queries.CONTACT),
        },
        empty_title=_("No company is committed in a lot under way"),
        empty_text=_("Companies appear here once a lot is awarded to them."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "clauses/company/access.html", {"listing": listing, "month": month})


def _contact(row: Commitment) -> str:
    return row.contact_name or row.contact_email


@role_required(Role.FACILITATEUR)
@require_safe
def commitment_access(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How one company comes in: its contact, the links sent, what they still open."""
    commitment = _found(request, pk)
    links = list(commitment.links.select_related("commitment")[:LINKS_SHOWN])
    context = {
        "commitment": commitment,
        "links": [(link, standing(link)) for link in links],
        "open": sum(standing(link) == "open" for link in links),
        "days": LINK_DAYS,
        "month": months.last_month(),
        "revoke_url": reverse("clauses:revoke_links", args=[pk]),
    }
    return render(request, "clauses/company/commitment_access.html", context)


def _found(request: HttpRequest, pk: UUID) -> Commitment:
    rows = Commitment.objects.visible_to(signed_in(request)).select_related(
        "organisation", "clause__lot__contract__operation"
    )
    return get_object_or_404(rows, pk=pk)


@role_required(Role.FACILITATEUR)
@require_POST
def send_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send the contact of one commitment a link."""
    commitment = _found(request, pk)
    try:
        new = services.send_link(commitment)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        if new:
            told = _("A link is on its way to %(contact)s. It holds for %(days)d days.")
            about = {"contact": _contact(commitment), "days": LINK_DAYS}
            messages.success(request, told % about)
        else:
            messages.info(request, _("A link left a few minutes ago: give it time to arrive."))
    return redirect(_after(request, reverse("clauses:commitment_access", args=[pk])))


@role_required(Role.FACILITATEUR)
@require_POST
def send_links(request: HttpRequest) -> HttpResponse:
    """Send a link to each company that is ticked, and to each company of the lots that are (`chosen`: identifiers)."""
    chosen = _identifiers(request.POST.getlist("chosen"))
    rows = Commitment.objects.visible_to(signed_in(request))
    done = services.send_links(rows.filter(Q(pk__in=chosen) | Q(clause__lot__in=chosen)))
    _tell(request, done)
    return redirect(_after(request, reverse("clauses:company_access")))


def _identifiers(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _tell(request: HttpRequest, done: services.Sending) -> None:
    if done.sent:
        told = ngettext("%(n)d link is on its way.", "%(n)d links are on their way.", done.sent)
        messages.success(request, told % {"n": done.sent})
    if done.recent:
        told = ngettext(
            "%(n)d company had a link a few minutes ago.",
            "%(n)d companies had a link a few minutes ago.",
            done.recent,
        )
        messages.info(request, told % {"n": done.recent})
    if done.without:
        told = _("No e-mail address is known for: %(names)s. Give one on the page of the commitment.")
        messages.warning(request, told % {"names": ", ".join(done.without)})
    if not (done.sent or done.recent or done.without):
        messages.warning(request, _("Nothing was sent: tick companies of lots under way first."))


@role_required(Role.FACILITATEUR)
@require_POST
def revoke_links(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Withdraw the links of one commitment: what they opened closes at once."""
    count = services.revoke(_found(request, pk))
    told = ngettext(
        "%(n)d link is withdrawn: it opens nothing any more.",
        "%(n)d links are withdrawn: they open nothing any more.",
        count,
    )
    if count:
        messages.success(request, told % {"n": count})
    else:
        messages.info(request, _("No link was open."))
    return redirect("clauses:commitment_access", pk)


def _after(request: HttpRequest, otherwise: str) -> str:
    """Where the form asks to come back to, on this site."""
    after = request.POST.get("next", "")
    ours = after.startswith("/") and url_has_allowed_host_and_scheme(after, None)
    return after if ours else otherwise
