"""Hours of experts, appointments, notices of the board: written through the models."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from croisee.foundation.accounts.models import Account
from croisee.foundation.notices.models import Ledger, State
from croisee.foundation.notices.services import deliver
from croisee.incubation.models import Advice, AdviceSlot, Expert, Incubator, Post, PostKind, Project
from tests.world import TODAY


def at(days: int, hour: int, minute: int = 0) -> dt.datetime:
    """A moment some days from today, as clocks here show it."""
    return timezone.make_aware(dt.datetime.combine(TODAY + dt.timedelta(days=days), dt.time(hour, minute)))


def make_slot(expert: Expert, days: int = 5, hour: int = 10, **values: object) -> AdviceSlot:
    """An hour of 45 minutes."""
    start = at(days, hour)
    fields: dict[str, object] = {"place": "Bureau 12"}
    return AdviceSlot.objects.create(
        expert=expert, starts_at=start, ends_at=start + dt.timedelta(minutes=45), **(fields | values)
    )


def make_advice(expert: Expert, project: Project, days: int = 5, hour: int = 10, **values: object) -> Advice:
    """An appointment of a project."""
    fields: dict[str, object] = {"question": "Quel statut choisir ?"}
    return Advice.objects.create(slot=make_slot(expert, days, hour), project=project, **(fields | values))


def make_post(incubator: Incubator, author: Account, **values: object) -> Post:
    """A notice that is shown for a month."""
    fields: dict[str, object] = {
        "kind": PostKind.OFFER,
        "title": "Prête une perceuse",
        "text": "Dans l’atelier 1, à rendre le soir.",
        "expires_on": TODAY + dt.timedelta(days=30),
    }
    return Post.objects.create(incubator=incubator, author=author, **(fields | values))


def deliver_all() -> None:
    """Send every e-mail that is owed, as the worker does."""
    for row in Ledger.objects.filter(state=State.WAITING).order_by("pk"):
        deliver.call(str(row.pk))
