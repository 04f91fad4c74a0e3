"""Who belongs where: the administrator's pages."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts import queries, services
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.forms import InviteForm
from croisee.foundation.accounts.models import Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.listings import Column, Listing

MEMBER_COLUMNS = [
    Column(
        "account",
        gettext_lazy("Person"),
        sort="account__email",
        link=lambda membership: reverse("accounts:membership", args=[membership.pk]),
    ),
    Column("email", gettext_lazy("E-mail address"), value=lambda membership: membership.account.email),
    Column("role", gettext_lazy("Role"), value=lambda membership: membership.get_role_display(), sort="role"),
    Column("started_on", gettext_lazy("Since"), sort="started_on"),
    Column("ended_on", gettext_lazy("Until"), sort="ended_on"),
]


@role_required(Role.ADMINISTRATOR)
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Every organisation, and how many people act for it."""
    listing = Listing(
        request,
        queries.organisations_with_members(signed_in(request)),
        name="organisations",
        columns=[
            Column(
                "name",
                _("Organisation"),
                sort="name",
                link=lambda organisation: reverse("accounts:organisation", args=[organisation.pk]),
            ),
            Column(
                "kind", _("Kind"), value=lambda organisation: organisation.get_kind_display(), sort="kind"
            ),
            Column("siret", "SIRET"),
            Column("uai", "UAI"),
            Column("members", _("Members"), sort="members", numeric=True),
        ],
        search=["name", "siret", "uai"],
        choices={"kind": (_("Kind"), Kind.choices)},
        empty_title=_("No organisation yet"),
        empty_text=_("They come with the loaded data and with the files of the campaign."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "accounts/organisations.html", {"listing": listing})


@role_required(Role.ADMINISTRATOR)
@require_safe
def organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The members of an organisation, past ones included."""
    account = signed_in(request)
    shown = get_object_or_404(Organisation.objects.visible_to(account), pk=pk)
    listing = Listing(
        request,
        queries.members(account).filter(organisation=shown),
        name="members",
        columns=MEMBER_COLUMNS,
        search=["account__email", "account__name"],
        choices={"role": (_("Role"), Role.choices)},
        empty_title=_("Nobody yet"),
        empty_text=_("Invite someone: the person gets an e-mail that says how to sign in."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "accounts/organisation.html", {"organisation": shown, "listing": listing})


@role_required(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Invite someone to an organisation."""
    target = get_object_or_404(Organisation.objects.visible_to(signed_in(request)), pk=pk)
    form = InviteForm(target, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            membership = services.invite(
                form.cleaned_data["email"], target, Role(form.cleaned_data["role"]), form.cleaned_data["name"]
            )
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            email = membership.account.email
            messages.success(request, _("%(email)s is invited: an e-mail has gone out.") % {"email": email})
            return redirect("accounts:organisation", pk)
    return render(request, "accounts/invite.html", {"organisation": target, "form": form})


@role_required(Role.ADMINISTRATOR)
@require_safe
def membership(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One membership, and how to end it."""
    shown = get_object_or_404(queries.members(signed_in(request)), pk=pk)
    return render(request, "accounts/membership.html", {"membership": shown})


@role_required(Role.ADMINISTRATOR)
@require_POST
def end_membership(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a membership as of today."""
    ended = get_object_or_404(Membership.objects.visible_to(signed_in(request)), pk=pk)
    try:
        services.end_membership(ended)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("accounts:membership", pk)
    messages.success(request, _("The role is no longer held."))
    return redirect("accounts:organisation", ended.organisation_id)
