"""What the formats of zones share: which communes a zone lies in, and writing the differences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import shapely
from django.db import connection
from django.utils.translation import gettext as _

from croisee.territory.loaders.bulk import Difference
from croisee.territory.loaders.loading import STALE, Load
from croisee.territory.models import Address, Commune, DataSet, DataSetKind, Zone, ZoneKind

LEAST_SHARE = 0.001
"""The part of a zone that must lie in a commune for it to count there: less is two files' outlines differing."""


@dataclass(slots=True)
class Found:
    """A zone as a file gives it."""

    code: str
    name: str = ""
    communes: set[str] = field(default_factory=set)
    geometry: shapely.Geometry | None = None
    repaired: bool = False
    valid_from: date | None = None
    valid_to: date | None = None


class CommuneMap:
    """The outlines of the EPCI's communes, to tell which of them a zone lies in."""

    def __init__(self, epci: str) -> None:
        held = [
            (commune.code, commune.geometry)
            for commune in Commune.objects.filter(epci=epci, outline__isnull=False)
        ]
        self.codes = [code for code, _geometry in held]
        self.outlines = [geometry for _code, geometry in held]
        self._tree = shapely.STRtree(self.outlines)

    def communes_of(self, zone: shapely.Geometry) -> set[str]:
        """The communes in which more than a thousandth of the zone lies."""
        near = self._tree.query(zone, predicate="intersects")
        area = shapely.area(zone)
        return {
            self.codes[position]
            for position in near
            if shapely.area(shapely.intersection(zone, self.outlines[position])) > LEAST_SHARE * area
        }


def store(
    load: Load, kind: str, generation: int, found: Mapping[str, Found], *, takes_over: bool = False
) -> int:
    """Write the zones of a file; returns how many another file has already given.

    A zone belongs to the file that gave it first, unless this one `takes_over` (a national file) or that one gave
    no outline and this one does.
    """
    held = {
        zone.code: zone
        for zone in Zone.objects.filter(kind=kind, generation=generation, code__in=list(found))
    }
    added, changed, already = [], [], 0
    for code, new in found.items():
        zone = held.get(code)
        if zone is None:
            zone = Zone(kind=kind, generation=generation, code=code, data_set=load.data_set)
            _set(zone, new)
            added.append(zone)
        elif (
            zone.data_set_id != load.data_set.pk
            and not takes_over
            and (zone.outline is not None or new.geometry is None)
        ):
            already += 1
        elif _set(zone, new) or zone.data_set_id != load.data_set.pk:
            zone.data_set = load.data_set
            changed.append(zone)
    Zone.objects.bulk_create(added)
    if added and kind == ZoneKind.QPV:
        # A table of indicators may speak of neighbourhoods that were not there when it was read.
        DataSet.objects.filter(epci=load.epci, kind=DataSetKind.INDICATORS).update(checksum=STALE)
    for zone in changed:
        zone.save()
    gone = Zone.objects.filter(data_set=load.data_set, kind=kind, generation=generation).exclude(
        code__in=list(found)
    )
    removed, _details = gone.delete()
    load.kept += len(found) - already
    load.repaired += sum(new.repaired for code, new in found.items())
    load.difference += Difference(len(added), len(changed), removed)
    if already:
        load.note = _("%(n)d zones are already given by another file") % {"n": already}
    return already


def _set(zone: Zone, new: Found) -> bool:
    """Give the zone what the file says; True when that changes it."""
    before = (
        zone.name,
        zone.commune_codes,
        zone.outline and bytes(zone.outline),
        zone.valid_from,
        zone.valid_to,
    )
    zone.name = new.name[:200] or zone.name
    zone.commune_codes = sorted(new.communes)
    zone.valid_from, zone.valid_to = new.valid_from, new.valid_to
    if new.geometry is not None:
        zone.geometry = new.geometry
        zone.repaired = new.repaired
    return before != (zone.name, zone.commune_codes, zone.outline, zone.valid_from, zone.valid_to)


def tag_addresses_again() -> int:
    """Bring the zones noted at each address up to date; returns how many addresses changed."""
    import numpy as np
    import pyarrow as pa

    from croisee.territory.loaders.bulk import CopyIn
    from croisee.territory.zone_layers import tagger

    rows = list(Address.objects.order_by().values_list("ban_id", "longitude", "latitude"))
    if not rows:
        return 0
    identifiers, longitudes, latitudes = zip(*rows, strict=True)
    codes = tagger().tag(np.array(longitudes), np.array(latitudes))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE retagged (ban_id text, zone_codes varchar(20)[]) ON COMMIT DROP"
        )
        with cursor.cursor.copy("COPY retagged FROM STDIN (FORMAT csv)") as copy:
            CopyIn(copy, ("ban_id", "zone_codes")).write(
                pa.table([pa.array(identifiers), codes], names=["ban_id", "zone_codes"])
            )
        cursor.execute(
            "UPDATE territory_address AS held SET zone_codes = retagged.zone_codes FROM retagged "
            "WHERE held.ban_id = retagged.ban_id AND held.zone_codes IS DISTINCT FROM retagged.zone_codes"
        )
        return int(cursor.rowcount)
