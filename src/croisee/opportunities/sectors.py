"""Sectors in words that a pupil understands, and the divisions of the NAF that each of them holds.

Source of the divisions: Insee, Nomenclature d'activités française (NAF rév. 2, 2008), level of the 88 divisions.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sector(TextChoices):
    """What an opportunity is about."""

    AGRICULTURE = "agriculture", _("agriculture, animals, green spaces")
    INDUSTRY = "industry", _("industry, workshops, energy")
    BUILDING = "building", _("building and public works")
    TRADE = "trade", _("shops and trade")
    MOTOR = "motor", _("cars, repair")
    TRANSPORT = "transport", _("transport, logistics")
    FOOD = "food", _("restaurants, hotels, food crafts")
    DIGITAL = "digital", _("digital, telecommunications")
    MEDIA = "media", _("media, publishing, image and sound")
    BANKING = "banking", _("banking, insurance")
    PROPERTY = "property", _("housing, real estate")
    ENGINEERING = "engineering", _("engineering, architecture, research")
    LAW = "law", _("law, accounting, consulting")
    SERVICES = "services", _("services to companies, cleaning, security")
    PUBLIC = "public", _("public service, police, fire service, armed forces")
    EDUCATION = "education", _("teaching, training")
    HEALTH = "health", _("health, care")
    SOCIAL = "social", _("social action, childhood, old age")
    CULTURE = "culture", _("culture, heritage, entertainment")
    SPORT = "sport", _("sport, leisure")
    ASSOCIATIONS = "associations", _("associations")
    BEAUTY = "beauty", _("hairdressing, beauty, services to people")


_DIVISIONS: dict[Sector, tuple[int, ...]] = {
    Sector.AGRICULTURE: (1, 2, 3, 75, 81),
    Sector.INDUSTRY: (*range(5, 10), *range(11, 19), *range(19, 34), *range(35, 40)),
    Sector.BUILDING: (41, 42, 43),
    Sector.MOTOR: (45,),
    Sector.TRADE: (46, 47),
    Sector.TRANSPORT: (49, 50, 51, 52, 53),
    Sector.FOOD: (10, 55, 56),
    Sector.MEDIA: (58, 59, 60, 73),
    Sector.DIGITAL: (61, 62, 63),
    Sector.BANKING: (64, 65, 66),
    Sector.PROPERTY: (68,),
    Sector.LAW: (69, 70),
    Sector.ENGINEERING: (71, 72, 74),
    Sector.SERVICES: (77, 78, 79, 80, 82),
    Sector.PUBLIC: (84, 99),
    Sector.EDUCATION: (85,),
    Sector.HEALTH: (86,),
    Sector.SOCIAL: (87, 88, 97, 98),
    Sector.CULTURE: (90, 91),
    Sector.SPORT: (92, 93),
    Sector.ASSOCIATIONS: (94,),
    Sector.BEAUTY: (95, 96),
}
_OF_DIVISION = {division: sector for sector, divisions in _DIVISIONS.items() for division in divisions}


def sector_of(naf: str) -> Sector | None:
    """The sector of a NAF code such as `10.71C`; None when its division is unknown."""
    head = naf.strip()[:2]
    return _OF_DIVISION.get(int(head)) if head.isdecimal() else None
