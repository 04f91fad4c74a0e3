"""What the four school formats share: schools are put together from several files, each adding what it knows."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from croisee.foundation.identifiers import InvalidIdentifier, uai
from croisee.foundation.tables import Table
from croisee.territory.commune_codes import department_of
from croisee.territory.loaders.bulk import Difference
from croisee.territory.loaders.loading import STALE, Load
from croisee.territory.models import Commune, DataSet, DataSetKind, Location, School, SchoolKind
from croisee.territory.wording import town_key

COMPLETING = (DataSetKind.NEAREST_QPV, DataSetKind.REP, DataSetKind.SCHOOLS_IN_QPV)
KINDS = (
    ("coll", SchoolKind.COLLEGE),
    ("lyc", SchoolKind.LYCEE),
    ("erea", SchoolKind.LYCEE),
    ("ecole", SchoolKind.PRIMARY),
    ("segpa", SchoolKind.COLLEGE),
)


def kind_of(text: str) -> SchoolKind | None:
    """What a school is from the words of its type; None for offices and services, which teach nothing."""
    bare = town_key(text)
    return next((kind for start, kind in KINDS if bare.startswith(start)), None)


def departments_of(epci: str) -> set[str]:
    """The departments, as the first three figures of UAI, that the EPCI lies in."""
    codes = {department_of(code) for code in Commune.objects.filter(epci=epci).values_list("code", flat=True)}
    return {_uai_department(code) for code in codes}


def _uai_department(department: str) -> str:
    """UAI number Corsica as before 1976 and its two halves by 620 (2A) and 720 (2B); others by three figures."""
    return {"2A": "620", "2B": "720"}.get(department, department.zfill(3))


def towns_of(epci: str) -> Callable[[str, str], str | None]:
    """A function from (department of the UAI, name of a town) to the commune of the EPCI that it is, else None."""
    held = {
        (_uai_department(department_of(code)), town_key(name)): code
        for code, name in Commune.objects.filter(epci=epci).values_list("code", "name")
    }
    return lambda department, name: held.get((department, town_key(name)))


def checked_uai(load: Load, table: Table, index: int, column: str) -> str | None:
    """The UAI of a row, or None after having refused the row."""
    written = table.columns[column][index]
    try:
        return uai(written)
    except InvalidIdentifier as error:
        problem = _("“%(uai)s” is not a UAI.") % {"uai": written}
        if error.reason == "check":
            problem = _("the letter of the UAI “%(uai)s” does not fit its figures.") % {"uai": written}
        load.refusals.add(table.fault(index, column, problem, _("Correct it (7 figures and a letter).")))
        return None


def store(load: Load, found: Mapping[str, Mapping[str, Any]], *, create: bool = True) -> None:
    """Write what a file says of schools: `found` maps a UAI to the fields the file knows.

    A school not yet known is made when `create` (it needs `kind`). Files that complete schools are then due
    again, since this one may bring schools that they speak of.
    """
    held = School.objects.in_bulk(list(found))
    changed, added = [], []
    for code, values in found.items():
        school = held.get(code)
        if school is None:
            if create:
                added.append(School(uai=code, epci_id=load.epci, **values))
            continue
        if any(getattr(school, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(school, name, value)
            changed.append(school)
    School.objects.bulk_create(added, batch_size=1000)
    fields = sorted({name for values in found.values() for name in values})
    if changed:
        School.objects.bulk_update(changed, fields, batch_size=500)
    if added:
        order = list(DataSetKind)
        later = [
            kind for kind in COMPLETING if order.index(kind) > order.index(DataSetKind(load.data_set.kind))
        ]
        DataSet.objects.filter(epci=load.epci, kind__in=later).update(checksum=STALE)
    load.kept = len(added) + sum(code in held for code in found)
    load.difference += Difference(added=len(added), changed=len(changed))


def forget(load: Load, codes: set[str]) -> None:
    """Remove schools that were held for want of knowing their commune, and turn out to be elsewhere."""
    removed, _details = School.objects.filter(uai__in=codes, epci=load.epci).delete()
    load.difference += Difference(removed=removed)


def locate_at_communes(epci: str) -> None:
    """Put each school without a point at the middle of its commune, and say so."""
    communes = {held.code: held for held in Commune.objects.filter(epci=epci, outline__isnull=False)}
    middles = {code: held.geometry.representative_point() for code, held in communes.items() if held.geometry}
    adrift = School.objects.filter(~Q(location=Location.POINT), epci=epci, commune__in=list(middles))
    moved = []
    for school in adrift:
        middle = middles[str(school.commune_id)]
        place = (Location.COMMUNE, middle.x, middle.y)
        if (school.location, school.longitude, school.latitude) != place:
            school.location, school.longitude, school.latitude = place
            moved.append(school)
    School.objects.bulk_update(moved, ["location", "longitude", "latitude"], batch_size=500)
