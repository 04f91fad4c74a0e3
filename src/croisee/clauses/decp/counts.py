"""What an import did, in figures."""

from dataclasses import asdict, dataclass
from typing import Any

from croisee.clauses.decp.vocabulary import SocialConsideration

NOT_SAID = "not said"
"""The contracts that declare no consideration, neither one nor that there is none."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Records read, contracts kept, what the kept ones changed here, and what they declare.

    `added`, `changed`, `same` and `older` (than what is here, which stays) add up to `kept`.
    `buyers_whose_key_fails`: kept with a SIRET whose check digit is wrong; `unknown_considerations`: kept with a
    consideration that is not official and was passed over.
    """

    read: int
    kept: int
    added: int
    changed: int
    same: int
    older: int
    buyers_whose_key_fails: int
    unknown_considerations: int
    considerations: dict[str, int]

    @property
    def refused(self) -> int:
        """Records refused."""
        return self.read - self.kept

    def as_json(self) -> dict[str, Any]:
        """The counts for a report or a column."""
        return asdict(self)


def by_consideration(found: dict[str | None, int]) -> dict[str, int]:
    """The count of each official consideration (0 when there is none), then of those that say nothing."""
    counts = {value: found.get(value, 0) for value in SocialConsideration.values}
    return counts | {NOT_SAID: found.get(None, 0)}
