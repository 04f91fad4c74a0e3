"""The administrator's journal: what changed, and who read what."""

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.queries import names_by_id
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit import queries
from croisee.foundation.audit.forms import JournalForm
from croisee.foundation.audit.models import Access, Action
from croisee.foundation.audit.tracking import audited_models
from croisee.foundation.listings import Column, Listing


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """The two pages of the journal."""
    names = [("audit:changes", _("Changes")), ("audit:accesses", _("Accesses"))]
    return [(reverse(name), label, name == here) for name, label in names]


@role_required(Role.ADMINISTRATOR)
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Every change of every audited thing."""
    account = signed_in(request)
    form = JournalForm(request.GET)
    rows = queries.changes(account, **form.filters()) if form.is_valid() else []
    names = names_by_id(account, {row.account_id for row in rows if row.account_id})
    listing = Listing(
        request,
        rows,
        name="changes",
        columns=[
            Column(
                "at",
                _("When"),
                link=lambda row: reverse("audit:change", args=[row.model._meta.label_lower, row.event_id]),
            ),
            Column("action", _("What")),
            Column("kind", _("Thing")),
            Column("summary", _("Fields")),
            Column("who", _("Who"), value=lambda row: names.get(row.account_id, "")),
            Column("where", _("From where")),
        ],
        empty_title=_("No change"),
        empty_text=_("Nothing matches. Widen the dates."),
    )
    queries.summarise(listing.shown)
    if listing.wants_export:
        return listing.export()
    context = {
        "form": form,
        "listing": listing,
        "tabs": tabs("audit:changes"),
        "full": len(rows) == queries.MOST_LINES,
    }
    return render(request, "audit/changes.html", context)


@role_required(Role.ADMINISTRATOR)
@require_safe
def change(request: HttpRequest, label: str, event_id: int) -> HttpResponse:
    """One change: each field before and after."""
    account = signed_in(request)
    model = next((model for model in audited_models() if model._meta.label_lower == label), None)
    shown = queries.change(account, model, event_id) if model is not None else None
    if shown is None:
        raise Http404
    who = names_by_id(account, {shown.account_id} - {""}).get(shown.account_id, "")
    return render(request, "audit/change.html", {"change": shown, "who": who})


def _subject(access: Access) -> str:
    """What was read, by the name of its kind; a kind that is no longer here, as it was written."""
    try:
        kind = str(apps.get_model(access.subject_type)._meta.verbose_name)
    except (LookupError, ValueError):
        kind = access.subject_type
    return f"{kind} {access.subject_id}"


@role_required(Role.ADMINISTRATOR)
@require_safe
def accesses(request: HttpRequest) -> HttpResponse:
    """Every sign-in, and every reading of a person's file."""
    listing = Listing(
        request,
        queries.accesses(signed_in(request)),
        name="accesses",
        columns=[
            Column("at", _("When"), sort="at"),
            Column("action", _("What"), value=lambda access: access.get_action_display(), sort="action"),
            Column("account", _("Who"), sort="account__email"),
            Column("concerns", _("Concerning"), sort="concerns__email"),
            Column("subject", _("Thing"), value=_subject),
            Column("why", _("Why, or how")),
        ],
        search=[
            "account__email",
            "account__name",
            "concerns__email",
            "concerns__name",
            "subject_id",
            "reason",
        ],
        choices={"action": (_("What"), Action.choices)},
        empty_title=_("No access yet"),
        empty_text=_("Sign-ins and readings of people’s files are written here."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "audit/accesses.html", {"listing": listing, "tabs": tabs("audit:accesses")})
