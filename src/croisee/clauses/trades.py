"""The trades of lots, and the jobs of each.

Codes of the ROME 4.0 (France Travail, Répertoire opérationnel des métiers et des emplois).
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Trade(TextChoices):
    """What the people of a lot do."""

    MASONRY = "masonry", _("masonry and structural work")
    ROADS = "roads", _("roads and networks")
    STEEL_FRAME = "steel_frame", _("steel frame")
    CARPENTRY = "carpentry", _("carpentry and roofing")
    JOINERY = "joinery", _("joinery")
    PLASTERING = "plastering", _("plastering and partitions")
    PAINTING = "painting", _("painting")
    FLOORING = "flooring", _("flooring and tiling")
    INSULATION = "insulation", _("insulation and façades")
    PLUMBING = "plumbing", _("plumbing and heating")
    ELECTRICITY = "electricity", _("electricity")
    DEMOLITION = "demolition", _("demolition and clearing")
    GREEN_SPACES = "green_spaces", _("green spaces")
    CLEANING = "cleaning", _("cleaning")
    WASTE = "waste", _("waste collection and recycling")
    CATERING = "catering", _("catering")
    SECURITY = "security", _("security and reception")
    LOGISTICS = "logistics", _("logistics and removals")
    TRANSPORT = "transport", _("transport")
    CARE = "care", _("care and personal services")
    OFFICE = "office", _("office and administrative work")
    DIGITAL = "digital", _("digital services")
    STUDIES = "studies", _("studies and engineering")
    OTHER = "other", _("other")


JOBS: Mapping[Trade, tuple[str, ...]] = MappingProxyType(
    {
        Trade.MASONRY: ("F1703", "F1701", "F1704", "F1706", "F1612"),
        Trade.ROADS: ("F1702", "F1705", "F1302", "F1704"),
        Trade.STEEL_FRAME: ("F1502", "F1704"),
        Trade.CARPENTRY: ("F1503", "F1501", "F1619"),
        Trade.JOINERY: ("F1607", "F1616", "F1614"),
        Trade.PLASTERING: ("F1601", "F1604", "F1615"),
        Trade.PAINTING: ("F1606",),
        Trade.FLOORING: ("F1608", "F1609"),
        Trade.INSULATION: ("F1611", "F1613", "F1626"),
        Trade.PLUMBING: ("F1603", "F1610", "F1620", "I1308"),
        Trade.ELECTRICITY: ("F1602", "F1605", "I1309"),
        Trade.DEMOLITION: ("F1709", "F1704"),
        Trade.GREEN_SPACES: ("A1203", "A1208", "A1209", "F1707"),
        Trade.CLEANING: ("K2204", "K2205", "K2202", "I1203"),
        Trade.WASTE: ("K2303", "K2304", "K2307", "K2318"),
        Trade.CATERING: ("G1603", "G1605", "G1607"),
        Trade.SECURITY: ("K2503", "M1601"),
        Trade.LOGISTICS: ("N1103", "N1105", "N1101", "N1110"),
        Trade.TRANSPORT: ("N4105", "N4101", "N4103"),
        Trade.CARE: ("K1302", "K1304", "K1311"),
        Trade.OFFICE: ("M1602", "M1607", "M1601"),
        Trade.DIGITAL: ("M1801",),
        Trade.STUDIES: (),
        Trade.OTHER: (),
    }
)
"""The jobs that people of a lot do; empty: anyone's."""
