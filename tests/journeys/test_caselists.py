"""A caseload from a messy spreadsheet: understood on screen, people recognised, taken in once, sent again."""

import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from croisee.directory.models import Capacity, Contact, Person
from croisee.foundation.imports import services
from croisee.foundation.imports.models import ImportDraft, ImportMapping
from croisee.foundation.imports.reading import read
from croisee.foundation.progress.models import Progress
from croisee.foundation.tables import FaultyInput
from croisee.journeys.caselists.kind import KIND, address_for
from croisee.journeys.models import Exchange, Following, Journey, JourneyState
from tests.journeys_world import make_journeys_world, make_person
from tests.world import member

ROWS = [
    [
        "NOM Prénom",
        "Né(e) le",
        "Civ.",
        "Tél.",
        "Réf.",
        "Entrée PLIE",
        "Statut",
        "Sortie le",
        "Motif",
        "Vu le",
        "Rem.",
    ],
    [
        "LE BRAZ Maëlle",
        "12/03/1985",
        "Mme",
        "612345678",
        "referent0@example.org",
        "05/01/2026",
        "En cours",
        "",
        "",
        "20/02/2026",
        "x",
    ],
    [
        "DIALLO Ousmane",
        "03/11/1990",
        "M.",
        "06 98 76 54 32",
        "Durand",
        "05/01/2026",
        "dehors",
        "01/02/2026",
        "SORTIE POSITIVE CDI",
        "",
        "",
    ],
    ["NGUYEN Linh", "25/12/1979", "Mme", "", "", "05/01/2026", "Suspendu", "", "", "", ""],
    ["KAYA Deniz", "31/02/1988", "F", "", "", "05/01/2026", "En cours", "", "", "", ""],
]
MAPPING = {
    "nom": "NOM Prénom",
    "prenom": "NOM Prénom",
    "date_naissance": "Né(e) le",
    "sexe": "Civ.",
    "telephone": "Tél.",
    "referent": "Réf.",
    "date_entree": "Entrée PLIE",
    "etat": "Statut",
    "date_sortie": "Sortie le",
    "type_sortie": "Motif",
    "dernier_contact": "Vu le",
}
WORDS = {
    "referent": {"durand": "referent1@example.org"},
    "etat": {"dehors": "ended"},
    "type_sortie": {"sortiepositivecdi": "lasting_job"},
}


@pytest.fixture(autouse=True)
def _private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def table(rows, name="suivi.csv", encoding="latin-1"):
    lines = "\r\n".join(";".join(cells) for cells in rows)
    return SimpleUploadedFile(name, lines.encode(encoding))


def workbook(rows):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return SimpleUploadedFile("suivi.xlsx", stream.getvalue())


def begun(world, upload, mapping=MAPPING, words=WORDS):
    draft = services.begin(KIND.name, {"people": upload}, world.manager, str(world.programme.pk))
    services.map_columns(draft.files.get(), mapping, words)
    return draft


def plain_rows(*people):
    """A table with our own headings: family name, given name, birth date, then what else is said."""
    return [["nom", "prenom", "date_naissance", "telephone", "date_entree", "projet"], *people]


def sent(world, *people):
    upload = table(plain_rows(*people), encoding="utf-8")
    draft = services.begin(KIND.name, {"people": upload}, world.manager, str(world.programme.pk))
    file = draft.files.get()
    services.map_columns(file, file.mapping, {})
    return draft


def taken(world, *people, keep_valid=False):
    draft = sent(world, *people)
    services.apply(draft, world.manager, keep_valid=keep_valid)
    draft.refresh_from_db()
    return draft


def somebody(residence="no"):
    """Somebody known, whom no programme follows: Adjoua Kouassi."""
    person = make_person(71, residence)
    Person.objects.filter(pk=person.pk).update(family_name="Kouassi", given_name="Adjoua")
    person.refresh_from_db()
    return person


def a_day_off(person):
    return (person.birth_date + dt.timedelta(days=1)).strftime("%d/%m/%Y")


def counts():
    return [model.objects.count() for model in (Person, Contact, Journey, Following, Exchange)]


@pytest.mark.usefixtures("english")
class TestTakingIn:
    def test_a_messy_file_with_a_row_at_fault(self, world):
        draft = begun(world, table(ROWS))
        reading = read(draft)
        assert [(fault.row, fault.field) for fault in reading.faults] == [(5, "Né(e) le")]
        with pytest.raises(FaultyInput):
            services.apply(draft, world.manager)
        services.apply(draft, world.manager, keep_valid=True)
        first, second, third = (
            Journey.objects.select_related("person__profile").get(person__family_name=name)
            for name in ("LE BRAZ", "DIALLO", "NGUYEN")
        )
        assert (first.state, second.state, third.state) == ("under_way", "ended", "paused")
        assert first.person.given_name == "Maëlle"
        assert first.person.profile.sex == "woman"
        assert first.person.contacts.get().phone == "0612345678"
        assert first.last_contact_on == dt.date(2026, 2, 20)
        assert first.followings.get().referent == world.referents[0]
        assert (second.exit_kind, second.exited_on) == ("lasting_job", dt.date(2026, 2, 1))
        following = second.followings.get()
        assert (following.referent, following.ended_on) == (world.referents[1], dt.date(2026, 2, 1))
        draft.refresh_from_db()
        assert draft.rows_left_out == 1
        assert draft.result_said == "3 new people, 3 journeys added."

    def test_the_same_file_twice_changes_nothing_and_the_corrected_rest_is_taken(self, world):
        services.apply(begun(world, table(ROWS)), world.manager, keep_valid=True)
        before = counts()
        again = begun(world, table(ROWS))
        assert {row.what for row in read(again).plan} == {"unchanged"}
        services.apply(again, world.manager, keep_valid=True)
        again.refresh_from_db()
        assert counts() == before
        assert again.result_said.startswith("Nothing changed")
        with again.files.get().left_out.open("rb") as stream:
            content = stream.read()
        cells = [
            [cell.value or "" for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active
        ]
        assert cells[0] == [*ROWS[0], "to correct"]
        assert cells[1][0] == "KAYA Deniz"
        assert "a day that no calendar has" in cells[1][-1]
        cells[1][1] = "28/02/1988"
        corrected = services.begin(
            KIND.name, {"people": workbook(cells)}, world.manager, str(world.programme.pk)
        )
        file = corrected.files.get()
        assert file.mapping == MAPPING | {"etat": "Statut"}, "one more column is no other table"
        services.map_columns(file, file.mapping, {})
        services.apply(corrected, world.manager)
        assert Journey.objects.filter(person__family_name="KAYA").exists()

    def test_what_is_empty_is_filled_and_what_is_known_stays_unless_asked(self, world):
        taken(world, ["Le Braz", "Maëlle", "12/03/1985", "", "05/01/2026", "menuiserie"])
        newer = ["Le Braz", "Maëlle", "12/03/1985", "0612345678", "05/01/2026", "charpente"]
        [row] = read(sent(world, newer)).plan
        assert (row.what, row.detail.count("telephone")) == ("brought up to date", 1)
        assert "left as known here: project" in row.detail
        taken(world, newer)
        journey = Journey.objects.get(person__family_name="Le Braz")
        assert journey.project == "menuiserie"
        assert journey.person.contacts.get().phone == "0612345678"
        draft = sent(world, newer)
        services.choose(draft, ["overwrite"])
        services.apply(draft, world.manager)
        journey.refresh_from_db()
        assert journey.project == "charpente"

    def test_a_journey_moves_on_and_never_back(self, world):
        head = ["nom", "prenom", "date_naissance", "date_entree", "etat", "date_sortie", "type_sortie"]
        who = ["Le Braz", "Maëlle", "12/03/1985", "05/01/2026"]
        for state, exited, kind in (
            ("under_way", "", ""),
            ("ended", "01/02/2026", "company"),
            ("under_way", "", ""),
        ):
            draft = services.begin(
                KIND.name,
                {"people": table([head, [*who, state, exited, kind]])},
                world.manager,
                str(world.programme.pk),
            )
            services.map_columns(draft.files.get(), draft.files.get().mapping, {})
            services.apply(draft, world.manager)
        journey = Journey.objects.get(person__family_name="Le Braz")
        assert (journey.state, journey.exit_kind) == (JourneyState.ENDED, "company")

    def test_two_journeys_of_one_person_and_rows_that_clash(self, world):
        head = ["nom", "prenom", "date_naissance", "date_entree", "date_sortie", "type_sortie"]
        who = ["Le Braz", "Maëlle", "12/03/1985"]
        rows = [
            head,
            [*who, "05/01/2026", "", ""],
            [*who, "05/01/2024", "01/02/2025", "company"],
            [*who, "05/02/2026", "", ""],
        ]
        draft = services.begin(KIND.name, {"people": table(rows)}, world.manager, str(world.programme.pk))
        services.map_columns(draft.files.get(), draft.files.get().mapping, {})
        assert [fault.row for fault in read(draft).faults] == [4]
        services.apply(draft, world.manager, keep_valid=True)
        assert Person.objects.filter(family_name="Le Braz").count() == 1
        assert sorted(
            Journey.objects.filter(person__family_name="Le Braz").values_list("state", flat=True)
        ) == [
            "ended",
            "under_way",
        ]

    def test_as_many_queries_for_many_people_as_for_few(self, world):
        letters = "abcdefghij"
        counted = []
        for family, number in (("Petit", 3), ("Grand", 30)):
            rows = [
                [
                    f"{family}{letters[n % 10] * 4}",
                    f"Ido{letters[n // 10] * 3}",
                    f"{1 + n % 28:02}/03/1980",
                    "",
                    "05/01/2026",
                    "",
                ]
                for n in range(number)
            ]
            draft = sent(world, *rows)
            with CaptureQueriesContext(connection) as queries:
                services.apply(draft, world.manager)
            counted.append(len(queries))
        # The first import learns the columns; the second knows them.
        assert counted[1] <= counted[0]


@pytest.mark.usefixtures("english")
class TestRecognising:
    def test_somebody_surely_known_is_no_new_person(self, world):
        person = somebody()
        before = Person.objects.count()
        taken(world, ["ADJOUA", "KOUASSI", person.birth_date.strftime("%d/%m/%Y"), "", "05/01/2026", ""])
        assert Person.objects.count() == before
        assert person.journeys.get().entered_on == dt.date(2026, 1, 5)

    def test_somebody_perhaps_known_is_asked_about_and_masked(self, world):
        person = somebody()
        draft = sent(world, ["Kouassi", "Adjoua", a_day_off(person), "", "05/01/2026", ""])
        [row] = read(draft).plan
        assert row.question is not None
        [(key, text), (new, _other)] = row.question.options
        assert (key, new) == (str(person.pk), "new")
        assert "A. K., born in" in text
        assert "Adjoua" not in text
        assert [fault.row for fault in read(draft).faults] == [2]
        services.answer(draft, {2: "a stranger's key"})
        draft.refresh_from_db()
        assert read(draft).waiting == 1
        services.answer(draft, {2: str(person.pk)})
        draft.refresh_from_db()
        services.apply(draft, world.manager)
        assert person.journeys.count() == 1

    def test_who_is_said_to_be_another_is_another_and_recognised_afterwards(self, world):
        person = somebody()
        row = ["Kouassi", "Adjoua", a_day_off(person), "", "05/01/2026", ""]
        draft = sent(world, row)
        services.answer(draft, {2: "new"})
        draft.refresh_from_db()
        services.apply(draft, world.manager)
        assert not person.journeys.exists()
        assert Person.objects.filter(family_name="Kouassi").count() == 2
        assert {one.what for one in read(sent(world, row)).plan} == {"unchanged"}

    def test_somebody_whom_the_sender_may_not_see_is_filled_never_changed(self, world):
        person = somebody()
        draft = sent(
            world, ["Kouassi", "Adjoua", person.birth_date.isoformat(), "0611111111", "05/01/2026", ""]
        )
        services.choose(draft, ["overwrite"])
        services.apply(draft, world.manager)
        assert person.contacts.get(capacity=Capacity.SELF).phone == "0600000000"


@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_make_one_set_of_people():
    world = make_journeys_world()
    rows = [
        [f"Nouvelle{chr(97 + n)}", "Personne", f"0{1 + n}/0{1 + n}/1980", "", "05/01/2026", ""]
        for n in range(6)
    ]
    drafts = [sent(world, *rows), sent(world, *rows[::-1])]

    def click(draft):
        try:
            return services.apply(ImportDraft.objects.get(pk=draft.pk), world.manager)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert len(list(pool.map(click, drafts))) == 2
    assert Person.objects.filter(given_name="Personne").count() == 6
    assert Journey.objects.filter(person__given_name="Personne").count() == 6


class TestPages:
    def test_from_the_programme_to_the_result(self, world, enter):
        client = enter(world.manager)
        page = client.get(reverse("journeys:import_caselist", args=[world.programme.pk]))
        assert address_for(world.programme) in page.content.decode()
        model = client.get(reverse("journeys:caselist_model", args=[world.programme.pk])).content
        assert openpyxl.load_workbook(io.BytesIO(model)).active["A1"].value == "Family name"
        response = client.post(address_for(world.programme), {"people": table(ROWS)})
        draft = ImportDraft.objects.get()
        response = client.get(response.url)
        mapping = reverse("imports:mapping", args=[draft.pk, "people"])
        assert response.url == mapping
        form = client.get(mapping).context["form"]
        chosen = {field.label: field.initial for field in form.columns}
        assert chosen["NOM Prénom"] == "nom+prenom"
        assert chosen["Rem."] == ""
        columns = {
            name: form.fields[name].initial or "" for name in form.fields if not name.startswith("word-")
        }
        places = {heading: f"column-{place}" for place, heading in enumerate(ROWS[0])}
        columns |= {
            places[heading]: name for name, heading in MAPPING.items() if name not in ("nom", "prenom")
        }
        # Once it is said which column is which, what their words mean is asked.
        assert client.post(mapping, columns | {places["Motif"]: "etat"}).status_code == 200
        assert client.post(mapping, columns).url == mapping
        form = client.get(mapping).context["form"]
        asked = {field.label: field for field in form.about_words}
        assert set(asked) == {
            "“SORTIE POSITIVE CDI” in “kind of exit”",
            "“Durand” in “référent”",
            "“dehors” in “state”",
        }
        words = {word.name: WORDS[word.column][word.text.lower().replace(" ", "")] for word in form.words}
        assert client.post(mapping, columns | words).url == draft.get_absolute_url()
        with CaptureQueriesContext(connection) as queries:
            page = client.get(draft.get_absolute_url())
        assert len(queries) <= 12, "\n".join(query["sql"][:120] for query in queries)
        assert page.context["count"] == 1
        assert "new person" in page.content.decode()
        client.post(reverse("imports:apply", args=[draft.pk]), {"keep_valid": "on"})
        assert Journey.objects.filter(person__family_name="DIALLO", state="ended").exists()
        page = client.get(draft.get_absolute_url()).content.decode()
        left_out = reverse("imports:left_out", args=[draft.pk, "people", "xlsx"])
        assert left_out in page
        assert client.get(left_out).status_code == 200

    def test_what_was_understood_is_remembered_but_for_people(self, world, enter):
        services.apply(begun(world, table(ROWS)), world.manager, keep_valid=True)
        kept = ImportMapping.objects.get()
        assert (kept.organisation, kept.columns) == (world.plie, MAPPING)
        assert kept.words == {
            "etat": {"dehors": "ended"},
            "type_sortie": {"sortiepositivecdi": "lasting_job"},
        }
        again = services.begin(
            KIND.name, {"people": table(ROWS)}, world.manager, str(world.programme.pk)
        ).files.get()
        assert again.mapping == MAPPING
        assert again.words["etat"] == {"dehors": "ended"}

    def test_odd_files(self, world, enter):
        rows = [
            ["Association PLIE : suivi au 30/11"],
            [],
            ["Identité", "", "", "Parcours"],
            *plain_rows(["Le Braz", "Maëlle", dt.date(1985, 3, 12), "", dt.date(2026, 1, 5), ""]),
        ]
        draft = services.begin(KIND.name, {"people": workbook(rows)}, world.manager, str(world.programme.pk))
        services.map_columns(draft.files.get(), draft.files.get().mapping, {})
        assert [row.what for row in read(draft).plan] == ["new person"] or [
            row.what for row in read(draft).plan
        ] == ["nouvelle personne"]
        client = enter(world.manager)
        empty = services.begin(KIND.name, {"people": table([[""]])}, world.manager, str(world.programme.pk))
        assert client.get(empty.get_absolute_url()).context["count"] == 1
        mapping = reverse("imports:mapping", args=[draft.pk, "people"])
        form = client.get(mapping).context["form"]
        values = {name: field.initial or "" for name, field in form.fields.items()}
        client.post(mapping, values | {"header_row": 3})
        assert client.get(mapping).context["form"].columns[0].label == "Identité"

    def test_questions_are_answered_on_their_page(self, world, enter):
        client = enter(world.manager)
        person = world.people[0]
        Person.objects.filter(pk=person.pk).update(family_name="Kouassi", given_name="Adjoua")
        draft = sent(world, ["Kouassi", "Adjoua", a_day_off(person), "", "05/01/2026", ""])
        address = reverse("imports:questions", args=[draft.pk])
        assert address in client.get(draft.get_absolute_url()).content.decode()
        page = client.get(address).content.decode()
        assert "Adjoua Kouassi, born on" in page
        assert (
            client.post(address, {"row-2": str(person.pk), "row-x": "1", "other": "2"}).url
            == draft.get_absolute_url()
        )
        assert client.get(draft.get_absolute_url()).context["count"] == 0

    def test_nobody_elses_programme(self, world, enter):
        other = member("programme_manager", world.metropolis, "other@example.org")
        client = enter(other)
        assert client.get(address_for(world.programme)).status_code == 404
        assert client.get(reverse("journeys:import_caselist", args=[world.programme.pk])).status_code == 404
        draft = sent(world, ["Le Braz", "Maëlle", "12/03/1985", "", "05/01/2026", ""])
        for name, args in (("mapping", ["people"]), ("questions", []), ("left_out", ["people", "csv"])):
            assert client.get(reverse(f"imports:{name}", args=[draft.pk, *args])).status_code == 404
        assert enter(world.referents[0]).get(address_for(world.programme)).status_code == 404

    def test_a_long_file_is_taken_in_the_background(self, world, enter):
        rows = [
            [
                f"Nom{chr(97 + n % 26)}{chr(97 + n // 26)}zz",
                "Personne",
                f"{1 + n % 28:02}/0{1 + n % 9}/19{60 + n % 40}",
                "",
                "05/01/2026",
                "",
            ]
            for n in range(160)
        ]
        draft = sent(world, *rows)
        client = enter(world.manager)
        response = client.post(reverse("imports:apply", args=[draft.pk]), {"keep_valid": "on"})
        progress = Progress.objects.get()
        assert response.url == progress.get_absolute_url()
        assert client.get(draft.get_absolute_url()).context["under_way"] == progress
