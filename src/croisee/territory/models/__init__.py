"""What is known of the ground: communes, zones, addresses, schools, establishments, and their sources."""

from croisee.territory.models.addresses import Address, Position, Street
from croisee.territory.models.communes import Commune, Epci
from croisee.territory.models.data_sets import DataSet, DataSetKind
from croisee.territory.models.establishments import Establishment
from croisee.territory.models.indicators import Indicator, ZoneIndicator
from croisee.territory.models.reach import ReachSquare, ReachSurvey, ZoneReach
from croisee.territory.models.schools import EducationPriority, Location, School, SchoolKind
from croisee.territory.models.streets import StreetNetwork
from croisee.territory.models.timetables import TransitFeed, TransitStop, Validity
from croisee.territory.models.zones import Zone, ZoneKind

__all__ = [
    "Address",
    "Commune",
    "DataSet",
    "DataSetKind",
    "EducationPriority",
    "Epci",
    "Establishment",
    "Indicator",
    "Location",
    "Position",
    "ReachSquare",
    "ReachSurvey",
    "School",
    "SchoolKind",
    "Street",
    "StreetNetwork",
    "TransitFeed",
    "TransitStop",
    "Validity",
    "Zone",
    "ZoneIndicator",
    "ZoneKind",
    "ZoneReach",
]
