"""Pages of files, vacancy and open data, by role."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from croisee.foundation.accounts.roles import Role
from croisee.foundation.imports.models import ImportDraft
from croisee.foundation.imports.services import apply
from croisee.premises.cnig import FRICHES
from croisee.premises.cnig.files import csv_bytes
from croisee.premises.models import Site, Unit
from croisee.premises.services import published as services
from tests.premises.cnig_helpers import FRICHE, complete, make_brownfield, make_plot, make_territory
from tests.premises.house_published import grow
from tests.premises_world import PremisesWorld
from tests.world import member

PAGES = ("published", "published_zip", "zae_vacancy")


@pytest.fixture
def official(world: PremisesWorld):  # type: ignore[no-untyped-def]
    return member(Role.OFFICIAL, world.metropolis, "elue@example.org")


def full(world: PremisesWorld) -> None:
    make_territory()
    complete(world.site)
    make_plot(world)
    make_brownfield()
    services.give_identifiers()


def test_who_may_read_files(world: PremisesWorld, enter, official, client: Client) -> None:  # type: ignore[no-untyped-def]
    for name in PAGES:
        url = reverse(f"premises:{name}")
        assert enter(world.developer).get(url).status_code == 200
        assert enter(official).get(url).status_code == 200
        assert enter(world.landlords[0]).get(url).status_code == 404
        assert enter(world.askers[0]).get(url).status_code == 404
        assert client.get(url).status_code == 302
    for name in ("import_cnig", "give_identifiers"):
        assert enter(official).post(reverse(f"premises:{name}")).status_code == 404
    assert client.get(reverse("premises:open_data")).status_code == 200


def test_the_page_lists_files_gaps_and_what_to_do(world: PremisesWorld, enter) -> None:  # type: ignore[no-untyped-def]
    make_plot(world)
    client = enter(world.developer)
    page = client.get(reverse("premises:published")).content.decode()
    for text in (
        "SITE-ECO.csv",
        "friches.csv",
        "Report of gaps",
        "site_geomsurf",
        "left out of the file",
        "Give identifiers",
    ):
        assert text in page
    narrowed = client.get(
        reverse("premises:published"), {"file": "TERRAIN-ECO", "cost": "row"}
    ).content.decode()
    assert "Lot 12" in narrowed
    assert "ZA Sud" not in narrowed
    exported = client.get(reverse("premises:published"), {"export": "csv"})
    assert "site_geomsurf" in exported.content.decode("utf-8-sig")


def test_files_are_downloaded_one_by_one_and_together(world: PremisesWorld, enter) -> None:  # type: ignore[no-untyped-def]
    full(world)
    client = enter(world.developer)
    response = client.get(reverse("premises:published_zip"))
    with zipfile.ZipFile(io.BytesIO(response.content)) as packed:
        names = packed.namelist()
        assert packed.read("friches.csv").startswith(b"site_id,site_nom,site_type")
        assert packed.read("SITE-ECO.csv").startswith(b"site_id;pole_id;site_nom")
    wanted = ["SITE-ECO", "TERRAIN-ECO", "ETABLISSEMENT", "POLE-ECO", "friches", "ecarts"]
    assert names == [f"{name}.csv" for name in wanted] + ["LISEZMOI.txt"]
    for name in wanted[:-1]:
        alone = client.get(reverse("premises:published_file", args=[name]))
        assert alone.status_code == 200
        assert f'filename="{name}.csv"' in alone["Content-Disposition"]
    assert client.get(reverse("premises:published_file", args=["autre"])).status_code == 404


def test_identifiers_are_given_from_the_page(world: PremisesWorld, enter) -> None:  # type: ignore[no-untyped-def]
    make_plot(world)
    response = enter(world.developer).post(reverse("premises:give_identifiers"), follow=True)
    assert "2 identifiers given." in response.content.decode()
    assert not Site.objects.filter(cnig_id="").exists()


def test_a_file_is_seen_before_it_is_applied(world: PremisesWorld, enter) -> None:  # type: ignore[no-untyped-def]
    client = enter(world.developer)
    upload = SimpleUploadedFile("friches.csv", csv_bytes(FRICHES, [FRICHE]))
    response = client.post(reverse("premises:import_cnig"), {"file": upload}, follow=True)
    page = response.content.decode()
    assert "1 piece of land added." in page
    assert not Unit.objects.filter(cnig_id=FRICHE["site_id"]).exists()
    draft = ImportDraft.objects.get()
    client.post(reverse("imports:apply", args=[draft.pk]))
    unit = Unit.objects.get(cnig_id=FRICHE["site_id"])
    assert unit.name == FRICHE["site_nom"]
    page = client.get(reverse("premises:published")).content.decode()
    assert "1 piece of land added." in page
    assert apply(draft, world.developer) == reverse("premises:published")
    assert Unit.objects.filter(cnig_id=FRICHE["site_id"]).count() == 1


def test_faults_are_shown_by_row_and_nothing_is_written(world: PremisesWorld, enter) -> None:  # type: ignore[no-untyped-def]
    client = enter(world.developer)
    content = csv_bytes(FRICHES, [FRICHE, {**FRICHE, "site_id": "2", "comm_insee": "x"}])
    response = client.post(
        reverse("premises:import_cnig"), {"file": SimpleUploadedFile("f.csv", content)}, follow=True
    )
    assert "comm_insee" in response.content.decode()
    client.post(reverse("imports:apply", args=[ImportDraft.objects.get().pk]))
    assert not Unit.objects.filter(cnig_id=FRICHE["site_id"]).exists()


def test_what_is_no_file_of_ours_is_refused_on_the_page(world: PremisesWorld, enter) -> None:  # type: ignore[no-untyped-def]
    upload = SimpleUploadedFile("x.csv", b"a,b\n1,2\n")
    response = enter(world.developer).post(reverse("premises:import_cnig"), {"file": upload})
    assert response.status_code == 422
    assert "known by its columns" in response.content.decode()
    assert not ImportDraft.objects.exists()


def test_vacancy_names_its_formula_and_the_letter_of_the_law(world: PremisesWorld, enter, official) -> None:  # type: ignore[no-untyped-def]
    make_plot(world)
    url = reverse("premises:zae_vacancy")
    page = enter(world.developer).get(url).content.decode()
    for text in (
        "L318-8-2",
        "vacant units ÷ all units × 100",
        "To the letter",
        "ZA Sud",
        "QN03505M",
        "Not known yet",
    ):
        assert text in page
    assert "Not known yet" not in enter(official).get(url).content.decode()
    for year in ("1800", "x", "99999"):
        assert enter(official).get(url, {"year": year}).status_code == 200
    assert "ZA Sud" in enter(official).get(url, {"export": "csv"}).content.decode("utf-8-sig")


def test_open_data_are_for_everyone(world: PremisesWorld, client: Client) -> None:
    full(world)
    page = client.get(reverse("premises:open_data"), headers={"accept-language": "en"}).content.decode()
    assert "/locaux/ogc" in page
    assert "ZA Sud" in page
    response = client.get(reverse("premises:open_geojson", args=["premises"]))
    assert response["Content-Type"] == "application/geo+json"
    assert b"Lot 12" in response.getvalue()
    again = client.get(
        reverse("premises:open_geojson", args=["premises"]), headers={"if-none-match": response["ETag"]}
    )
    assert again.status_code == 304
    assert client.get(reverse("premises:open_geojson", args=["people"])).status_code == 404


def test_pages_take_as_many_queries_whatever_there_is(
    world: PremisesWorld, enter, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    full(world)
    grow(world, 6)
    client = enter(world.developer)
    client.get(reverse("premises:published"))
    for name in ("published", "zae_vacancy", "open_data", "import_cnig"):
        with django_assert_max_num_queries(16):
            assert client.get(reverse(f"premises:{name}")).status_code == 200


def test_the_command_takes_files_in_and_says_what_it_did(  # type: ignore[no-untyped-def]
    world: PremisesWorld, tmp_path, capsys
) -> None:
    file = tmp_path / "friches.csv"
    file.write_bytes(csv_bytes(FRICHES, [FRICHE]))
    call_command("premises", "import-cnig", str(file), "--check")
    assert not Unit.objects.filter(cnig_id=FRICHE["site_id"]).exists()
    call_command("premises", "import-cnig", str(file))
    assert capsys.readouterr().out.count("1 piece of land added.") == 2
    file.write_bytes(csv_bytes(FRICHES, [{**FRICHE, "comm_insee": "x"}]))
    for wrong in (file, tmp_path / "absent.csv"):
        with pytest.raises(CommandError, match=r"comm_insee|absent"):
            call_command("premises", "import-cnig", str(wrong))
