"""Class lists as schools send them: good ones, and every way in which they are not."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from croisee.directory.class_lists.kind import NAME
from croisee.directory.models import Contact, Enrolment, Person, SchoolClass
from croisee.foundation.imports import services
from croisee.foundation.imports.kinds import TargetRefused
from croisee.foundation.imports.models import ImportDraft
from croisee.foundation.imports.reading import Reading, read
from tests.world import BORN, LAST_YEAR, LEFT_ON, YEAR, World, make_world

HEAD = "NOM;PRENOM;NE(E) LE;DIVISION;ADRESSE;CP;COMMUNE;Nom responsable;Adresse mail responsable"
DAY = f"{BORN:%d/%m/%Y}"
LEA = f"LE GOFF;Léa;{DAY};3e A;1 rue X;35000;Rennes;Mme Le Goff;MERE@example.org"
ALI = f"BENALI;Ali;{DAY};3e A;;;;;"


@pytest.fixture(autouse=True)
def _private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def world(db) -> World:
    return make_world()


def send(world: World, *rows: str, target: str = "", choices: tuple[str, ...] = ()) -> ImportDraft:
    """A draft of a class list of these rows (the head of the table first)."""
    content = "\n".join([HEAD, *rows]).encode()
    return send_file(world, content, target=target, choices=choices)


def send_file(world, content, name="liste.csv", target="", choices=()) -> ImportDraft:
    key = target or f"school:{world.schools[0].pk}:{YEAR}"
    files = {"pupils": SimpleUploadedFile(name, content)}
    return services.begin(NAME, files, world.heads[0], key, choices)


def reading_of(draft: ImportDraft) -> Reading:
    return read(ImportDraft.objects.get(pk=draft.pk))


def problems(draft: ImportDraft) -> list[str]:
    return [f"{fault.row} {fault.field or '-'}: {fault.problem}" for fault in reading_of(draft).faults]


def apply(world: World, draft: ImportDraft, **kwargs) -> str:
    services.apply(draft, world.heads[0], **kwargs)
    return ImportDraft.objects.get(pk=draft.pk).result_said


def pupils() -> set[str]:
    rows = Enrolment.objects.active().exclude(person__given_name__startswith="Élève")
    return {f"{row.person} {row.school_class}" for row in rows.select_related("person", "school_class")}


class TestTakenIn:
    """What a good list does."""

    def test_pupils_classes_and_contacts(self, world):
        draft = send(world, LEA, ALI)
        assert problems(draft) == []
        assert any("3e A" in remark for remark in reading_of(draft).remarks)
        assert apply(world, draft).startswith("2 ")
        assert pupils() == {"Léa LE GOFF 3e A", "Ali BENALI 3e A"}
        contact = Contact.objects.get(person__family_name="LE GOFF")
        assert (contact.email, contact.name, contact.account) == ("mere@example.org", "Mme Le Goff", None)
        assert Person.objects.get(family_name="LE GOFF").address == "1 rue X 35000 Rennes"

    def test_the_same_list_twice_changes_nothing_and_says_so(self, world):
        apply(world, send(world, LEA, ALI))
        before = list(Person.objects.order_by("pk").values())
        said = apply(world, send(world, LEA, ALI))
        assert list(Person.objects.order_by("pk").values()) == before
        assert Contact.objects.filter(person__family_name="LE GOFF").count() == 1
        assert said == "Rien n’a changé\u00a0: tous ces élèves étaient déjà là, comme le dit la liste."

    def test_near_duplicates_are_recognised(self, world):
        apply(world, send(world, LEA))
        said = apply(world, send(world, LEA.replace("LE GOFF;Léa", "le-goff;LEA")))
        assert said.startswith("Rien n’a changé")
        assert len(pupils()) == 1

    def test_what_was_not_known_is_filled_in(self, world):
        apply(world, send(world, ALI))
        apply(world, send(world, f"BENALI;Ali;{DAY};3e A;2 rue Y;35000;Rennes;M. Benali;"))
        apply(world, send(world, f"BENALI;Ali;{DAY};3e A;;;;M. Benali;pere@example.org"))
        person = Person.objects.get(family_name="BENALI")
        assert person.address == "2 rue Y 35000 Rennes"
        assert list(person.contacts.values_list("name", "email")) == [("M. Benali", "pere@example.org")]

    def test_one_column_of_both_names_below_a_title_and_years_in_two_digits(self, world):
        rows = [
            "Liste des élèves de 3e",
            "",
            "Élève;Né(e) le;Classe",
            "LE GOFF Anne-Léa;4/5/12;3e A",
            f"BENALI Ali;{DAY};3e A",
        ]
        draft = send_file(world, "\n".join(rows).encode("cp1252"))
        assert problems(draft) == []
        apply(world, draft)
        assert pupils() == {"Anne-Léa LE GOFF 3e A", "Ali BENALI 3e A"}
        unclear = send_file(
            world, f"Élève;Né(e) le;Classe\nAmal Diop;{BORN.day}/{BORN.month}/{BORN.year};3e A\n".encode()
        )
        assert problems(unclear) == ["2 Élève: le nom et le prénom ne se distinguent pas."]

    def test_a_telephone_gets_back_the_zero_that_the_spreadsheet_took(self, world):
        head = "Nom;Prénom;Né(e) le;Classe;Téléphone responsable\n"
        apply(world, send_file(world, f"{head}BENALI;Ali;{DAY};3e A;612345678\n".encode()))
        assert Contact.objects.get(person__family_name="BENALI").phone == "0612345678"

    def test_a_column_of_both_names_beside_those_of_each_is_left_aside(self, world):
        apply(world, send_file(world, f"Eleve;Nom;Prenom;Ne le;Classe\nX;BENALI;Ali;{DAY};3e A\n".encode()))
        assert pupils() == {"Ali BENALI 3e A"}

    def test_twins_are_kept_and_said(self, world):
        draft = send(world, LEA, LEA.replace("Léa", "Tom"))
        assert problems(draft) == []
        assert any("Tom LE GOFF" in remark for remark in reading_of(draft).remarks)
        apply(world, draft)
        assert len(pupils()) == 2

    def test_a_homonym_is_said(self, world):
        apply(world, send(world, LEA))
        draft = send(world, LEA.replace(DAY, f"{BORN:05/%m/%Y}"))
        assert any("Léa LE GOFF" in remark for remark in reading_of(draft).remarks)

    def test_into_one_class(self, world):
        target = f"class:{world.classes[0].pk}"
        draft = send(world, ALI.replace("3e A", ""), target=target)
        assert problems(draft) == []
        assert "3e 1" in str(draft.goal().label)
        apply(world, draft)
        assert pupils() == {"Ali BENALI 3e 1"}

    def test_who_left_comes_back(self, world):
        apply(world, send(world, ALI))
        Enrolment.objects.filter(person__family_name="BENALI").update(left_on=LEFT_ON)
        apply(world, send(world, ALI))
        assert pupils() == {"Ali BENALI 3e A"}
        assert Person.objects.filter(family_name="BENALI").count() == 1

    def test_last_year_s_class_is_left_without_a_question(self, world):
        old = SchoolClass.objects.create(school=world.schools[0], school_year=LAST_YEAR, name="4e A")
        apply(world, send(world, ALI.replace("3e A", "4e A"), target=f"class:{old.pk}"))
        assert problems(send(world, ALI)) == []
        apply(world, send(world, ALI))
        assert pupils() == {"Ali BENALI 3e A"}

    def test_a_spreadsheet(self, world):
        book, content = openpyxl.Workbook(), io.BytesIO()
        for row in ([*HEAD.split(";")], [*LEA.split(";")]):
            book.active.append(row)
        book.save(content)
        apply(world, send_file(world, content.getvalue(), "liste.xlsx"))
        assert pupils() == {"Léa LE GOFF 3e A"}

    def test_an_older_encoding(self, world):
        content = f"{HEAD}\n{LEA}".encode("cp1252")
        apply(world, send_file(world, content))
        assert pupils() == {"Léa LE GOFF 3e A"}


class TestAtFault:
    """What is wrong is said where it is; nothing is written."""

    def test_the_same_pupil_twice_names_both_rows(self, world):
        draft = send(world, LEA, ALI, LEA.replace("Léa", "LEA"))
        (problem,) = problems(draft)
        assert "2" in problem
        assert problem.startswith("4 ")
        apply(world, draft, keep_valid=True)
        assert len(pupils()) == 2

    def test_in_another_class_is_asked(self, world):
        apply(world, send(world, ALI))
        moved = ALI.replace("3e A", "3e B")
        draft = send(world, moved)
        (problem,) = problems(draft)
        assert "3e A" in problem
        services.choose(draft, ["move"])
        assert problems(draft) == []
        apply(world, ImportDraft.objects.get(pk=draft.pk))
        assert pupils() == {"Ali BENALI 3e B"}
        assert Person.objects.filter(family_name="BENALI").count() == 1

    @pytest.mark.parametrize(
        ("row", "field"),
        [
            (LEA.replace(DAY, "31/02/2012"), "NE(E) LE"),
            (LEA.replace(DAY, "12 mai"), "NE(E) LE"),
            (LEA.replace(DAY, "04/05/1912"), "NE(E) LE"),
            (LEA.replace(DAY, ""), "NE(E) LE"),
            (LEA.replace("LE GOFF", "=HYPERLINK(A1)"), "NOM"),
            (LEA.replace("LE GOFF", ""), "NOM"),
            (LEA.replace("Léa", "12"), "PRENOM"),
            (LEA.replace("MERE@example.org", "mere@"), "Adresse mail responsable"),
            (LEA.replace("3e A", ""), "DIVISION"),
        ],
    )
    def test_a_cell(self, world, row, field):
        (problem,) = problems(send(world, row))
        assert problem.startswith(f"2 {field}:")

    def test_of_another_class_than_the_one_it_goes_into(self, world):
        (problem,) = problems(send(world, ALI, target=f"class:{world.classes[0].pk}"))
        assert "3e A" in problem

    def test_half_a_point(self, world):
        content = f"{HEAD};longitude;latitude\n{LEA};-1.68;\n".encode()
        (problem,) = problems(send_file(world, content))
        assert "longitude" in problem

    @pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", HEAD.encode(), b"a;b\n1;2\n"])
    def test_a_file_that_is_no_list(self, world, content):
        reading = reading_of(send_file(world, content))
        assert reading.faults or not len(reading.tables["pupils"])

    def test_only_one_s_own_school(self, world):
        for key in (
            f"class:{world.classes[1].pk}",
            f"school:{world.schools[1].pk}:{YEAR}",
            "x",
            "class:x",
        ):
            with pytest.raises(TargetRefused):
                send(world, LEA, target=key)


class TestPages:
    """On screen."""

    def test_the_page_says_where_it_goes(self, world, sign_in):
        browser: Client = sign_in(world.heads[0])
        url = f"{reverse('imports:begin', args=[NAME])}?target=class:{world.classes[0].pk}"
        page = browser.get(url).content.decode()
        assert f"Collège 1, 3e 1, {YEAR}" in page
        content = SimpleUploadedFile("l.csv", "\n".join([HEAD, ALI.replace("3e A", "")]).encode())
        response = browser.post(url, {"pupils": content, "answer_only": "on"})
        draft = ImportDraft.objects.get()
        assert draft.choices == ["answer_only"]
        page = browser.get(response["Location"]).content.decode()
        assert f"Collège 1, 3e 1, {YEAR}" in page
        browser.post(reverse("imports:choices", args=[draft.pk]), {"move": "on"})
        draft.refresh_from_db()
        assert draft.choices == ["move"]
        done = browser.post(reverse("imports:apply", args=[draft.pk]), follow=True)
        assert "Ali" in done.content.decode()

    def test_staff_and_others_do_not_import(self, world, sign_in):
        url = f"{reverse('imports:begin', args=[NAME])}?target=class:{world.classes[0].pk}"
        for account in (world.staff[0], world.heads[1], world.manager, world.families[0]):
            assert sign_in(account).get(url).status_code == 404
