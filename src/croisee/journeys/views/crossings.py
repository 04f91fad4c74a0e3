"""Who sees what of somebody's way: the person's own page, and what a référent records."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.directory.models import CROSSINGS, Given, Purpose
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.queries import accesses_to
from croisee.foundation.audit.services import record_read
from croisee.foundation.forms import add_refusal
from croisee.journeys.crossing import consents_alone
from croisee.journeys.forms.rights import RecordForm
from croisee.journeys.models import Journey
from croisee.journeys.queries import rights as queries
from croisee.journeys.services import rights as services

TEAM = (Role.REFERENT, Role.PROGRAMME_MANAGER)
LAST_READS = 20


@role_required(Role.FAMILY)
@require_safe
def my_crossings(request: HttpRequest) -> HttpResponse:
    """Who may see what of my way, who was given access, who opened my file."""
    account, today = signed_in(request), timezone.localdate()
    people: list[Any] = list(queries.deciding_in_full(account))
    context = {
        "people": [
            {
                "person": person,
                "is_oneself": consents_alone(person.birth_date, today),
                "crossings": queries.crossings_of(person),
                "accesses": [queries.access_shown(row, today) for row in person.accesses],
            }
            for person in people
        ],
        "reads": list(accesses_to(account).exclude(account=account).exclude(account=None)[:LAST_READS]),
    }
    return render(request, "journeys/rights/my_crossings.html", context)


@role_required(Role.FAMILY)
@require_POST
def set_crossing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give or withdraw a consent: `purpose`, and `do` is `give` or `withdraw`."""
    account = signed_in(request)
    person = get_object_or_404(queries.deciding(account), pk=pk)
    gives = request.POST.get("do") == "give"
    purpose = _purpose(request)
    services.say_crossing(person, purpose, account, gives=gives)
    said = _("Noted: you consent.") if gives else _("Noted: you no longer consent. It is closed at once.")
    messages.success(request, said)
    return redirect(f"{reverse('journeys:my_crossings')}#{purpose.value}")


def _purpose(request: HttpRequest) -> Purpose:
    asked = request.POST.get("purpose", "")
    if asked not in CROSSINGS:
        raise Http404(asked)
    return Purpose(asked)


def _journey(request: HttpRequest, pk: UUID) -> Journey:
    rows = queries.team_journeys(signed_in(request)).select_related("person", "programme")
    return get_object_or_404(rows, pk=pk)


def _trail(journey: Journey) -> list[tuple[str, str]]:
    return [(journey.get_absolute_url(), str(journey.person))]


@role_required(*TEAM)
@require_safe
def crossings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a person consented to, who else has access: for who follows the person."""
    account, today = signed_in(request), timezone.localdate()
    journey: Any = get_object_or_404(queries.team_journeys_in_full(account), pk=pk)
    person = journey.person
    record_read(account, journey, _("consents and access"), person.own[0].account if person.own else None)
    context = {
        "journey": journey,
        "person": person,
        "alone": consents_alone(person.birth_date, today),
        "crossings": queries.crossings_of(person),
        "accesses": [queries.access_shown(row, today) for row in person.accesses],
        "trail": _trail(journey),
    }
    return render(request, "journeys/rights/crossings.html", context)


@role_required(*TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def record_crossing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record a consent given on paper or by word of mouth."""
    account, journey = signed_in(request), _journey(request, pk)
    person: Any = journey.person
    missing = [one.purpose for one in queries.crossings_of(person) if one.given is None]
    form = RecordForm(request.POST or None, missing)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.record_crossing(
                journey, Purpose(values["purpose"]), account, Given(values["how"]), values["given_on"]
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The consent is recorded: how and when, and that you recorded it."))
            return redirect("journeys:crossings", journey.pk)
    context = {
        "journey": journey,
        "person": person,
        "form": form,
        "missing": missing,
        "alone": consents_alone(person.birth_date, timezone.localdate()),
        "trail": [
            *_trail(journey),
            (reverse("journeys:crossings", args=[journey.pk]), _("Consents and access")),
        ],
    }
    return render(request, "journeys/rights/record.html", context)


@role_required(*TEAM)
@require_POST
def withdraw_crossing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record that a consent is withdrawn."""
    journey = _journey(request, pk)
    services.record_withdrawal(journey, _purpose(request), signed_in(request))
    messages.success(request, _("The consent is withdrawn. It is closed at once."))
    return redirect("journeys:crossings", journey.pk)
