"""Both halves of the demonstration's economy, in order."""

from __future__ import annotations

from datetime import date

from croisee.demo.business.demand import make_demand
from croisee.demo.business.founders import companies, make_founders
from croisee.demo.business.incubator import make_experts, make_incubator
from croisee.demo.business.life import make_life
from croisee.demo.business.supply import make_supply
from croisee.demo.generator.ground import Ground
from croisee.incubation.services.outcomes import check_survival


def make_business(ground: Ground, seed: int, today: date) -> None:
    """The incubator with its founders, then premises and who looks for some."""
    incubator = make_incubator(ground, today)
    founders = make_founders(incubator, ground, seed, today)
    check_survival(today)
    make_life(incubator, founders, make_experts(incubator, today), today)
    make_demand(companies(founders), make_supply(ground, seed, today), today)
