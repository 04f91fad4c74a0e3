"""Where a caseload goes: a programme, who follows people in it, who sends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from croisee.journeys.queries.referents import referents_of

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.journeys.caselists.matching import Analysis
    from croisee.journeys.models import Programme

OVERWRITE = "overwrite"
"""The choice by which the file counts where it says otherwise than what is known."""


@dataclass
class Goal:
    """The programme that a caseload goes into, and the manager who sends it. `kept`: what was found out, by table."""

    programme: Programme
    account: Account
    kept: dict[int, Analysis] = field(default_factory=dict)

    @cached_property
    def referents(self) -> list[Account]:
        """Who may follow people in the programme."""
        return list(referents_of(self.programme))

    def referent(self, text: str) -> Account | None:
        """The référent of that name or e-mail address; None for nobody, or for several of one name."""
        found = [one for one in self.referents if text.strip().lower() in (one.email, str(one).lower())]
        return found[0] if len(found) == 1 else None
