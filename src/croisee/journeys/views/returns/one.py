"""What is returned about one person: the three questionnaires, the proofs, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from croisee.directory.models import Capacity
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.audit.services import record_read
from croisee.foundation.dates import age_in_years
from croisee.foundation.dates import in_words as day_in_words
from croisee.foundation.forms import add_refusal
from croisee.journeys.completeness import ANSWERS, ASKED, due_by, is_due, reached_on, score
from croisee.journeys.forms.returns import SituationForm, WhyForm
from croisee.journeys.indicators import LEAVING_DAYS
from croisee.journeys.models import Moment, ProofState
from croisee.journeys.queries.completeness import file_of, with_file
from croisee.journeys.returning import VALUES
from croisee.journeys.services.returns import situations as services
from croisee.journeys.views.returns.common import (
    FORM,
    TEAM,
    TONES,
    in_words,
    name_of,
    top,
    trail_of,
    written_in,
)

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.journeys.models import Journey, Situation

CARRIED_FROM = {
    Moment.EXIT: gettext_lazy(
        "Prefilled with the answers given at entry: change what is no longer so, then save."
    ),
    Moment.SIX_MONTHS: gettext_lazy(
        "Prefilled with the answers given on leaving: change what is no longer so, then save."
    ),
}


@role_required(*TEAM)
@require_safe
def journey_returns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The questionnaires and the proofs of one person, and what is missing of them."""
    account, journey, today = signed_in(request), written_in(request, pk), timezone.localdate()
    record_read(account, journey, _("FSE+ questionnaires and proofs"), concerned(journey))
    found = score(file_of(with_file(journey)), today)
    rows = {row.moment: row for row in journey.situations.all()}
    context = {
        "journey": journey,
        "name": name_of(journey),
        "trail": [top()],
        "score": found,
        "answers_missing": in_words(found.answers, proofs=False),
        "questionnaires": [_questionnaire(journey, moment, rows.get(moment)) for moment in Moment]
        if journey.programme.fse
        else [],
        "answers": _answers(rows),
        "asked": [
            {
                "kind": one.kind,
                "moment": one.moment,
                "label": in_words([(one.moment, one.kind)], proofs=True),
                "url": f"{reverse('journeys:new_proof', args=[pk])}?kind={one.kind}&moment={one.moment}",
            }
            for one in found.proofs
        ],
        "proofs": [{"row": row, "tone": TONES[ProofState(row.state)]} for row in journey.proofs.all()],
        "why": WhyForm(),
    }
    return render(request, "journeys/returns/journey.html", context)


def concerned(journey: Journey) -> Account | None:
    """The person's own account, which reads who opened the file."""
    if journey.person is None:
        return None
    own = journey.person.contacts.filter(capacity=Capacity.SELF, account__isnull=False)
    contact = own.select_related("account").first()
    return contact.account if contact else None


def _questionnaire(journey: Journey, moment: Moment, row: Situation | None) -> dict[str, Any]:
    """A questionnaire as the page shows it: its answers, or from and until when it is asked."""
    reached = reached_on(moment, journey.entered_on, journey.exited_on)
    return {
        "moment": moment,
        "title": moment.label,
        "row": row,
        "due": is_due(moment, journey.entered_on, journey.exited_on, timezone.localdate()),
        "reached": reached,
        "until": due_by(moment, reached) if reached else None,
        "late": bool(row and reached and row.answered_on and _too_late(row, journey)),
    }


def _too_late(row: Situation, journey: Journey) -> bool:
    """Whether answers on leaving came after four weeks: they are no results any more."""
    if row.moment != Moment.EXIT or row.answered_on is None or journey.exited_on is None:
        return False
    return (row.answered_on - journey.exited_on).days > LEAVING_DAYS


def _answers(rows: dict[str, Situation]) -> list[tuple[str, list[str]]]:
    """The answers side by side, question by question; a dash for what was not asked yet."""
    return [
        (str(label), [_cell(name, moment, rows.get(moment)) for moment in Moment])
        for name, label in ANSWERS.items()
    ]


def _cell(name: str, moment: str, row: Situation | None) -> str:
    return _word(name, getattr(row, name)) if row and name in ASKED[moment] else ""


def _word(name: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "answered_on":
        return day_in_words(value)
    return str(VALUES.get(name, {}).get(value, value))


@role_required(*TEAM)
@require_http_methods(FORM)
def situation(request: HttpRequest, pk: UUID, moment: str) -> HttpResponse:
    """Answer a questionnaire, or correct it."""
    if moment not in Moment.values:
        raise Http404(moment)
    account, journey = signed_in(request), written_in(request, pk)
    row = journey.situations.filter(moment=moment).first()
    form = SituationForm(
        request.POST or None, moment, row, {} if row else services.prefilled(journey, moment)
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.answer(journey, moment, form.cleaned_data, account, seen=form.last_seen())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The answers are saved."))
            if _too_late(saved, journey):
                messages.warning(
                    request,
                    _("They came more than four weeks after the exit: the indicators count them as missing."),
                )
            return redirect("journeys:journey_returns", pk=pk)
    record_read(account, journey, _("FSE+ questionnaires and proofs"), concerned(journey))
    context = {
        "form": form,
        "journey": journey,
        "name": name_of(journey),
        "title": Moment(moment).label,
        "trail": trail_of(journey),
        "carried": CARRIED_FROM.get(Moment(moment), "") if row is None else "",
        "age": _age(journey) if moment == Moment.ENTRY else None,
    }
    return render(request, "journeys/returns/situation.html", context, status=422 if form.errors else 200)


def _age(journey: Journey) -> int | None:
    if journey.person is None or journey.entered_on is None:
        return None
    return age_in_years(journey.person.birth_date, journey.entered_on)
