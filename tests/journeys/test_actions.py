"""Actions of the territory: written, found, closed; published in the data·inclusion schema as its package takes it."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from data_inclusion.schema.v1 import Service, Structure
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.journeys import published, vocabulary
from croisee.journeys.models import Action
from croisee.journeys.published import Entry
from croisee.journeys.queries.actions import entries
from croisee.journeys.services import actions as services
from croisee.territory.models import Commune, DataSet, Epci, Establishment
from tests.journeys_world import SIRET, JourneysWorld
from tests.world import TODAY, member

Enter = Callable[[Account], Client]
THEME = "mobilite--entretenir-reparer-son-vehicule"
SHEET: dict[str, Any] = {
    "name": "Garage solidaire",
    "description": "Réparer sa voiture à petit prix, avec un mécanicien qui explique chaque geste.",
    "step_kind": "obstacle",
    "type": "atelier",
    "themes": [THEME],
    "publics": ["demandeurs-emploi"],
    "fees": "payant",
    "welcome": ["en-presentiel"],
    "reach": ["telephoner"],
    "for_whom": ["professionnels", "usagers"],
    "zones": "35238, 243500139",
    "address": "3 rue des Essais",
    "postcode": "35000",
    "city": "Rennes",
    "phone": "0299000000",
    "email": "garage@example.org",
    "website": "https://example.org/garage",
    "is_published": "on",
}


def make_action(world: JourneysWorld, **fields: Any) -> Action:
    """A published action with everything, but for `fields`."""
    values = {**SHEET, "zones": ["35238"], "is_published": True, **fields}
    return Action.objects.create(organisation=world.plie, **values)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this app publishes."""
    monkeypatch.setattr(published, "_makers", {"journeys": entries})


def test_the_words_are_those_of_the_package() -> None:
    grouped = vocabulary.themes_by_category()
    assert sum(len(choices) for _label, choices in grouped) == len(vocabulary.THEMES) >= 69
    assert vocabulary.labels_of("publics", ["femmes", "gone"]) == ["Femmes", "gone"]
    assert set(vocabulary.NETWORKS.values()) == {"plie", "maisons-de-l-emploi"}


@pytest.mark.django_db
@pytest.mark.usefixtures("english", "alone")
class TestPublication:
    def test_what_leaves_passes_the_package_and_names_nobody(self, world: JourneysWorld) -> None:
        make_action(world)
        make_action(world, name="Atelier CV", weekly_hours="3.5", weeks=6)
        make_action(world, name="Pas encore", is_published=False)
        made = published.publication()
        assert not made.faults
        assert [len(made.structures), len(made.services)] == [1, 2]
        for row in made.structures:
            Structure.model_validate(row, context={"ignore_warnings": False})
            assert (row["siret"], row["reseaux_porteurs"], row["source"]) == (SIRET, ["plie"], "croisee")
        for row in made.services:
            Service.model_validate(row, context={"ignore_warnings": False})
            assert row["structure_id"] == f"croisee--{world.plie.pk}"
            assert row["mobilisable_par"] == ["professionnels", "usagers"]
        said = json.dumps([made.structures, made.services], ensure_ascii=False)
        assert "contact_nom_prenom" not in said
        assert world.manager.email not in said

    def test_a_structure_has_the_address_of_its_establishment(self, world: JourneysWorld) -> None:
        make_action(world)
        epci = Epci.objects.create(code="243500139", name="Rennes Métropole")
        data = DataSet.objects.create(
            epci=epci,
            kind="sirene",
            source="sirene.csv",
            title="SIRENE",
            producer="INSEE",
            licence="Licence Ouverte 2.0",
            checksum="0" * 64,
            loaded_at=timezone.now(),
        )
        commune = Commune.objects.create(code="35238", name="Rennes", epci=epci)
        Establishment.objects.create(
            siret=SIRET,
            name="PLIE",
            legal_category="9220",
            address="1 place d’Essai",
            postcode="35000",
            commune=commune,
            data_set=data,
        )
        [row] = published.publication().structures
        assert (row["adresse"], row["code_insee"], row["commune"]) == ("1 place d’Essai", "35238", "Rennes")

    @pytest.mark.parametrize(
        ("wrong", "column", "said"),
        [
            ({"name": "Ab"}, "nom", "too short"),
            ({"description": "x" * 3}, "description", "too short"),
            ({"themes": ["mobilite--inconnue"]}, "thematiques", "no value of the schema"),
            ({"publics": ["tous-publics", "femmes"]}, "publics", "tous-publics"),
            ({"zones": ["Rennes Métropole"[:20]]}, "zone_eligibilite", "has not the form"),
            ({"postcode": "350"}, "code_postal", "has not the form"),
            ({"email": "pas-une-adresse"}, "courriel", "no e-mail address"),
            ({"website": "exemple"}, "lien_mobilisation", "no address of a web page"),
            ({"fees": "bof"}, "frais", "no value of the schema"),
        ],
    )
    def test_a_bad_one_stays_and_its_column_is_named(
        self, world: JourneysWorld, wrong: dict[str, Any], column: str, said: str
    ) -> None:
        good = make_action(world)
        bad = make_action(world, **{"name": "Autre", **wrong})
        made = published.publication()
        assert [row["id"] for row in made.services] == [f"croisee--{good.pk}"]
        [fault] = made.faults
        assert fault.column == column
        assert said in fault.problem
        assert fault.remedy
        assert fault.entry.url == bad.get_absolute_url()

    def test_a_service_whose_structure_stays_stays_too(self, world: JourneysWorld) -> None:
        make_action(world)
        Organisation.objects.filter(pk=world.plie.pk).update(name="AB")
        made = published.publication()
        assert not made.structures
        assert not made.services
        assert {fault.column for fault in made.faults} == {"nom", "structure_id"}

    def test_upper_floors_add_theirs_and_a_name_of_somebody_is_refused(
        self, world: JourneysWorld, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        day = TODAY.isoformat()
        own = {"source": "croisee", "id": "croisee--1", "nom": "Pépinière", "date_maj": day}
        service = {**own, "id": "croisee--2", "structure_id": "croisee--1", "description": "Des bureaux."}

        def maker() -> Iterable[Entry]:
            yield Entry("service", service, "Bureaux")
            yield Entry("structure", own, "Pépinière")
            yield Entry("structure", own, "La même")
            yield Entry("service", {**service, "id": "croisee--3", "contact_nom_prenom": "Awa"}, "Nommé")

        published.register("incubator", maker)
        made = published.publication()
        assert [row["id"] for row in made.services] == ["croisee--2"]
        assert {fault.column for fault in made.faults} == {"id", "contact_nom_prenom"}

    def test_advice_says_what_would_make_it_more_useful(self, world: JourneysWorld) -> None:
        make_action(world, phone="", address="", fees="", description="Court mais juste.")
        said = {one.text for one in published.publication().advice}
        assert "People are to call: write the telephone number." in said
        assert "People are to come: write the address." in said
        assert "Describe it in 200 to 2 000 characters." in said

    def test_the_queries_do_not_grow_with_the_actions(self, world: JourneysWorld) -> None:
        for number in range(12):
            make_action(world, name=f"Atelier {number}")
        with CaptureQueriesContext(connection) as queries:
            assert len(published.publication().services) == 12
        assert len(queries) <= 4

    def test_the_command_writes_both_files_or_neither(
        self, world: JourneysWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_action(world)
        call_command("datainclusion", "export", str(tmp_path / "out"))
        rows = {name: json.loads((tmp_path / "out" / f"{name}.json").read_text()) for name in services.FILES}
        assert [len(rows["structures"]), len(rows["services"])] == [1, 1]
        make_action(world, name="Un deuxième")

        def full(text: Any) -> str:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(services, "as_json", full)
        with pytest.raises(CommandError, match="no room left"):
            call_command("datainclusion", "export", str(tmp_path / "out"))
        assert len(json.loads((tmp_path / "out" / "services.json").read_text())) == 1

    def test_anyone_reads_the_public_addresses_a_few_times_a_minute(
        self, world: JourneysWorld, client: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        action = make_action(world)
        address = reverse("journeys:published_services")
        answer = client.get(address)
        assert answer["Content-Type"] == "application/json"
        assert "max-age=3600" in answer["Cache-Control"]
        assert [row["nom"] for row in answer.json()] == ["Garage solidaire"]
        with django_capture_on_commit_callbacks(execute=True):
            services.close_action(action)
        assert client.get(address).json() == []
        for _turn in range(28):
            client.get(address)
        assert client.get(address).status_code == 429


@pytest.mark.django_db
class TestPages:
    def test_a_manager_writes_changes_and_closes_an_action(self, world: JourneysWorld, enter: Enter) -> None:
        client = enter(world.manager)
        sheet = {**SHEET, "organisation": world.plie.pk, "jobs": "I1604"}
        answer = client.post(reverse("journeys:new_action"), sheet)
        made = Action.objects.get(name="Garage solidaire")
        assert answer.headers["Location"] == made.get_absolute_url()
        assert (made.zones, made.jobs, made.is_published) == (["35238", "243500139"], ["I1604"], True)
        page = client.get(made.get_absolute_url()).content.decode()
        assert "Entretenir ou réparer" in page or "Entretenir" in page
        edit = reverse("journeys:edit_action", args=[made.pk])
        assert 'value="mobilite--entretenir-reparer-son-vehicule"' in client.get(edit).content.decode()
        client.post(reverse("journeys:close_action", args=[made.pk]))
        listed = client.get(reverse("journeys:actions")).content.decode()
        assert "Garage solidaire" not in listed
        assert "Garage solidaire" in client.get(reverse("journeys:actions") + "?closes=1").content.decode()

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"themes": []}, "themes"),
            ({"publics": ["tous-publics", "femmes"]}, "publics"),
            ({"zones": "Rennes"}, "zones"),
            ({"postcode": "35"}, "postcode"),
        ],
    )
    def test_what_the_schema_would_refuse_is_said_beside_the_field(
        self, world: JourneysWorld, enter: Enter, wrong: dict[str, Any], field: str
    ) -> None:
        client = enter(world.manager)
        answer = client.post(
            reverse("journeys:new_action"), {**SHEET, "organisation": world.plie.pk, **wrong}
        )
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
        assert not Action.objects.filter(name="Garage solidaire").exists()

    def test_themes_filter_the_catalogue_and_others_see_what_is_published(
        self, world: JourneysWorld, enter: Enter
    ) -> None:
        shown = make_action(world)
        client = enter(world.referents[0])
        text = client.get(reverse("journeys:actions"), {"themes__contains": THEME}).content.decode()
        assert "Garage solidaire" in text
        assert "oser son projet" not in text
        for name, pk in (("new_action", None), ("edit_action", shown.pk), ("published_actions", None)):
            address = reverse(f"journeys:{name}", args=[pk] if pk else [])
            assert client.get(address).status_code == 404
        family = enter(member(Role.FAMILY, world.plie, "famille@example.org"))
        text = family.get(reverse("journeys:actions")).content.decode()
        assert "Garage solidaire" in text
        assert "oser son projet" not in text
        assert family.get(world.action.get_absolute_url()).status_code == 404

    def test_the_page_of_what_is_published_says_where_to_mend(
        self, world: JourneysWorld, enter: Enter, alone: None
    ) -> None:
        make_action(world, postcode="350")
        text = enter(world.manager).get(reverse("journeys:published_actions")).content.decode()
        assert "code_postal" in text
        assert "does not leave" in text

    def test_two_of_the_same_name_in_one_organisation_are_refused(self, world: JourneysWorld) -> None:
        twin = Action(organisation=world.plie, name=world.action.name, description="Encore une fois.")
        with pytest.raises(ValidationError, match="has an action of this name"):
            services.save_action(twin, world.manager)
