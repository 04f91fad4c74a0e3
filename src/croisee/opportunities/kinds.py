"""What each service adds to the opportunities that are its own: their name, their details, where they are changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise

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
    """

    name: str
    label: Text
    details: Callable[[Opportunity, Account], Sequence[Detail]] = field(default=_no_details)
    next_step: Callable[[Opportunity, Account], Step | None] = field(default=_no_step)
    offerer_url: Callable[[Opportunity], str] = field(default=_search_page)
    warnings: Callable[[Opportunity], Sequence[Text]] = field(default=lambda opportunity: ())


_KINDS: dict[str, OpportunityKind] = {}


def register(kind: OpportunityKind) -> OpportunityKind:
    """Declare a kind; ValueError when its name is taken by another."""
    if _KINDS.setdefault(kind.name, kind) != kind:
        raise ValueError(f"two kinds of opportunities are called {kind.name}")
    return kind


def kind_of(opportunity: Opportunity) -> OpportunityKind:
    """The kind of an opportunity; a bare one for a kind that no service declares."""
    return _KINDS.get(opportunity.kind) or OpportunityKind(opportunity.kind, opportunity.kind)


def kinds() -> list[OpportunityKind]:
    """Those that are declared, in order."""
    return list(_KINDS.values())


def offerer_url(opportunity: Opportunity) -> str:
    """Where those who offer it see it."""
    return kind_of(opportunity).offerer_url(opportunity)
