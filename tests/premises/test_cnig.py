"""Our tables of the CNIG standards against the published examples, and against a validator made apart."""

import json
import re

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from croisee.premises.cnig import BY_NAME, STANDARDS, Flaw, Type, nearest, refused
from croisee.premises.cnig import geometry as places
from croisee.premises.cnig.files import csv_bytes, delimiter, of_geojson, recognised
from croisee.premises.cnig.friches import FRICHES
from croisee.premises.cnig.geometry import Elsewhere
from croisee.premises.cnig.labels import BANDS, activities
from croisee.premises.cnig.sites import SITE_ECO, TERRAIN_ECO
from croisee.premises.kinds import UnitKind
from croisee.premises.models import OwnerKind, SiteState, SiteVocation, UnitState
from tests.premises.cnig_helpers import EXAMPLES, POLYGON, descriptor, published_schemas, rows_of, verdict

LAMBERT = json.dumps(
    {
        "type": "Polygon",
        "coordinates": [[[352000, 6789000], [352100, 6789000], [352100, 6789100], [352000, 6789000]]],
    }
)
# The file, one change to a row of the published examples, and what the published schema says of it.
ORACLES = [
    ("friches", {}, None),
    ("friches", {"site_statut": ""}, None),
    ("friches", {"site_statut": "x"}, ("site_statut", "enum")),
    ("friches", {"site_securite": "inconnu|autre"}, ("site_securite", "enum")),
    ("friches", {"geompoint": "POINT(3.98 49.25)"}, None),
    ("friches", {"geompoint": "zzz"}, None),
    ("friches", {"unite_fonciere_refcad": "2A004000AB0001|2B033000AC0012"}, None),
    ("friches", {"unite_fonciere_refcad": "352380000A0001"}, None),
    ("friches", {"desserte_distance": "2.5|6|46"}, ("desserte_distance", "pattern")),
    ("friches", {"desserte_distance": "2||46"}, ("desserte_distance", "pattern")),
    ("friches", {"site_projet_url": "a.b@ville.fr"}, ("site_projet_url", "type")),
    ("friches", {"urba_zaer": "inconnu"}, None),
    ("friches", {"urba_zaer": ""}, ("urba_zaer", "required")),
    ("friches", {"site_type": "mixte"}, ("site_type", "enum")),
    ("friches", {"site_type": "Friche carrière ou mine"}, ("site_type", "enum")),
    ("POLE-ECO", {}, None),
    ("POLE-ECO", {"pole_geompoint": "656589.70, 6425785.32"}, ("pole_geompoint", "type")),
    ("POLE-ECO", {"pole_geompoint": "49.2527, 3.9815"}, None),
    ("POLE-ECO", {"pole_rayonnement": "zz"}, ("pole_rayonnement", "enum")),
    ("SITE-ECO", {}, None),
    ("SITE-ECO", {"site_type": "n importe quoi"}, None),
    ("SITE-ECO", {"reseau_gaz": "inconnu"}, ("reseau_gaz", "enum")),
    ("SITE-ECO", {"pole_id": ""}, ("pole_id", "required")),
    ("SITE-ECO", {"pole_id": "NA"}, ("pole_id", "required")),
    ("SITE-ECO", {"pole_id": "sans objet"}, None),
    ("SITE-ECO", {"site_geomsurf": LAMBERT}, None),
    ("SITE-ECO", {"site_geomsurf": "POLYGON((1 2, 3 4, 5 6, 1 2))"}, ("site_geomsurf", "type")),
    ("SITE-ECO", {"site_surf_brute": "37,2"}, ("site_surf_brute", "type")),
    ("TERRAIN-ECO", {}, None),
    ("TERRAIN-ECO", {"terr_refcad": "2A004000AB0001"}, ("terr_refcad", "pattern")),
    ("TERRAIN-ECO", {"terr_etat_occup": "occupation en transition"}, None),
    ("ETABLISSEMENT", {}, None),
    ("ETABLISSEMENT", {"etab_effectif_code": "NN"}, None),
    ("ETABLISSEMENT", {"etab_effectif_code": "NA"}, ("etab_effectif_code", "required")),
    ("ETABLISSEMENT", {"etab_fermeture_date": "2025"}, ("etab_fermeture_date", "type")),
    ("ETABLISSEMENT", {"etab_contact_mail": "x"}, ("etab_contact_mail", "type")),
]


@pytest.mark.parametrize(("name", "change", "fault"), ORACLES)
def test_a_cell_is_judged_as_the_published_schema_judges_it(
    name: str, change: dict[str, str], fault: tuple[str, str] | None
) -> None:
    row = {**EXAMPLES[name], **change}
    flaws = [(field.name, flaw.value) for field, flaw in BY_NAME[name].flaws(row) if flaw is not Flaw.LIST]
    assert flaws == ([fault] if fault else [])
    schema = published_schemas().get(name) or descriptor(BY_NAME[name])
    assert verdict(schema, [field["name"] for field in schema["fields"]], row) == flaws


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda one: one.name)
def test_headers_are_the_ones_published_in_their_order(standard) -> None:  # type: ignore[no-untyped-def]
    header, _rows = rows_of(csv_bytes(standard, []), delimiter(standard))
    assert header == list(standard.header)
    counts = {"friches": 51, "POLE-ECO": 11, "SITE-ECO": 62, "TERRAIN-ECO": 19, "ETABLISSEMENT": 30}
    assert len(header) == counts[standard.name]
    schema = published_schemas().get(standard.name)
    if schema is not None:
        assert header == [field["name"] for field in schema["fields"]]
        wanted = {one["name"] for one in schema["fields"] if one.get("constraints", {}).get("required")}
        assert {one.name for one in standard.fields if one.required} == wanted


def test_columns_in_another_order_missing_or_added_are_refused_by_a_validator() -> None:
    schema = descriptor(FRICHES)
    names = list(FRICHES.header)
    row = EXAMPLES["friches"]
    assert verdict(schema, names[::-1], row)[0][1] == "incorrect-label"
    assert verdict(schema, [one for one in names if one != "urba_zaer"], row)[0][1] == "missing-label"
    assert verdict(schema, [*names, "more"], row)[0][1] == "extra-label"


def test_lists_that_nobody_enforces_are_held_to_all_the_same() -> None:
    row = {**EXAMPLES["TERRAIN-ECO"], "terr_etat_occup": "occupation en transition"}
    flaws = TERRAIN_ECO.flaws(row)
    assert [(field.name, flaw) for field, flaw in flaws] == [("terr_etat_occup", Flaw.LIST)]
    assert not refused(flaws)


@given(st.sampled_from(STANDARDS), st.data())
def test_any_cell_is_judged_alike_by_a_validator_made_apart(standard, data) -> None:  # type: ignore[no-untyped-def]
    field = data.draw(st.sampled_from(standard.fields))
    likely = st.sampled_from(
        [*field.values, *field.values[:1] * 2, "oui", "2024-02-30", "2024-02-29", "12.5", "1|2|3", "NA", "", "3, 49",
         "x@y.fr",
         "https://a.fr/x", "35238000AB0012", "35238000AB0012|35238000AB0013", POLYGON, "POINT(48 -1)", "2024"]
    )  # fmt: skip
    text = data.draw(st.one_of(likely, st.text("0123456789|AB.,-: eé", max_size=20)))
    schema = descriptor(standard)
    row = {**EXAMPLES[standard.name], field.name: text}
    ours = [(one.name, flaw.value) for one, flaw in standard.flaws(row) if flaw is not Flaw.LIST]
    theirs = verdict(schema, list(standard.header), row)
    if field.type in (Type.NUMBER, Type.INTEGER, Type.URI, Type.POINT) and ours != theirs:
        # Python reads "1_000", "١" or "-:" more widely than the standards write them: we refuse more, never less.
        assert len(ours) > len(theirs)
        return
    assert ours == theirs


def test_a_long_list_of_parcels_is_judged_in_no_time() -> None:
    good = "|".join(f"35238000AB{number:04d}" for number in range(250))
    pattern = FRICHES.by_name["unite_fonciere_refcad"].pattern
    assert re.fullmatch(pattern, good)
    assert not re.fullmatch(pattern, good + "|x")  # the published pattern would not end


def test_every_kind_state_and_owner_has_a_value_of_the_standards() -> None:
    for kind in UnitKind:
        found = nearest.KINDS[kind]
        assert found.usage in TERRAIN_ECO.by_name["terr_usage"].values
        assert found.friche in FRICHES.by_name["site_type"].values
        assert FRICHES.by_name["bati_type"].flaws(found.building) == []
        for state in UnitState:
            assert nearest.occupation(kind, state) in TERRAIN_ECO.by_name["terr_etat_occup"].values
    assert set(nearest.KINDS) == set(UnitKind.values)
    for state in UnitState:
        assert nearest.SELLING[state] in TERRAIN_ECO.by_name["terr_stade_comm"].values
        assert nearest.STATUS[state] in FRICHES.by_name["site_statut"].values
    for owner in OwnerKind:
        assert nearest.tenure(owner, "") in TERRAIN_ECO.by_name["terr_maitrise_fonc"].values
        assert nearest.legal_nature(owner) in ("personne physique", "personne morale", "inconnu")
    for vocation in SiteVocation:
        assert nearest.VOCATIONS[vocation] in SITE_ECO.by_name["site_vocadomi"].values
    for one in SiteState:
        assert nearest.SITE_STATES[one] in SITE_ECO.by_name["site_etat"].values
    assert set(nearest.DEVELOPERS) == set(SITE_ECO.by_name["site_moa_type"].values)


def test_a_metropolis_and_a_commune_are_told_by_their_name_or_not_at_all() -> None:
    assert nearest.tenure(OwnerKind.METROPOLIS, "Rennes Métropole") == "structure intercommunale"
    assert nearest.tenure(OwnerKind.METROPOLIS, "Ville de Rennes") == "commune"
    assert nearest.tenure(OwnerKind.METROPOLIS, "Le territoire") == "inconnu"
    assert nearest.tenure(OwnerKind.STATE, "Ville de Rennes") == "Etat"
    assert nearest.developer("chambre de commerce ") == "chambre de commerce et industrie"
    assert nearest.developer("") == "inconnu"


@pytest.mark.parametrize(
    ("lon", "lat"), [(-1.68, 48.11), (55.5, -21.1), (45.2, -12.8), (-61.5, 16.2), (-52.3, 4.9)]
)
def test_a_point_is_found_whichever_way_it_is_written(lon: float, lat: float) -> None:
    for text in (f"{lon}, {lat}", f"{lat}, {lon}", f"POINT({lon} {lat})", f"POINT ({lat} {lon})"):
        assert places.read_point(text) == pytest.approx((lon, lat))
    assert places.read_point(places.point_text(lon, lat)) == pytest.approx((lon, lat))


def test_lambert_93_is_brought_to_degrees_and_places_elsewhere_are_refused() -> None:
    outline = places.read_area(LAMBERT)
    assert outline.centroid.x == pytest.approx(-1.68, abs=0.2)
    assert outline.centroid.y == pytest.approx(48.1, abs=0.2)
    for text in ("POINT(10 10)", "zzz", "1, 2, 3", "", "nan, nan", "POINT EMPTY"):
        with pytest.raises(Elsewhere):
            places.read_point(text)
    for text in ('{"type": "Point", "coordinates": [-1.6, 48.1]}', "{}", "[]", '{"type": "Polygon"}', "{"):
        with pytest.raises(Elsewhere):
            places.read_area(text)


def test_friches_have_the_latitude_first_and_sites_the_longitude() -> None:
    point = shapely.Point(-1.68, 48.11)
    assert places.wkt_text(point) == "POINT(48.11 -1.68)"
    assert places.point_text(point.x, point.y) == "-1.68, 48.11"
    square = shapely.box(-1.7, 48.0, -1.6, 48.1)
    assert places.read_area(places.wkt_text(square)).equals(square)
    assert places.read_area(places.geojson_text(places.multi_polygon(square))).equals(square)


def test_free_text_cannot_start_a_formula_and_typed_cells_stay_as_they_must_be() -> None:
    row = {**EXAMPLES["friches"], "site_nom": "=1+1", "geompoint": "POINT(48.1 -1.6)"}
    _header, [back] = rows_of(csv_bytes(FRICHES, [row]), ",")
    assert back["site_nom"] == "'=1+1"
    pole = BY_NAME["POLE-ECO"]
    _header, [back] = rows_of(
        csv_bytes(pole, [{**EXAMPLES["POLE-ECO"], "pole_geompoint": "-1.6, 48.1"}]), ";"
    )
    assert back["pole_geompoint"] == "-1.6, 48.1"


def test_a_file_is_told_by_its_columns_older_ones_too() -> None:
    for standard in STANDARDS:
        assert recognised(standard.header) is standard
        assert recognised([one.upper() for one in standard.header[::-1]]) is standard
    assert recognised([one for one in FRICHES.header if one != "urba_zaer"]) is FRICHES
    assert recognised(["a", "b"]) is None


def test_geojson_stands_for_a_file() -> None:
    properties = {k: v for k, v in EXAMPLES["friches"].items() if k != "geompoint"} | {
        "bati_nombre": 2,
        "site_url": None,
    }
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [-1.68, 48.11]},
    }
    standard, content = of_geojson(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert standard is FRICHES
    _header, [row] = rows_of(content, ",")
    assert (row["geompoint"], row["bati_nombre"], row["site_url"]) == ("POINT(48.11 -1.68)", "2", "")
    with pytest.raises(ValueError, match="FeatureCollection"):
        of_geojson("[]")


def test_codes_of_insee_have_their_words() -> None:
    assert activities()["4520B"] == "Entretien et réparation d'autres véhicules automobiles"
    assert len(activities()) == 732
    assert BANDS["03"] == "6 à 9 salariés"
