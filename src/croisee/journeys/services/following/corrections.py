"""What the person says is wrong: asked, then corrected or kept with the reason (GDPR article 16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.services import perform
from croisee.foundation.notices.services import send
from croisee.journeys.models import Correction, Journey
from croisee.journeys.notices import following as notices
from croisee.journeys.queries.recipients import team_of
from croisee.journeys.services.following.locking import locked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from croisee.foundation.accounts.models import Account


@transaction.atomic
def ask_correction(journey: Journey, values: Mapping[str, Any], account: Account) -> Correction:
    """The person asks that something be corrected; who follows the journey is told. `values`: about, text."""
    correction = Correction(
        journey=journey, asked_by=account, about=values["about"].strip(), text=values["text"].strip()
    )
    correction.full_clean()
    correction.save()
    send(
        notices.ASKED,
        team_of(journey),
        key=str(correction.pk),
        context={"correction": str(correction.pk)},
    )
    return correction


@transaction.atomic
def answer_correction(
    correction: Correction, transition: str, account: Account, *, answer: str = ""
) -> Correction:
    """Say that it is corrected, or kept as it is and why; the person is told. ValidationError, TransitionRefused."""
    row = locked(correction)
    if transition == "decline" and not answer.strip():
        raise ValidationError({"answer": _("Say why it is kept as it is: the person reads it.")})
    perform(row, transition, account)
    row.answer = answer.strip()
    row.save()
    if row.asked_by is not None and row.asked_by.is_active:
        send(notices.ANSWERED, [row.asked_by], key=str(row.pk), context={"correction": str(row.pk)})
    return row
