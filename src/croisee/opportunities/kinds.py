"""What each service adds to the opportunities that are its own: their name, their details, where they are changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from croisee.foundation.accounts.roles import Role

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.opportunities.models import Opportunity

Text = str | Promise
Detail = tuple[Text, object]


@dataclass(frozen=True)
class Step:
    """What the reader can do next with an opportunity: one button of its page."""

    label: Text
    url: str


def _no_details(opportunity: Opportunity, account: Account) -> Sequence[Detail]:
    return ()


def _no_step(opportunity: Opportunity, account: Account) -> Step | None:
    return None


def _search_page(opportunity: Opportunity) -> str:
    return reverse("opportunities:opportunity", args=[opportunity.pk])


@dataclass(frozen=True)
class OpportunityKind:
    """One kind of opportunity, declared by the service that it belongs to, in its `apps.py`.

        register(OpportunityKind("stage_3e", _("internship of 3e"), details=..., next_step=..., offerer_url=...))

    - `name` is what `Opportunity.kind` holds; `label` is that in words.
    - `details(opportunity, account)` gives facts of the page of an offer, as (label, value), in order; weeks, seats
      and access are among them, and are left out of the general ones. It is called for whoever may see the offer:
      it gives no personal data that `account` may not read.
    - `next_step(opportunity, account)` gives the page's main button (wish for it, say), or None.
    - `offerer_url(opportunity)` is where those who offer it see and change it.
    - `warnings(opportunity)` gives sentences for who checks offers, beyond those of `croisee.opportunities.checks`.
    - `managers` are the roles that check offers of this kind, publish and reject them.
    - `searched` is false for a kind that a search finds only when it is asked for: a pupil who looks for an internship
      is not shown contracts.
    - `open_on(day)` is the condition over `Opportunity` under which one that is published can be applied to, where a
      kind has more to say of that than its periods.
    - `partner` names the platform that offers of this kind are read from, "" for the national one of internships.
    """

    name: str
    label: Text
    details: Callable[[Opportunity, Account], Sequence[Detail]] = field(default=_no_details)
    next_step: Callable[[Opportunity, Account], Step | None] = field(default=_no_step)
    offerer_url: Callable[[Opportunity], str] = field(default=_search_page)
    warnings: Callable[[Opportunity], Sequence[Text]] = field(default=lambda opportunity: ())
    managers: tuple[Role, ...] = (Role.CAMPAIGN_MANAGER,)
    searched: bool = True
    open_on: Callable[[date], Q] | None = None
    partner: Text = ""


_KINDS: dict[str, OpportunityKind] = {}


def register(kind: OpportunityKind) -> OpportunityKind:
    """Declare a kind; ValueError when its name is taken by another."""
    if _KINDS.setdefault(kind.name, kind) != kind:
        raise ValueError(f"two kinds of opportunities are called {kind.name}")
    return kind


def kind_of(opportunity: Opportunity) -> OpportunityKind:
    """The kind of an opportunity; a bare one for a kind that no service declares."""
    return kind_named(opportunity.kind)


def kind_named(name: str) -> OpportunityKind:
    """The kind of this name; a bare one for a name that no service declares."""
    return _KINDS.get(name) or OpportunityKind(name, name)


def kinds() -> list[OpportunityKind]:
    """Those that are declared, in order."""
    return list(_KINDS.values())


def managers() -> tuple[Role, ...]:
    """Every role that checks offers of some kind, each once."""
    return tuple(dict.fromkeys(role for kind in (_UNKNOWN, *kinds()) for role in kind.managers))


def managed_by(account: Account, path: str = "") -> Q:
    """Over opportunities (at `path`): those of the kinds that `account` checks; of no kind, those of nobody's kind."""
    held = account.roles()
    ours = [kind.name for kind in kinds() if held & set(kind.managers)]
    if not held & set(_UNKNOWN.managers):
        return Q(**{f"{path}kind__in": ours})
    others = [kind.name for kind in kinds() if kind.name not in ours]
    return ~Q(**{f"{path}kind__in": others}) if others else Q()


def searched_apart() -> list[str]:
    """The names of kinds that a search finds only when they are asked for."""
    return [kind.name for kind in kinds() if not kind.searched]


def open_on(day: date | None = None) -> Q:
    """Over opportunities: those that their kind, if it has something to say, says are open on a day (today)."""
    condition = Q()
    for kind in kinds():
        if kind.open_on is not None:
            condition &= ~Q(kind=kind.name) | kind.open_on(day or timezone.localdate())
    return condition


_UNKNOWN = OpportunityKind("", "")
"""What holds for a kind that no service declares."""


def offerer_url(opportunity: Opportunity) -> str:
    """Where those who offer it see it."""
    return kind_of(opportunity).offerer_url(opportunity)
