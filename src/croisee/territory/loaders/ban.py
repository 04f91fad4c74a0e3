"""Addresses: the national base (BAN, 23 columns) and the format in which communes publish theirs (BAL 1.x).

Blocks of rows are checked, tagged and sent to PostgreSQL as Arrow columns; no Python loop runs over addresses.
"""

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from croisee.territory.loaders.bulk import Staging
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.loaders.points import Box, box_of, points_of
from croisee.territory.loaders.streams import Block, read_blocks
from croisee.territory.models import Address, DataSet, DataSetKind, Position, Street
from croisee.territory.wording import normalise, plain
from croisee.territory.zone_layers import ZoneTagger, tagger

COLUMNS = {
    "id": ("id", "cle_interop"),
    "number": ("numero",),
    "suffix": ("rep", "suffixe"),
    "street": ("nom_voie", "voie_nom"),
    "postcode": ("code_postal",),
    "commune": ("code_insee", "commune_insee"),
    "place": ("nom_commune", "commune_nom"),
    "x": ("x",),
    "y": ("y",),
    "longitude": ("lon", "long"),
    "latitude": ("lat",),
    "position": ("type_position", "position"),
}
POSITIONS = {
    "entree": Position.ENTRANCE,
    "batiment": Position.BUILDING,
    "cage d escalier": Position.STAIRCASE,
    "logement": Position.DWELLING,
    "service technique": Position.SERVICE,
    "delivrance postale": Position.POSTBOX,
    "parcelle": Position.PARCEL,
    "segment": Position.SEGMENT,
    "interpolation": Position.INTERPOLATION,
    "voie": Position.STREET,
    "commune": Position.COMMUNE,
}
NO_NUMBER = 99_999
"""What the format of communes writes for a place that bears no number; here it becomes 0."""
ADDRESS = (
    "ban_id",
    "street_id",
    "number",
    "suffix",
    "postcode",
    "longitude",
    "latitude",
    "position",
    "zone_codes",
)
STREET = (
    "key",
    "name",
    "normalised",
    "commune_id",
    "place",
    "postcodes",
    "longitude",
    "latitude",
    "size",
    "data_set_id",
)


def recognises(peek: Peek) -> bool:
    """A table of the national base, or of a commune's own."""
    national = {"id", "numero", "nomvoie", "codeinsee", "lon", "lat"}
    local = {"cleinterop", "voienom", "numero"}
    return peek.family == "table" and (national <= peek.columns or local <= peek.columns)


def load(load: Load) -> None:
    """Store the addresses of the EPCI's communes, each tagged with the zones that hold it."""
    names = [name for aliases in COLUMNS.values() for name in aliases]
    reading = _Reading(load, tagger(), box_of(load.epci))
    staging = Staging(Address, ADDRESS)
    with staging.copying() as copy:
        for block in read_blocks(
            load.path, load.source, names, refuse=load.refusals.add, advance=load.advance
        ):
            prepared = reading.prepared(block)
            if prepared is not None and prepared.num_rows:
                copy.write(prepared)
    if not reading.ids:
        raise NotConcerned
    reading.refuse_repeated()
    communes = sorted(reading.communes)
    streets = Staging(Street, STREET)
    streets.fill(reading.streets())
    streets.merge()
    load.difference = staging.merge(
        scope=sql.SQL("held.street_id IN (SELECT key FROM territory_street WHERE commune_id = ANY(%s))"),
        parameters=[communes],
    )
    _drop_what_is_empty(load, communes)
    load.kept = Address.objects.filter(street__data_set=load.data_set).count()


def _drop_what_is_empty(load: Load, communes: list[str]) -> None:
    """Streets without addresses go, and data sets whose communes this file has taken over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM territory_street AS held WHERE commune_id = ANY(%s) "
            "AND NOT EXISTS (SELECT 1 FROM territory_address WHERE street_id = held.key)",
            [communes],
        )
    others = DataSet.objects.filter(epci=load.epci, kind=DataSetKind.BAN).exclude(pk=load.data_set.pk)
    others.filter(streets__isnull=True).delete()


@dataclass
class _Reading:
    """What one pass over the file gathers beside the addresses: streets, communes, identifiers."""

    load: Load
    tagger: ZoneTagger
    box: Box | None
    ids: list[pa.Array] = field(default_factory=list)
    rows: list[pa.Array] = field(default_factory=list)
    parts: list[pa.Table] = field(default_factory=list)
    communes: set[str] = field(default_factory=set)

    def prepared(self, block: Block) -> pa.Table | None:
        """The rows of a block that concern the EPCI and hold together, as the columns of `Address`."""
        table = _canonical(block)
        codes = pa.array(list(self.load.communes))
        concerned = pc.is_in(table["commune"], value_set=codes)
        formed = pc.match_substring_regex(table["commune"], r"^([0-9]{2}|2[AB])[0-9]{3}$")
        self._refuse(
            table.filter(pc.invert(formed)),
            "commune",
            _("“%s” is not an INSEE commune code."),
            _("Correct the code."),
        )
        self.load.elsewhere += pc.sum(pc.and_not(formed, concerned)).as_py() or 0
        table = table.filter(concerned)
        table = self._with_numbers(table)
        table = self._with_points(table)
        named = pc.and_(pc.not_equal(table["id"], ""), pc.not_equal(table["street"], ""))
        self._refuse(
            table.filter(pc.invert(named)),
            "street",
            _("the identifier or the street (“%s”) is missing."),
            _("Complete the row."),
        )
        table = table.filter(named)
        if not table.num_rows:
            return None
        position = pc.index_in(table["commune"], value_set=codes)
        commune = pa.array(list(self.load.communes.values())).take(position)
        table = table.append_column("city", commune).append_column("key", _street_keys(table))
        self._gather(table)
        return self._addresses(table)

    def _with_numbers(self, table: pa.Table) -> pa.Table:
        digits = pc.match_substring_regex(table["number"], r"^[0-9]{1,5}$")
        problem = _("“%s” is not a street number.")
        self._refuse(
            table.filter(pc.invert(digits)),
            "number",
            problem,
            _("Write the number alone, its suffix in its own column."),
        )
        table = table.filter(digits)
        number = table["number"].cast(pa.int32())
        number = pc.if_else(pc.equal(number, NO_NUMBER), pa.scalar(0, pa.int32()), number)
        return table.set_column(table.column_names.index("number"), "number", number)

    def _with_points(self, table: pa.Table) -> pa.Table:
        longitude, latitude, problems = points_of(table, self.box)
        for problem, remedy, mask in problems:
            self._refuse(table.filter(mask), "latitude", problem, remedy)
        for name, values in (("longitude", longitude), ("latitude", latitude)):
            table = table.set_column(table.column_names.index(name), name, values)
        return table.filter(pc.is_valid(longitude))

    def _gather(self, table: pa.Table) -> None:
        self.ids.append(table["id"])
        self.rows.append(table["row"])
        self.communes |= set(pc.unique(table["city"]).to_pylist())
        self.parts.append(
            table.group_by(["key", "city", "place", "postcode"], use_threads=False).aggregate(
                [("street", "first"), ("longitude", "sum"), ("latitude", "sum"), ("id", "count")]
            )
        )

    def _addresses(self, table: pa.Table) -> pa.Table:
        zones = self.tagger.tag(table["longitude"].to_numpy(), table["latitude"].to_numpy())
        suffix = pc.utf8_slice_codeunits(pc.utf8_lower(table["suffix"]), 0, 20)
        columns = (
            table["id"],
            table["key"],
            table["number"],
            suffix,
            table["postcode"],
            table["longitude"],
            table["latitude"],
            _positions(table["position"]),
            zones,
        )
        return pa.table(list(columns), names=list(ADDRESS))

    def streets(self) -> list[tuple[object, ...]]:
        """The streets, put together from the parts that each block saw of them."""
        data_set = self.load.data_set.pk
        seen: dict[str, tuple[str, str, str, set[str], list[float]]] = {}
        for part in pa.concat_tables(self.parts).to_pylist():
            name, place = part["street_first"], part["place"]
            entry = seen.setdefault(
                part["key"], (name[:200], part["city"], place[:100], set(), [0.0, 0.0, 0])
            )
            if part["postcode"]:
                entry[3].add(part["postcode"])
            for position, value in enumerate((part["longitude_sum"], part["latitude_sum"], part["id_count"])):
                entry[4][position] += value
        return [
            (key, name, normalise(name)[:200], city, place, sorted(postcodes), x / n, y / n, int(n), data_set)
            for key, (name, city, place, postcodes, (x, y, n)) in seen.items()
        ]

    def refuse_repeated(self) -> None:
        """Refuse every row whose identifier an earlier row bears."""
        ids, rows = pa.chunked_array(self._flat(self.ids)), pa.chunked_array(self._flat(self.rows))
        if pc.count_distinct(ids).as_py() == len(ids):
            return
        first = (
            pa.table({"id": ids, "row": rows}).group_by("id").aggregate([("row", "min"), ("row", "count")])
        )
        repeated = first.filter(pc.greater(first["row_count"], 1))
        kept = dict(zip(repeated["id"].to_pylist(), repeated["row_min"].to_pylist(), strict=True))
        marked = pc.is_in(ids, value_set=pa.array(list(kept)))
        for identifier, row in zip(
            ids.filter(marked).to_pylist(), rows.filter(marked).to_pylist(), strict=True
        ):
            if row != kept[identifier]:
                problem = _("the address %(id)s already stands in row %(row)d.") % {
                    "id": identifier,
                    "row": kept[identifier],
                }
                self.load.refuse(
                    row, "id", problem, _("Nothing to do if both rows say the same: the first is kept.")
                )

    @staticmethod
    def _flat(arrays: list[pa.ChunkedArray]) -> list[pa.Array]:
        return [chunk for array in arrays for chunk in array.chunks]

    def _refuse(self, table: pa.Table, column: str, problem: str, remedy: str) -> None:
        """Refuse every row of `table`; `%s` in the problem stands for what the column holds."""
        for row, text in zip(table["row"].to_pylist(), table[column].to_pylist(), strict=True):
            said = problem % text if "%s" in problem else problem
            self.load.refuse(row, COLUMNS[column][0], said, remedy)


def _canonical(block: Block) -> pa.Table:
    """The block with our column names, all text; a column that the file lacks is empty."""
    present = set(block.table.column_names)
    empty = pa.repeat("", block.table.num_rows)
    columns = {}
    for name, aliases in COLUMNS.items():
        found = next((alias for alias in aliases if alias in present), None)
        columns[name] = pc.utf8_trim_whitespace(block.table[found]) if found else empty
    table = pa.table(columns)
    if not present & set(COLUMNS["commune"]):
        prefix = pc.list_element(pc.split_pattern(pc.binary_join_element_wise(table["id"], "", "_"), "_"), 0)
        table = table.set_column(table.column_names.index("commune"), "commune", prefix)
    row = pa.array(range(block.first_row, block.first_row + table.num_rows), pa.int64())
    return table.append_column("row", row)


def _street_keys(table: pa.Table) -> pa.ChunkedArray:
    """The street's part of each identifier; made from the commune and the name where the identifier has none."""
    key = pc.struct_field(pc.extract_regex(table["id"], r"^(?P<key>[0-9AB]{5}_[^_]{1,30})_"), "key")
    name = pc.utf8_slice_codeunits(table["street"], 0, 30)
    return pc.coalesce(key, pc.binary_join_element_wise(table["commune"], name, "-"))


def _positions(written: pa.ChunkedArray) -> pa.ChunkedArray:
    """BAN's types of position as ours; each distinct text is looked up once."""
    distinct = pc.unique(written)
    ours = pa.array([POSITIONS.get(plain(text), Position.UNKNOWN).value for text in distinct.to_pylist()])
    return ours.take(pc.index_in(written, value_set=distinct))


FORMAT = Format(DataSetKind.BAN, recognises, load)
