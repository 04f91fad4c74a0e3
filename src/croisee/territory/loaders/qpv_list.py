"""Communes with the codes and names of their priority neighbourhoods: outlines or points of communes, not of QPV."""

from django.utils.translation import gettext as _

from croisee.foundation.identifiers import InvalidIdentifier, qpv, qpv_generation
from croisee.territory.loaders import zones
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.loaders.maps import Said, read_attributes, text
from croisee.territory.loaders.qpv import CODES, COMMUNES, FIRST_OVERSEAS, code_column
from croisee.territory.models import DataSetKind, ZoneKind
from croisee.territory.rules import GENERATIONS

NAMES = ("libqp", "nomqp", "nomqpv", "libqpv")


def recognises(peek: Peek) -> bool:
    """Points, or polygons of which some name several neighbourhoods."""
    column = code_column(peek)
    if column is None or not set(COMMUNES) & peek.columns:
        return False
    several = any("," in str(row.get(column, "")) for row in peek.sample)
    return peek.family == "points" or (peek.family == "polygons" and several)


def load(load: Load) -> None:
    """Note that the neighbourhoods exist, and where; their outlines are another file's to give."""
    found: dict[str, zones.Found] = {}
    for said in read_attributes(load):
        commune = load.communes.get(text(said, *COMMUNES))
        if commune is None:
            load.elsewhere += 1
            continue
        for code, name in _listed(load, said):
            overseas = code[2:5] >= FIRST_OVERSEAS
            valid_from, valid_to = GENERATIONS[qpv_generation(code)].validity(overseas)
            zone = found.setdefault(code, zones.Found(code, name, valid_from=valid_from, valid_to=valid_to))
            zone.communes.add(commune)
            zone.name = zone.name or name
    if not found:
        raise NotConcerned
    for generation in sorted({qpv_generation(code) for code in found}):
        load.data_set.generation = generation
        of_it = {code: zone for code, zone in found.items() if qpv_generation(code) == generation}
        zones.store(load, ZoneKind.QPV, generation, of_it)


def _listed(load: Load, said: Said) -> list[tuple[str, str]]:
    """The codes and names of one commune; the names are left out when a comma inside one makes them ambiguous."""
    codes = [code.strip() for code in text(said, *CODES).split(",")]
    names = [name.strip() for name in text(said, *NAMES).split(",")]
    if len(codes) == 1:
        names = [text(said, *NAMES)]
    if len(names) != len(codes):
        names = [""] * len(codes)
    listed = []
    for written, name in zip(codes, names, strict=True):
        try:
            listed.append((qpv(written), name))
        except InvalidIdentifier:
            problem = _("“%(code)s” is not the code of a priority neighbourhood.") % {"code": written}
            load.refuse(None, "code_qp", problem, _("Correct it (QP and 6 figures, QN and 6 characters)."))
    return listed


FORMAT = Format(DataSetKind.QPV_LIST, recognises, load)
