"""The territory that is loaded, as rounds use it."""

import math

from croisee.stages.files import School
from croisee.stages.zones import Zones
from croisee.territory.models import EducationPriority
from croisee.territory.models import School as LoadedSchool
from croisee.territory.zone_layers import zone_layer


def zones() -> Zones | None:
    """The newest generation of priority neighbourhoods whose outlines are loaded; None when there is none."""
    layer = zone_layer()
    if layer is None:
        return None
    names = {zone.code: zone.name for zone in layer.zones}
    return Zones(index=layer.index, names=names, source=f"QPV {layer.generation}")


def schools() -> dict[str, School]:
    """The schools that are loaded, by UAI."""
    priority = {EducationPriority.REP, EducationPriority.REP_PLUS}
    return {
        school.uai: School(
            uai=school.uai,
            name=school.name,
            status=school.priority if school.priority in priority else "",
            lon=math.nan if school.longitude is None else school.longitude,
            lat=math.nan if school.latitude is None else school.latitude,
        )
        for school in LoadedSchool.objects.all()
    }
