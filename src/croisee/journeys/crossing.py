"""Who sees which stages of somebody's way, and who decides on it: rules without a database.

GDPR articles 6, 7 and 8; loi Informatique et Libertés, article 45 (fifteen years).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from croisee.foundation.dates import age_in_years

AGE_TO_CONSENT = 15
"""From this age on one consents alone; before, a legal representative does."""


@dataclass(frozen=True)
class Viewer:
    """What somebody is to a person: the person, or an agent in charge of one of the person's journeys today.

    `in_charge`: the référent, who manages the programme, or who was given access for a reason and until a day.
    """

    is_oneself: bool = False
    in_charge: bool = False


def may_see(viewer: Viewer, *, of_own_service: bool, purpose: str, consents: Collection[str]) -> bool:
    """Whether `viewer` sees a stage: one's own; of the viewer's own service; or as the person consented.

    `of_own_service`: the service that tells the stage shows it to the viewer without consent. `purpose`: the consent
    that opens the stages of this service to others. `consents`: those in force. A consent opens nothing to who is not
    in charge.
    """
    return viewer.is_oneself or of_own_service or (viewer.in_charge and purpose in consents)


def consents_alone(born: date, day: date) -> bool:
    """Whether the person decides alone on a day; before that age, a legal representative does."""
    return age_in_years(born, day) >= AGE_TO_CONSENT


def masked(given_name: str, family_name: str) -> str:
    """A name of which only the initials are left: "D… J…", given name first."""
    return " ".join(f"{name[:1].upper()}…" for name in (given_name.strip(), family_name.strip()) if name)
