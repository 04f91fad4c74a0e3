"""How an employer comes in, and whom it welcomes."""

from itertools import groupby
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from croisee.foundation import throttle
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.opportunities.models import Application
from croisee.stages.forms.hosts import ArriveForm, BeginForm
from croisee.stages.queries import offers as queries
from croisee.stages.services import hosts as services
from croisee.stages.wording import week_of_monday

LINKS_AN_HOUR = 10


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer_begin(request: HttpRequest) -> HttpResponse:
    """Offer an internship: who is known goes to the form, who is not gets a link. One answer for every address."""
    if request.method != "POST" and "autre" not in request.GET and _is_employer(request):
        return redirect("stages:new_offer")
    form = BeginForm(request.POST or None)
    if not form.is_valid():
        return render(request, "stages/offers/begin.html", {"form": form})
    if throttle.exceeded(request, "offer_begin", limit=LINKS_AN_HOUR, seconds=3600):
        return render(request, "stages/offers/too_many.html", status=429)
    # Nor is one address written to again and again from many places.
    refusal: HttpResponse | None = ratelimit.consume_or_429(
        request, action="sign_in_link", key=form.cleaned_data["email"]
    )
    if refusal is not None:
        return refusal
    services.write_link(form.cleaned_data["email"], form.cleaned_data["siret"])
    return render(request, "stages/offers/link_sent.html")


def _is_employer(request: HttpRequest) -> bool:
    return isinstance(request.user, Account) and request.user.has_role(Role.EMPLOYER)


@login_not_required
@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def offer_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of the e-mail: its button goes on, opening it does nothing."""
    wanted = services.behind_link(token)
    if wanted is None:
        return render(request, "stages/offers/link_over.html", status=410)
    known = services.name_of_host(wanted["siret"])
    form = ArriveForm(request.POST if request.method == "POST" else None, known_name=known)
    if request.method == "POST" and form.is_valid():
        arrival = _arrive(token, form)
        if arrival is not None:
            return _go_on(request, arrival)
    context = {"form": form, "known": known, "siret": wanted["siret"]}
    return render(request, "stages/offers/link.html", context)


def _arrive(token: str, form: ArriveForm) -> services.Arrival | None:
    try:
        return services.arrive(token, form.cleaned_data.get("organisation", ""), form.cleaned_data["name"])
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return None


def _go_on(request: HttpRequest, arrival: services.Arrival) -> HttpResponse:
    """To the form of an offer; to the sign-in page for whom a link is not enough; or to wait for one's team."""
    account = arrival.account
    if account is None:
        return render(request, "stages/offers/ask_team.html", {"arrival": arrival})
    target = f"{reverse('stages:new_offer')}?organisme={arrival.organisation.pk}"
    if request.user == account:
        return redirect(target)
    if account.is_agent():
        messages.info(request, _("Sign in with your password to go on: you can now offer internships."))
        return redirect(f"{reverse('account_login')}?next={target}")
    if request.user.is_authenticated:
        get_adapter().logout(request)
    record_authentication(request, account, method="link")
    response: HttpResponse = perform_login(request, Login(user=account, redirect_url=target))
    return response


@role_required(Role.EMPLOYER)
@require_safe
def hosted_pupils(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The pupils who confirmed a place in one offer."""
    account = signed_in(request)
    offer = get_object_or_404(
        queries.own_offers(account).filter(organisation__in=account.organisations(Role.EMPLOYER)), pk=pk
    )
    record_read(account, offer, _("pupils welcomed in an offer"))
    rows = queries.hosted(account).filter(period__opportunity=offer)
    context = {"offer": offer, "weeks": _by_week(rows), "title": _("Pupils you welcome")}
    return render(request, "stages/offers/hosted.html", context)


@role_required(Role.EMPLOYER)
@require_safe
def hosting(request: HttpRequest) -> HttpResponse:
    """Who comes when, over all offers."""
    account = signed_in(request)
    record_read(account, account.organisations(Role.EMPLOYER)[0], _("pupils welcomed by an establishment"))
    context = {"offer": None, "weeks": _by_week(queries.hosted(account)), "title": _("Who comes when")}
    return render(request, "stages/offers/hosted.html", context)


def _by_week(rows: object) -> list[dict[str, object]]:
    """Pupils by week, each with no more than a host may know."""
    weeks = groupby(rows, key=lambda row: row.period.starts_on)  # type: ignore[call-overload]  # a query set
    return [
        {"label": capfirst(week_of_monday(monday)), "pupils": [_shown(row) for row in group]}
        for monday, group in weeks
    ]


def _shown(row: Application) -> dict[str, object]:
    """First name, class, school, referent teacher; needs with consent; the way to the convention."""
    person = row.person
    classes = person.classes  # type: ignore[attr-defined]  # prefetched
    school_class = classes[0].school_class if classes else None
    shares = bool(person.shared)  # type: ignore[attr-defined]  # prefetched
    conventions = row.live_conventions  # type: ignore[attr-defined]  # prefetched
    return {
        "given_name": person.given_name,
        "class": school_class,
        "school": school_class.school if school_class else None,
        "offer": row.period.opportunity,
        "needs": person.needs if shares else "",
        "convention": conventions[0] if conventions else None,
    }
