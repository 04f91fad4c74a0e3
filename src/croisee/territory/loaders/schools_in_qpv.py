"""Where schools stand as against priority neighbourhoods, as the ministry's statisticians publish it."""

from django.utils.translation import gettext as _

from croisee.foundation.tables import Column, read_table
from croisee.territory.loaders import schools
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.models import DataSetKind, School
from croisee.territory.models.schools import QpvSituation
from croisee.territory.wording import plain

UAI, SITUATION = "numero etablissement", "situation relative a un qpv (quartier prioritaire de la ville)"
COLUMNS = [Column(UAI), Column(SITUATION)]
SITUATIONS = {
    "": QpvSituation.UNKNOWN,
    "dans un qpv": QpvSituation.INSIDE,
    "a moins de 300 m d un qpv": QpvSituation.NEAR,
    "hors qpv": QpvSituation.OUTSIDE,
}


def recognises(peek: Peek) -> bool:
    """The table of two columns."""
    return peek.family == "table" and any(name.startswith("situationrelativeaunqpv") for name in peek.columns)


def load(load: Load) -> None:
    """Complete the schools that are held; the file, which gives neither name nor commune, adds none."""
    table = read_table(load.path, COLUMNS, file=load.source)
    load.refusals.extend(table.faults)
    held = set(School.objects.filter(epci=load.epci).values_list("uai", flat=True))
    found = {}
    for index in range(len(table)):
        code = schools.checked_uai(load, table, index, UAI)
        if code is None:
            continue
        situation = SITUATIONS.get(plain(table.columns[SITUATION][index]))
        if situation is None:
            problem = _("“%(text)s” is not a situation.") % {"text": table.columns[SITUATION][index][:60]}
            load.refusals.add(table.fault(index, SITUATION, problem, _("Download the file again.")))
        elif code in held:
            found[code] = {"qpv_situation": situation}
        else:
            load.elsewhere += 1
    if not found:
        raise NotConcerned
    schools.store(load, found, create=False)


FORMAT = Format(DataSetKind.SCHOOLS_IN_QPV, recognises, load)
