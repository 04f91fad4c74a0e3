"""CNIG files made of what is kept here, with their gaps; read back; the vacancy that L318-8-2 asks for."""

import datetime as dt
import json
from decimal import Decimal

import pytest
import shapely
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.tables import FaultyInput
from croisee.premises.cnig import BY_NAME, FRICHES, SITE_ECO, TERRAIN_ECO
from croisee.premises.cnig.files import csv_bytes, delimiter
from croisee.premises.cnig.rows import Loss
from croisee.premises.cnig_uploads import sorted_out, tables_of
from croisee.premises.kinds import UnitKind
from croisee.premises.models import Letting, OwnerKind, Site, SiteState, Spell, Unit, UnitState
from croisee.premises.queries import vacancy_rates
from croisee.premises.queries.published import archive, publication
from croisee.premises.services import published as services
from croisee.premises.vacancy_rate import Rate, Stay, Verdict, rate, together, units_of_land, verdict
from tests.premises.cnig_helpers import (
    EXAMPLES,
    FRICHE,
    SMALL,
    SQUARE,
    TERRAIN,
    complete,
    descriptor,
    make_brownfield,
    make_establishment,
    make_plot,
    make_territory,
    published_schemas,
    rows_of,
)
from tests.premises.cnig_helpers import verdict as judged
from tests.premises_world import PremisesWorld
from tests.world import TODAY

FRENCH_SQUARE = json.dumps(json.loads(shapely.to_geojson(SQUARE)))


def made(name: str):  # type: ignore[no-untyped-def]
    """One file of today."""
    found = publication().file(name)
    assert found is not None
    return found


def take(content: bytes, name: str = "fichier.csv", account=None):  # type: ignore[no-untyped-def]
    """Read a file as the import does, and store it."""
    return services.store(tables_of(sorted_out(name, content)), account)


def row_of(example: dict[str, str], **change: str) -> dict[str, str]:
    return {**example, **change}


# Writing


def test_files_conform_to_the_published_schemas_whatever_is_kept(world: PremisesWorld) -> None:
    make_territory()
    complete(world.site)
    for number, kind in enumerate(UnitKind):
        for state in UnitState:
            make_plot(world, f"Lot {kind} {state}", state, kind=kind, cnig_id=f"35238_X_{number}{state}")
    world.site.cnig_id = "35238_SITE-ECO_00001"
    world.site.save()
    make_establishment("44306184100047")
    Organisation.objects.filter(pk=world.companies[0].pk).update(siret="44306184100047")
    Letting.objects.create(
        unit=Unit.objects.get(name="Lot workshop let"),
        tenant=world.companies[0],
        starts_on=dt.date(2020, 1, 1),
    )
    for file in publication().files:
        header, rows = rows_of(csv_bytes(file.standard, file.rows), delimiter(file.standard))
        assert rows, file.standard.name
        schema = published_schemas().get(file.standard.name) or descriptor(file.standard)
        assert [fault for row in rows for fault in judged(schema, header, row)] == []
        assert [flaw for row in rows for flaw in file.standard.flaws(row)] == []
        assert len({row[file.standard.key] for row in rows}) == len(rows)


def test_a_row_that_lacks_something_required_is_left_out_and_listed_with_what_to_do(
    world: PremisesWorld,
) -> None:
    file = made("SITE-ECO")
    assert file.rows == []
    assert {gap.field for gap in file.gaps} == {
        "site_id",
        "site_surf_utile",
        "site_epci_nom",
        "site_epci_siren",
        "site_geomsurf",
    }
    assert all(gap.loss is Loss.ROW and gap.name == "ZA Sud" and gap.remedy for gap in file.gaps)
    make_territory()
    complete(world.site)
    services.give_identifiers()
    [row] = made("SITE-ECO").rows
    assert row["site_id"] == "35238_SITE-ECO_00001"
    assert (row["site_epci_siren"], row["site_surf_brute"]) == ("243500139", "12.5")
    assert json.loads(row["site_geomsurf"])["type"] == "MultiPolygon"
    assert row["site_geompoint"].startswith("-1.665, 48.08")


def test_a_cell_that_does_not_hold_is_left_empty_and_listed(world: PremisesWorld) -> None:
    complete(world.site)
    make_plot(world, parcels=["2A004000AB0001"])
    services.give_identifiers()
    file = made("TERRAIN-ECO")
    [row] = file.rows
    assert row["terr_refcad"] == ""
    assert [(gap.field, gap.loss) for gap in file.gaps] == [("terr_refcad", Loss.CELL)]


def test_land_says_its_nearest_values_and_hectares(world: PremisesWorld) -> None:
    complete(world.site)
    make_plot(world)
    services.give_identifiers()
    [row] = made("TERRAIN-ECO").rows
    wanted = {
        "terr_id": "35238_TERRAIN-ECO_00001",
        "site_id": "35238_SITE-ECO_00001",
        "terr_surf_brute": "0.45",
        "terr_refcad": "35238000AB0012",
        "terr_maitrise_fonc": "SEM ou SPLA",
        "terr_stade_comm": "en vente",
        "terr_etat_occup": "inoccupé",
        "terr_acquereur": "",
    }
    assert {name: row.get(name, "") for name in wanted} == wanted


def test_brownfields_name_no_private_owner_and_have_the_latitude_first(world: PremisesWorld) -> None:
    make_territory()
    make_brownfield()
    services.give_identifiers()
    [row] = made("friches").rows
    assert row["site_id"] == "35238_FRICHE_00001"
    assert row["geompoint"] == "POINT(48.087 -1.664)"
    assert (row["proprio_personne"], row["proprio_nom"]) == ("personne physique", "")
    assert (row["urba_zaer"], row["site_statut"]) == ("inconnu", "friche sans projet")
    assert row["unite_fonciere_surface"] == "1250"


def test_co_owners_are_not_named(world: PremisesWorld) -> None:
    make_territory()
    make_brownfield(owner_kind=OwnerKind.CO_OWNERS, owner_name="Syndicat Dupont", cnig_id="35238_A")
    make_brownfield("Garage", owner_kind=OwnerKind.COMPANY, owner_name="Garage SA", cnig_id="35238_B")
    assert [row["proprio_nom"] for row in made("friches").rows] == ["", "Garage SA"]


def test_occupants_are_listed_by_siret_with_the_land_under_them(world: PremisesWorld) -> None:
    complete(world.site)
    make_plot(world)
    workshop = make_plot(world, "Atelier", "let", kind=UnitKind.WORKSHOP, outline=None, parcels=[])
    services.give_identifiers()
    company = world.companies[0]
    Letting.objects.create(unit=workshop, tenant=company, starts_on=TODAY)
    assert {gap.field for gap in made("ETABLISSEMENT").gaps} == {"SIRET"}
    company.siret = "44306184100047"
    company.save()
    make_establishment(company.siret)
    [row] = made("ETABLISSEMENT").rows
    assert row["terr_id"] == "35238_TERRAIN-ECO_00001"
    assert (row["SIREN"], row["etab_activite_code"], row["etab_effectif_libelle"]) == (
        "443061841",
        "4332A",
        "6 à 9 salariés",
    )
    assert row["etab_activite_libelle"] == "Travaux de menuiserie bois et PVC"


@pytest.mark.parametrize("category", ["", "1000"])
def test_sole_traders_are_in_no_file(world: PremisesWorld, category: str) -> None:
    complete(world.site)
    plot = make_plot(world, state="let", cnig_id="35238_T")
    services.give_identifiers()
    Organisation.objects.filter(pk=world.companies[0].pk).update(siret="44306184100047", name="Jeanne Martin")
    world.companies[0].refresh_from_db()
    make_establishment("44306184100047", legal_category=category, name="")
    Letting.objects.create(unit=plot, tenant=world.companies[0], starts_on=TODAY)
    assert made("ETABLISSEMENT").rows == []
    assert b"Jeanne" not in archive(publication())
    assert all("Jeanne" not in gap.name for gap in made("ETABLISSEMENT").gaps)


def test_sites_of_one_pole_make_a_pole(world: PremisesWorld) -> None:
    complete(world.site)
    second = Site.objects.create(
        name="ZA Nord",
        commune_code="35238",
        commune_name="Rennes",
        gross=Decimal("2.5"),
        vocation="artisanale",
    )
    complete(second)
    [row] = made("POLE-ECO").rows
    assert (row["pole_surface"], row["pole_nb_site"], row["pole_vocadomi"]) == ("15", "2", "inconnu")
    Site.objects.update(pole_name="")
    [gap] = made("POLE-ECO").gaps
    assert gap.field == "pole_nom"


def test_identifiers_are_given_once_and_never_twice(world: PremisesWorld) -> None:
    make_plot(world, "Lot 1", cnig_id="35238_TERRAIN-ECO_00007")
    make_plot(world, "Lot 2")
    make_brownfield(commune_code="")
    assert services.give_identifiers() == 2
    assert Unit.objects.get(name="Lot 2").cnig_id == "35238_TERRAIN-ECO_00008"
    assert services.give_identifiers() == 0


# Reading


def test_what_is_written_is_read_back_and_changes_nothing(world: PremisesWorld) -> None:
    make_territory()
    complete(world.site)
    for number, surface in enumerate(("4500", "45.5", "1.3")):
        make_plot(world, f"Lot {number}", surface=Decimal(surface))
    make_brownfield(surface=Decimal("1250.5"), outline=shapely.to_wkb(SMALL))
    services.give_identifiers()
    before = list(Unit.objects.order_by("pk").values()), list(Site.objects.values())
    counts = take(archive(publication()), "cnig.zip")
    assert (counts.added, counts.changed) == ({}, {})
    assert counts.same >= 5
    assert (list(Unit.objects.order_by("pk").values()), list(Site.objects.values())) == before


def test_files_make_sites_and_land_of_a_territory_that_has_none(world: PremisesWorld) -> None:
    make_territory()
    complete(world.site)
    make_plot(world)
    make_brownfield(owner_kind=OwnerKind.COMPANY, owner_name="Laiterie SA")
    services.give_identifiers()
    packed = archive(publication())
    wanted = {row["terr_id"]: row for row in made("TERRAIN-ECO").rows}, made("SITE-ECO").rows[0]
    Spell.objects.filter(unit__cnig_id__gt="").delete()
    Unit.objects.filter(cnig_id__gt="").delete()
    Site.objects.all().delete()
    counts = take(packed, "cnig.zip")
    assert (counts.added, counts.changed) == ({"site": 1, "land": 2}, {})
    terrains, site = {row["terr_id"]: row for row in made("TERRAIN-ECO").rows}, made("SITE-ECO").rows[0]
    same = ("terr_surf_brute", "terr_etat_occup", "terr_stade_comm", "terr_maitrise_fonc", "terr_geomsurf")
    for key, row in wanted[0].items():
        assert {name: terrains[key][name] for name in same} == {name: row[name] for name in same}
    assert site == wanted[1]
    plot = Unit.objects.get(cnig_id="35238_TERRAIN-ECO_00001")
    assert (plot.kind, plot.state, plot.published, plot.commune_code) == ("plot", "available", False, "35238")
    friche = Unit.objects.get(kind=UnitKind.BROWNFIELD)
    assert (friche.owner_name, friche.state) == ("Laiterie SA", "vacant")
    assert take(packed, "cnig.zip").same == 3


def test_names_of_persons_are_dropped(world: PremisesWorld) -> None:
    rows = [
        row_of(
            FRICHE,
            site_id="1",
            proprio_personne="personne physique",
            proprio_nom="Jeanne Martin",
            source_contact="jeanne@example.org",
        ),
        row_of(FRICHE, site_id="2", proprio_personne="", proprio_nom="Paul Durand"),
        row_of(
            FRICHE, site_id="3", proprio_personne="personne physique|personne morale", proprio_nom="A Martin"
        ),
    ]
    take(csv_bytes(FRICHES, rows))
    found = Unit.objects.filter(cnig_id__in="123").order_by("cnig_id")
    assert [(unit.owner_kind, unit.owner_name) for unit in found] == [
        ("person", ""),
        ("unknown", ""),
        ("unknown", ""),
    ]
    assert all("artin" not in str(unit.__dict__) and "Durand" not in str(unit.__dict__) for unit in found)


def test_friches_of_1_0_5_are_read(world: PremisesWorld) -> None:
    names = [name for name in FRICHES.header if name != "urba_zaer"]
    values = {**FRICHE, "site_type": "Friche carrière ou mine", "geompoint": "POINT(3.9815 49.2527)"}
    other = {**values, "site_id": "2", "site_type": "mixte"}
    lines = [",".join(names)] + [
        ",".join(f'"{one.get(name, "")}"' for name in names) for one in (values, other)
    ]
    content = "\n".join(lines).encode()
    assert services.read_tables(tables_of(sorted_out("f.csv", content))).older == 1
    assert take(content).added == {"land": 2}
    unit = Unit.objects.get(cnig_id=FRICHE["site_id"])
    assert (unit.lon, unit.lat, unit.surface) == (3.9815, 49.2527, Decimal(16750))


FAULTS = [
    (FRICHES, row_of(FRICHE, site_type="ruine"), "site_type"),
    (FRICHES, row_of(FRICHE, comm_insee="1208"), "comm_insee"),
    (FRICHES, row_of(FRICHE, geompoint="POINT(1000 1000)"), "geompoint"),
    (FRICHES, row_of(FRICHE, geompoint=""), "geompoint"),
    (FRICHES, row_of(FRICHE, unite_fonciere_surface="beaucoup"), "unite_fonciere_surface"),
    (FRICHES, row_of(FRICHE, unite_fonciere_surface=""), "unite_fonciere_surface"),
    (FRICHES, row_of(FRICHE, unite_fonciere_refcad="12"), "unite_fonciere_refcad"),
    (FRICHES, row_of(FRICHE, site_actu_date="2019-02-30"), "site_actu_date"),
    (FRICHES, row_of(FRICHE, site_actu_date="2999-02-01"), "site_actu_date"),
    (FRICHES, row_of(FRICHE, site_nom=""), "site_nom"),
    (TERRAIN_ECO, row_of(TERRAIN, terr_geomsurf=FRENCH_SQUARE), "site_id"),
    (TERRAIN_ECO, row_of(TERRAIN, terr_surf_brute="0", terr_geomsurf=FRENCH_SQUARE), "terr_surf_brute"),
    (TERRAIN_ECO, row_of(TERRAIN, terr_etat_occup="occupation en transition"), "terr_etat_occup"),
    (SITE_ECO, row_of(EXAMPLES["SITE-ECO"], site_comm_insee="80"), "site_comm_insee"),
    (SITE_ECO, row_of(EXAMPLES["SITE-ECO"], site_geomsurf="{}"), "site_geomsurf"),
]


@pytest.mark.parametrize(("standard", "row", "field"), FAULTS)
def test_each_fault_says_row_field_and_remedy_and_nothing_is_written(  # type: ignore[no-untyped-def]
    world: PremisesWorld, standard, row: dict[str, str], field: str
) -> None:
    before = Unit.objects.count(), Site.objects.count()
    with pytest.raises(FaultyInput) as refused:
        take(csv_bytes(standard, [row]))
    faults = [fault for fault in refused.value.faults if fault.field == field]
    assert faults
    assert faults[0].row == 2
    assert faults[0].remedy
    assert (Unit.objects.count(), Site.objects.count()) == before


def test_a_row_there_twice_is_a_fault_and_what_is_known_is_not_replaced_by_nothing(
    world: PremisesWorld,
) -> None:
    with pytest.raises(FaultyInput):
        take(csv_bytes(FRICHES, [FRICHE, FRICHE]))
    take(csv_bytes(FRICHES, [FRICHE]))
    take(csv_bytes(FRICHES, [row_of(FRICHE, unite_fonciere_refcad="", site_adresse="", site_nom="Thermes")]))
    unit = Unit.objects.get(cnig_id=FRICHE["site_id"])
    assert unit.name == "Thermes"
    assert len(unit.parcels) == 4


def test_a_unit_keeps_the_state_and_the_owner_that_are_followed_here(world: PremisesWorld) -> None:
    brownfield = make_brownfield(state="let", cnig_id=FRICHE["site_id"], owner_kind=OwnerKind.EPF)
    take(csv_bytes(FRICHES, [FRICHE]))
    brownfield.refresh_from_db()
    assert (brownfield.state, brownfield.owner_kind, brownfield.name) == ("let", "epf", FRICHE["site_nom"])


def test_a_site_of_unknown_state_is_kept_so(world: PremisesWorld) -> None:
    row = row_of(EXAMPLES["SITE-ECO"], site_etat="inconnu", site_geomsurf=FRENCH_SQUARE, pole_id="sans objet")
    take(csv_bytes(SITE_ECO, [row]))
    site = Site.objects.get(cnig_id=row["site_id"])
    assert (site.state, site.pole_id, site.vocation) == (SiteState.UNKNOWN, "", "entrepôts logistique")


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"{}", b"[", b"\x00\x01", b'{"features": [{}]}', b"PK\x03\x04 broken"]
)
def test_what_is_no_such_file_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(ValidationError):
        sorted_out("x.csv", content)


def test_establishments_are_not_read_and_that_is_said() -> None:
    content = csv_bytes(BY_NAME["ETABLISSEMENT"], [EXAMPLES["ETABLISSEMENT"]])
    with pytest.raises(ValidationError, match="ETABLISSEMENT"):
        sorted_out("e.csv", content)


# Vacancy: code de l'urbanisme L318-8-2


Y = 2026
LONG_AGO = dt.date(2020, 1, 1)


@pytest.mark.parametrize(
    ("cfe", "stays", "empty_since", "wanted"),
    [
        (2020, [], LONG_AGO, Verdict.VACANT),
        (2024, [], dt.date(2024, 1, 1), Verdict.VACANT),  # two years to the day
        (2025, [], LONG_AGO, Verdict.IN_USE),  # one year without the CFE
        (2020, [], dt.date(2024, 1, 2), Verdict.IN_USE),  # somebody was there on 1 January 2024
        (
            2020,
            [Stay(dt.date(2024, 5, 1), dt.date(2024, 5, 2))],
            LONG_AGO,
            Verdict.IN_USE,
        ),  # "la même période"
        (2020, [Stay(dt.date(2019, 1, 1), dt.date(2023, 12, 31))], LONG_AGO, Verdict.VACANT),
        (2020, [Stay(dt.date(2026, 1, 1))], LONG_AGO, Verdict.VACANT),  # moved in on the day
        (2020, [Stay(dt.date(2025, 12, 31))], None, Verdict.IN_USE),
        (None, [], LONG_AGO, Verdict.UNSURE),
        (2020, [], None, Verdict.UNSURE),
        (None, [], dt.date(2025, 1, 1), Verdict.IN_USE),
    ],
)
def test_a_unit_is_vacant_as_the_article_says(  # type: ignore[no-untyped-def]
    cfe, stays, empty_since, wanted
) -> None:
    """L318-8-2: no activity liable to the CFE for two years at least on 1 January, unoccupied over the same period."""
    assert verdict(Y, cfe_free_since=cfe, stays=stays, empty_since=empty_since) is wanted


DAYS = st.dates(dt.date(2019, 1, 1), dt.date(2027, 12, 31))


@given(st.integers(2019, 2027), st.lists(st.tuples(DAYS, DAYS), max_size=3), DAYS, st.integers(2021, 2027))
def test_vacancy_matches_a_recount_day_by_day(  # type: ignore[no-untyped-def]
    cfe: int, spans, empty_since: dt.date, year: int
) -> None:
    stays = [Stay(min(pair), max(pair)) for pair in spans]
    first = dt.date(year - 2, 1, 1)
    period = [first + dt.timedelta(days=n) for n in range((dt.date(year, 1, 1) - first).days)]
    free = all(day.year >= cfe for day in period)
    nobody = all(
        not any(one.starts_on <= day <= one.ends_on for one in stays if one.ends_on) for day in period
    )
    vacant = free and nobody and empty_since <= first
    found = verdict(year, cfe_free_since=cfe, stays=stays, empty_since=empty_since)
    assert (found is Verdict.VACANT) == vacant


@given(st.lists(st.sampled_from(list(Verdict))))
def test_the_rate_is_vacant_over_all_and_lies_between_its_bounds(verdicts: list[Verdict]) -> None:
    found = rate(verdicts)
    if not verdicts:
        assert found.percent is None
        return
    assert found.percent == 100 * verdicts.count(Verdict.VACANT) / len(verdicts)
    assert 0 <= found.percent <= (found.most or 0) <= 100
    assert found.literal is None or found.literal >= 1


def test_the_article_to_the_letter_divides_the_other_way() -> None:
    found = Rate(15, 2, 0)
    assert (round(found.percent or 0, 1), found.literal) == (13.3, 7.5)


@given(st.dictionaries(st.integers(0, 30), st.lists(st.sampled_from("ABCDEF"), max_size=3), max_size=12))
def test_units_of_land_are_what_is_joined_by_parcels(parcels: dict[int, list[str]]) -> None:
    groups = units_of_land(parcels)
    assert sorted(key for group in groups for key in group) == sorted(parcels)
    place = {key: number for number, group in enumerate(groups) for key in group}
    reached = {key: {key} for key in parcels}
    for _step in parcels:
        for key in parcels:
            for other in parcels:
                if set(parcels[key]) & set(parcels[other]):
                    reached[key] |= reached[other]
    for key in parcels:
        for other in parcels:
            assert (place[key] == place[other]) == (other in reached[key])


def test_one_premises_in_use_makes_the_unit_of_land_in_use() -> None:
    assert together([Verdict.VACANT, Verdict.IN_USE, Verdict.UNSURE]) is Verdict.IN_USE
    assert together([Verdict.VACANT, Verdict.UNSURE]) is Verdict.UNSURE
    assert together([Verdict.VACANT]) is Verdict.VACANT


def test_rates_of_zones_and_of_neighbourhoods(world: PremisesWorld) -> None:
    long = {"cfe_free_since": 2015}
    for number in range(2):
        unit = make_plot(world, f"Vide {number}", "vacant", parcels=["35238000AB0001"], **long)
        Unit.objects.filter(pk=unit.pk).update(vacant_since=LONG_AGO)
    make_plot(world, "Occupé", "let", parcels=["35238000AB0002"])
    make_plot(world, "Retiré", "withdrawn", parcels=["35238000AB0003"])
    make_plot(world, "Inconnu", "qualified", parcels=["35238000AB0004"])
    Spell.objects.filter(unit__name="Occupé").update(starts_on=dt.date(2016, 1, 1))
    [found] = vacancy_rates.site_rates(TODAY.year)
    assert (found.rate.total, found.rate.vacant, found.rate.unsure) == (3, 1, 1)
    assert found.premises == 4
    total, areas = vacancy_rates.neighbourhood_rates(TODAY.year)
    assert [(one.code, one.rate.total) for one in areas] == [("QN03505M", 4)]
    assert total.vacant == 0


def test_the_file_of_sites_says_a_rate_only_where_it_is_known(world: PremisesWorld) -> None:
    make_territory()
    complete(world.site)
    unit = make_plot(world, state="vacant", cfe_free_since=2015)
    services.give_identifiers()
    Unit.objects.filter(pk=unit.pk).update(vacant_since=LONG_AGO)
    [row] = made("SITE-ECO").rows
    assert (row["site_uf_nbre"], row["site_uf_vacant_nbre"], row["site_taux_vacance"]) == ("1", "1", "100")
    Unit.objects.filter(pk=unit.pk).update(cfe_free_since=None)
    [row] = made("SITE-ECO").rows
    assert row.get("site_taux_vacance", "") == ""
    assert [gap.field for gap in made("SITE-ECO").gaps] == ["site_taux_vacance"]


def test_a_zip_with_two_files_of_one_kind_is_refused() -> None:
    import io
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name in ("a.csv", "b.csv"):
            packed.writestr(name, csv_bytes(FRICHES, [FRICHE]))
    upload = SimpleUploadedFile("cnig.zip", stream.getvalue())
    with pytest.raises(ValidationError, match="Two files"):
        sorted_out("cnig.zip", upload.read())
