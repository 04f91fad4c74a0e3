"""The incubator and premises with many rows, that grow: what `tests/large_world.py` is to internships."""

from __future__ import annotations

from typing import Any

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from tests.incubation_house import HOUSE as INCUBATION
from tests.incubation_world import make_incubation_world
from tests.premises_house import HOUSE as PREMISES
from tests.premises_world import make_premises_world


class LargeBusiness:
    """Both worlds, and those who look at them; the employer is hosted in the incubator and looks for premises too."""

    def __init__(self, metropolis: Organisation, employer: Account) -> None:
        self.incubation = make_incubation_world(metropolis)
        self.premises = make_premises_world(metropolis)
        for company in (self.incubation.a.company, self.premises.companies[0]):
            Membership.objects.create(account=employer, organisation=company, role=Role.EMPLOYER)
        side = self.incubation.a
        self.people: dict[Role, Account] = {
            Role.INCUBATOR_MANAGER: side.manager,
            Role.EXPERT: side.expert.account,
            Role.PROJECT_HOLDER: side.holders[0],
            Role.DEVELOPER: self.premises.developer,
            Role.LANDLORD: self.premises.landlords[0],
        }
        INCUBATION.rows(self.incubation)
        PREMISES.rows(self.premises)
        self.times = 1
        self.grow()

    def known(self) -> dict[str, dict[str, list[Any]]]:
        """Addresses of given rows of both services."""
        return INCUBATION.known(self.incubation) | PREMISES.known(self.premises)

    def grow(self) -> None:
        """More of everything."""
        self.times += 1
        INCUBATION.grow(self.incubation, self.times)
        PREMISES.grow(self.premises, self.times)
