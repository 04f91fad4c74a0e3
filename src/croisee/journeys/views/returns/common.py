"""What the pages of returns share: tabs, the way back, rows that one may write in, what is missing in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from croisee.foundation.accounts.access import signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.journeys.completeness import ANSWERS
from croisee.journeys.models import Journey, Moment, Programme, ProofKind, ProofState

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from croisee.foundation.accounts.models import Account

TEAM = (Role.REFERENT, Role.PROGRAMME_MANAGER)
FORM = ["GET", "HEAD", "POST"]
TONES = {ProofState.TO_CHECK: "info", ProofState.ACCEPTED: "ok", ProofState.REFUSED: "bad"}
Trail = list[tuple[str, str]]


def tabs(account: Account, here: str) -> list[tuple[str, str, bool]]:
    """The pages of returns that one may open, and which one this is."""
    pages = [
        ("returns", _("What is missing")),
        ("situations", _("Questionnaires to ask")),
        ("proofs", _("Proofs")),
        ("indicators", _("Indicators")),
    ]
    if account.has_role(Role.PROGRAMME_MANAGER):
        pages += [("return_tables", _("Tables")), ("controls", _("Controls"))]
    return [(reverse(f"journeys:{name}"), label, name == here) for name, label in pages]


def top() -> tuple[str, str]:
    """The first step of the way back."""
    return reverse("journeys:returns"), "FSE+"


def written_in(request: HttpRequest, pk: UUID) -> Journey:
    """A journey that the reader may write in; 404 otherwise."""
    account = signed_in(request)
    rows = Journey.objects.visible_to(account).followed_by(account)
    return get_object_or_404(rows.select_related("person__profile", "programme"), pk=pk)


def managed(request: HttpRequest) -> QuerySet[Programme]:
    """The programmes that the reader manages."""
    account = signed_in(request)
    return Programme.objects.visible_to(account).managed_by(account).order_by("name", "pk")


def name_of(journey: Journey) -> str:
    """The person's name; what is said once erased."""
    return str(journey.person) if journey.person else _("erased person")


def trail_of(journey: Journey) -> Trail:
    """The pages above a form about a journey."""
    return [top(), (reverse("journeys:journey_returns", args=[journey.pk]), name_of(journey))]


def done(request: HttpRequest, act: Callable[[], object], said: str) -> bool:
    """Do `act` and say that it is done, or why it was refused; whether it was done."""
    try:
        act()
    except (ValidationError, TransitionRefused) as refusal:
        reasons = refusal.messages if isinstance(refusal, ValidationError) else [refusal.reason]
        messages.error(request, " ".join(reasons))
        return False
    messages.success(request, said)
    return True


def note_export(request: HttpRequest, reason: str) -> None:
    """Note that a list of people leaves the software."""
    account = signed_in(request)
    for team in account.organisations(*TEAM)[:1]:
        record_export(account, team, reason)


def moments() -> dict[str, str]:
    """How a moment is named before what is missing of it."""
    return {
        Moment.ENTRY: pgettext("moment", "entry"),
        Moment.EXIT: pgettext("moment", "exit"),
        Moment.SIX_MONTHS: pgettext("moment", "six months"),
    }


def in_words(pairs: Iterable[tuple[str, str]], *, proofs: bool) -> str:
    """What is missing, moment by moment: `entry: sex, level of training · exit: …`."""
    labels = dict(ProofKind.choices) if proofs else ANSWERS
    by_moment: dict[str, list[str]] = {}
    for moment, name in pairs:
        by_moment.setdefault(moment, []).append(str(labels[name]))
    parts = [
        _("%(moment)s: %(what)s") % {"moment": label, "what": ", ".join(by_moment[moment])}
        for moment, label in moments().items()
        if moment in by_moment
    ]
    return capfirst(" · ".join(parts))


def pairs(keys: Iterable[str]) -> list[tuple[str, str]]:
    """`moment:name` cut in two."""
    return [(moment, name) for moment, _colon, name in (key.partition(":") for key in keys)]
