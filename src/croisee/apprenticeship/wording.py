"""Where an application stands, in words for both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from croisee.apprenticeship.models import OF_COMPANY, Outcome
from croisee.opportunities.models import ApplicationState

if TYPE_CHECKING:
    from croisee.apprenticeship.models import Candidacy


@dataclass(frozen=True)
class Told:
    """A state in a few words, and the tone of its badge."""

    words: str
    tone: str


def told(row: Candidacy) -> Told:
    """Where an application stands."""
    state = ApplicationState(row.application.state)
    if state == ApplicationState.ASKED:
        if row.interview_at:
            return Told(_("invited to an interview"), "info")
        return Told(pgettext("application", "to be answered"), "warn")
    if state == ApplicationState.OFFERED:
        return Told(_("place to confirm"), "warn")
    if state == ApplicationState.CONFIRMED:
        return Told(_("apprenticeship confirmed"), "ok")
    if row.outcome in OF_COMPANY:
        return Told(pgettext("application", "not taken"), "bad")
    if row.outcome == Outcome.WITHDRAWN and state == ApplicationState.LAPSED:
        return Told(_("not confirmed in time"), "bad")
    words = Outcome(row.outcome).label if row.outcome else row.application.get_state_display()
    return Told(str(words), "")


def reason(row: Candidacy) -> str:
    """Why the company said no; nothing otherwise."""
    return capfirst(str(Outcome(row.outcome).label)) if row.outcome in OF_COMPANY else ""
