"""Published contracts: the list, one contract, the shares of buyers, and the import of a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from croisee.clauses.decp.counts import NOT_SAID
from croisee.clauses.decp.vocabulary import SOCIAL, Kind, SocialConsideration
from croisee.clauses.forms.published import DecpForm
from croisee.clauses.models import DecpImport, PublishedContract, Refusal
from croisee.clauses.models.published import READERS, PublishedContractQuerySet
from croisee.clauses.queries import published as queries
from croisee.clauses.services import published as services
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.listings import Column, Listing
from croisee.foundation.registry import Text

BANDS = {
    "below": gettext_lazy("below 40 000 €"),
    "between": gettext_lazy("from 40 000 € to the European threshold"),
    "above": gettext_lazy("from the European threshold"),
    "unknown": gettext_lazy("40 000 € or more, threshold of the day not known here"),
}


@dataclass(frozen=True)
class Selection:
    """A tab of the list: which contracts, and why they are looked at."""

    url_name: str
    label: Text
    lead: Text
    chosen: Callable[[PublishedContractQuerySet], PublishedContractQuerySet]


SELECTIONS = (
    Selection(
        "published",
        gettext_lazy("All contracts"),
        gettext_lazy("Contracts and concessions as their buyers publish them (essential data, DECP)."),
        lambda rows: rows,
    ),
    Selection(
        "published_without",
        gettext_lazy("Should carry a clause"),
        gettext_lazy(
            "Contracts worth the European threshold or more on the day of notification, that declare no social "
            "consideration. The day of consultation is not published: it decides whether the rule applied."
        ),
        queries.should_carry,
    ),
    Selection(
        "published_unfollowed",
        gettext_lazy("Declared, not followed"),
        gettext_lazy(
            "Contracts worth the European threshold or more, that declare a social consideration, and that no contract "
            "followed here is, by the buyer’s SIRET and the number of the contract."
        ),
        queries.declared_unfollowed,
    ),
)


class _Declared(list[str]):
    """One consideration, as the option of a filter on an array: it reads as its spelling."""

    def __str__(self) -> str:
        return self[0]


@role_required(*READERS)
@require_GET
def published(request: HttpRequest) -> HttpResponse:
    """Every published contract."""
    return _list(request, SELECTIONS[0])


@role_required(*READERS)
@require_GET
def published_without(request: HttpRequest) -> HttpResponse:
    """Those that should carry a clause and declare none."""
    return _list(request, SELECTIONS[1])


@role_required(*READERS)
@require_GET
def published_unfollowed(request: HttpRequest) -> HttpResponse:
    """Those that declare a clause that nobody follows here."""
    return _list(request, SELECTIONS[2])


def _list(request: HttpRequest, selection: Selection) -> HttpResponse:
    account = signed_in(request)
    rows = PublishedContract.objects.visible_to(account)
    listing = Listing(
        request,
        selection.chosen(rows),
        name="published",
        columns=[
            Column("object", _("Object"), link=PublishedContract.get_absolute_url),
            Column("buyer", _("Buyer"), lambda row: row.buyer_name or row.buyer_siret, "buyer_siret"),
            Column("amount", _("Amount (€)"), lambda row: round(row.amount), "amount", numeric=True),
            Column("notified_on", _("Notified on"), sort="notified_on"),
            Column("social", _("Social considerations"), _considerations, badge=_tone),
            Column("decp_id", _("Number"), sort="decp_id"),
        ],
        search=["object", "buyer_name", "buyer_siret", "decp_id"],
        choices={
            "notified_on__year": (_("Year"), [(year, str(year)) for year in queries.years()]),
            "buyer_siret": (_("Buyer"), queries.buyers(rows)),
            "social__contains": (
                _("Social consideration"),
                [(_Declared([one.value]), one.label) for one in SocialConsideration],
            ),
            "social__isnull": (_("Declaration"), [(False, _("made")), (True, _("not made"))]),
            "kind": (_("Kind"), Kind.choices),
        },
        per_page=25,
        empty_title=_("No published contract here"),
        empty_text=_("A facilitateur sends the DECP file of the buyers of the territory."),
    )
    if listing.wants_export:
        return listing.export()
    context = {
        "listing": listing,
        "selection": selection,
        "tabs": _tabs(selection.url_name),
        "may_import": account.has_role(Role.FACILITATEUR),
    }
    return render(request, "clauses/published/list.html", context)


def _tabs(here: str) -> list[tuple[str, Text, bool]]:
    pages = [(one.url_name, one.label) for one in SELECTIONS]
    pages.append(("published_shares", gettext_lazy("Shares by buyer and year")))
    return [(reverse(f"clauses:{name}"), label, name == here) for name, label in pages]


def _considerations(row: PublishedContract) -> str:
    if row.social is None:
        return _("not declared")
    return ", ".join(str(SocialConsideration(one).label) for one in row.social)


def _tone(row: PublishedContract) -> str:
    if row.social is None:
        return "info"
    return "ok" if any(one in SOCIAL for one in row.social) else "warn"


@role_required(*READERS)
@require_GET
def published_contract(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One published contract."""
    rows = PublishedContract.objects.visible_to(signed_in(request))
    row = get_object_or_404(rows, pk=pk)
    context = {
        "row": row,
        "considerations": _considerations(row),
        "tone": _tone(row),
        "above": queries.above(rows.filter(pk=pk)).exists(),
        "followed": not rows.filter(pk=pk).unfollowed().exists(),
    }
    return render(request, "clauses/published/contract.html", context)


@role_required(*READERS)
@require_GET
def published_shares(request: HttpRequest) -> HttpResponse:
    """The share of contracts with a social consideration, by buyer and year, in number and in amount."""
    rows = PublishedContract.objects.visible_to(signed_in(request))
    everyone = "tous" in request.GET
    if not everyone:
        rows = rows.of_our_buyers()
    listing = Listing(
        request,
        queries.shares_by_buyer(rows),
        name="shares",
        columns=[
            Column("buyer", _("Buyer"), sort="buyer", link=_contracts_of),
            Column("year", _("Year"), lambda row: str(row.year), "year"),
            Column("percent", _("Share (%)"), sort="percent", numeric=True, bar=lambda row: row.percent),
            Column("contracts", _("Contracts"), sort="contracts", numeric=True),
            Column("said", _("of which declare"), sort="said", numeric=True),
            Column("social", _("with a social consideration"), sort="social", numeric=True),
            Column(
                "percent_of_amount",
                _("Share of amounts (%)"),
                sort="percent_of_amount",
                numeric=True,
                bar=lambda row: row.percent_of_amount,
            ),
        ],
        search=["buyer", "buyer_siret"],
        per_page=30,
        empty_title=_("No contract of our buyers is published here"),
        empty_text=_("Buyers are known by the SIRET of their organisation; contracts come from a DECP file."),
    )
    if listing.wants_export:
        return listing.export()
    context = {
        "listing": listing,
        "tabs": _tabs("published_shares"),
        "everyone": everyone,
        "bands": [(BANDS[one.band], one) for one in queries.shares_by_band(rows)],
        "most": queries.MOST_ROWS,
    }
    return render(request, "clauses/published/shares.html", context)


def _contracts_of(row: queries.Share) -> str:
    return (
        f"{reverse('clauses:published')}?buyer_siret={row.buyer_siret}&notified_on__year={row.year}#published"
    )


@role_required(Role.FACILITATEUR)
@require_http_methods(["GET", "HEAD", "POST"])
def import_published(request: HttpRequest) -> HttpResponseBase:
    """Send a DECP file, and the imports before."""
    account = signed_in(request)
    form = DecpForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return redirect(services.start_import(account, form.cleaned_data["file"]))
    imports = DecpImport.objects.visible_to(account).filter(counts__isnull=False)
    return render(
        request, "clauses/published/import.html", {"form": form, "imports": imports[: services.KEPT]}
    )


@role_required(Role.FACILITATEUR)
@require_GET
def published_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What an import kept, and each record that it refused with what to do."""
    account = signed_in(request)
    one = get_object_or_404(DecpImport.objects.visible_to(account).filter(counts__isnull=False), pk=pk)
    listing = Listing(
        request,
        Refusal.objects.visible_to(account).filter(decp_import=one),
        name="refusals",
        columns=[
            Column("position", _("Position in the file"), sort="position"),
            Column("decp_id", _("Number"), sort="decp_id"),
            Column("reason", _("Why, and what to do")),
        ],
        search=["decp_id", "reason"],
        empty_title=_("No record was refused"),
        empty_text=_("Every contract of the file is here."),
    )
    if listing.wants_export:
        return listing.export()
    counts = one.counts or {}
    figures = [
        (_("Records read"), counts["read"]),
        (_("Contracts kept"), counts["kept"]),
        (_("of which new"), counts["added"]),
        (_("of which changed"), counts["changed"]),
        (_("Records refused"), counts["read"] - counts["kept"]),
    ]
    declared = [
        (_name(value), counts["considerations"].get(value, 0))
        for value in (*SocialConsideration.values, NOT_SAID)
    ]
    context = {
        "one": one,
        "counts": counts,
        "figures": _grouped(figures),
        "declared": _grouped(declared),
        "listing": listing,
    }
    return render(request, "clauses/published/imported.html", context)


def _name(value: str) -> Text:
    return _("not declared") if value == NOT_SAID else SocialConsideration(value).label


def _grouped(figures: Sequence[tuple[Text, int]]) -> list[tuple[Text, str]]:
    return [(label, number_format(n, use_l10n=True, force_grouping=True)) for label, n in figures]
