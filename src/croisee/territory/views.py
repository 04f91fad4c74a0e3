"""The check of an address, open to everyone, and the data sets that are loaded."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from croisee.foundation import throttle
from croisee.foundation.accounts.access import role_required
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.territory.answers import Answer, answer_address, place_of
from croisee.territory.models import Epci, Street
from croisee.territory.queries import search_addresses, territory_status
from croisee.territory.services import issue_proof

SUGGESTED = 8
LONGEST_ADDRESS = 200
PROOFS_A_MINUTE = 10
TONES = {Answer.YES: "yes", Answer.NO: "no", Answer.UNCERTAIN: "uncertain", Answer.UNKNOWN: "uncertain"}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Ask about an address (`q`), choose among those it may be, and read the answer about one (`ban`).

    What is asked is not stored, nor is it in the address of a page, which servers and browsers write down: it is
    posted. `?ban=` alone is read from there, for whoever chooses to share an answer.
    """
    text = _typed(request, "q")
    identifier = _typed(request, "ban") or request.GET.get("ban", "")
    found = [] if identifier or not text else search_addresses(text, SUGGESTED)
    if found and found[0].exact and not (len(found) > 1 and found[1].exact):
        identifier = found[0].identifier
    place = place_of(identifier) if identifier else None
    answer = None if place is None else answer_address(place)
    context = {
        "text": text or (place.label if place else ""),
        "answer": answer,
        "identifier": identifier,
        "tone": TONES[answer.verdict.answer] if answer else "",
        "found": [] if answer else found,
        "nothing_found": bool(text) and not found and answer is None,
        "is_loaded": Street.objects.visible_to(request.user).exists(),
    }
    return render(request, "territory/address.html", context)


@login_not_required
@never_cache
@require_POST
def suggestions(request: HttpRequest) -> HttpResponse:
    """The addresses that `q` may mean, as options of a list."""
    found = search_addresses(_typed(request, "q"), SUGGESTED)
    return render(request, "territory/suggestions.html", {"found": found})


def _typed(request: HttpRequest, name: str) -> str:
    """What was posted under a name, as long as an address can be."""
    return request.POST.get(name, "").replace("\0", "").strip()[:LONGEST_ADDRESS]


@login_not_required
@require_POST
def proof(request: HttpRequest) -> HttpResponse:
    """The PDF about one address, whose reference anyone can verify."""
    if throttle.exceeded(request, "territory.proof", limit=PROOFS_A_MINUTE):
        return HttpResponse(
            _("Too many proofs in a minute. Wait a little."), status=429, content_type="text/plain"
        )
    place = place_of(_typed(request, "ban"))
    if place is None:
        raise Http404
    account = request.user if isinstance(request.user, Account) else None
    document = issue_proof(answer_address(place), account)
    headers = {"Content-Disposition": f'attachment; filename="adresse-{document.reference}.pdf"'}
    return HttpResponse(document.pdf, content_type="application/pdf", headers=headers)


@role_required(Role.ADMINISTRATOR)
@require_GET
def data_sets(request: HttpRequest) -> HttpResponse:
    """What is loaded for each EPCI, of when, and what is missing."""
    context = {"statuses": [territory_status(epci) for epci in Epci.objects.visible_to(request.user)]}
    return render(request, "territory/data_sets.html", context)
