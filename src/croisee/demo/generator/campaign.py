"""One round of internships on a ground: pupils, employers, offers and wishes."""

from dataclasses import dataclass

from croisee.demo.generator.employers import Employers, Offers, make_employers, make_offers
from croisee.demo.generator.families import Pupils, make_pupils
from croisee.demo.generator.ground import Ground, Sizes
from croisee.demo.generator.stocks.sectors import Sector
from croisee.demo.generator.wishes import Wishes, make_wishes


@dataclass(frozen=True, slots=True)
class Campaign:
    """Made-up people and companies on a ground, and what they wish and offer."""

    ground: Ground
    sectors: tuple[Sector, ...]
    pupils: Pupils
    employers: Employers
    offers: Offers
    wishes: Wishes


def make_campaign(ground: Ground, sectors: tuple[Sector, ...], sizes: Sizes, seed: int) -> Campaign:
    """The round of a seed on a ground; on another ground, the same seed gives the same people elsewhere."""
    pupils = make_pupils(ground, sizes, seed)
    employers = make_employers(ground, sectors, sizes, seed)
    offers = make_offers(employers, sectors, pupils, sizes, seed)
    wishes = make_wishes(ground, pupils, employers, offers, sectors, seed)
    return Campaign(ground, sectors, pupils, employers, offers, wishes)
