"""What is announced of FSE+: questionnaires, proofs, tables, controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, home_cards, nav_links
from croisee.journeys import panels
from croisee.journeys.cards import returns as cards
from croisee.journeys.models import Journey, Proof
from croisee.journeys.queries.completeness import one_standing
from croisee.journeys.services.returns import exporting, reminders

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


def declare() -> None:
    """Announce cards, the link, the daily work, the panel of a journey's page."""
    for role in (Role.REFERENT, Role.PROGRAMME_MANAGER):
        for card in (cards.lacking, cards.to_ask, cards.to_check, cards.ending):
            home_cards.register(role, card)
    for role in (Role.OFFICIAL, Role.ADMINISTRATOR):
        home_cards.register(role, cards.figures)
    nav_links.register(NavLink("FSE+", "journeys:returns", 50), Role.PROGRAMME_MANAGER)
    daily.register(
        "journeys_situations",
        gettext_lazy("E-mails about questionnaires to ask"),
        reminders.tell_of_situations,
    )
    daily.register(
        "journeys_tables", gettext_lazy("Files of tables cleared away"), exporting.discard_prepared
    )
    panels.register("returns", 50, panel)


def panel(journey: Journey, account: Account) -> panels.Panel | None:
    """How complete the returns of a person are, for who may write in the journey: one query."""
    if not account.has_role(Role.REFERENT, Role.PROGRAMME_MANAGER):
        return None
    found = one_standing(journey, account, timezone.localdate())
    if found is None:
        return None
    url = reverse("journeys:journey_returns", args=[journey.pk])
    gone = len(found.answers) + len(found.proofs)
    if gone:
        said = ngettext(
            "%(percent)d %% there; %(n)d piece is missing.",
            "%(percent)d %% there; %(n)d pieces are missing.",
            gone,
        )
        return panels.Panel("FSE+", said % {"percent": found.percent, "n": gone}, url, "warn")
    if waiting := len(found.waiting):
        said = ngettext("%(n)d proof is to be checked.", "%(n)d proofs are to be checked.", waiting)
        return panels.Panel("FSE+", said % {"n": waiting}, url, "info")
    return panels.Panel("FSE+", _("Nothing that is due is missing."), url, "ok")


@receiver(post_delete, sender=Proof)
def remove_proof(instance: Proof, **_kwargs: Any) -> None:
    """A proof goes from the disk with its row, whatever took the row along."""
    if instance.file:
        storage, name = instance.file.storage, str(instance.file.name)
        transaction.on_commit(lambda: storage.delete(name))
