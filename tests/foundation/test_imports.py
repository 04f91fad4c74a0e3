"""An import of two files that refer to each other: seen, understood, corrected, applied once."""

import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.imports import services
from croisee.foundation.imports.kinds import ImportKind, Slot, register
from croisee.foundation.imports.matching import guess
from croisee.foundation.imports.models import ImportDraft, RememberedColumn
from croisee.foundation.imports.reading import read
from croisee.foundation.tables import Column, FaultyInput, values

DONE = []
PEOPLE = "name,age\nZoé,14\nAli,15\n"
PLACES = "place,who\nbakery,Zoé\ngarage,Ali\n"


def check(tables, target):
    faults = []
    people, places = tables["people"], tables["places"]
    people.parse("age", values.positive_integer, faults)
    known = set(people.columns["name"])
    for index, who in enumerate(places.columns["who"]):
        if who not in known:
            faults.append(places.fault(index, "who", f"nobody is called “{who}”.", "Check the name."))
    for index, name in enumerate(people.columns["name"]):
        if not name:
            faults.append(people.fault(index, None, "nobody is here.", "Delete the row."))
    return faults


def store(tables, account, target):
    rows = zip(tables["places"].columns["place"], tables["places"].columns["who"], strict=True)
    DONE.append((target.key, account, sorted(rows)))
    Organisation.objects.create(name=f"made {len(DONE)}", kind=Kind.OTHER)
    if target.key == "fails":
        raise FaultyInput([tables["places"].fault(0, None, "too late.", "Begin again.")])
    return "/result/"


KIND = register(
    ImportKind(
        "tests.places",
        "People and places",
        slots=(
            Slot("people", "People", (Column("name"), Column("age"), Column("note", required=False))),
            Slot("places", "Places", (Column("place"), Column("who"))),
        ),
        validate=check,
        apply=store,
        roles=(Role.EMPLOYER,),
    )
)


@pytest.fixture(autouse=True)
def _private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    DONE.clear()


def kept_files(settings):
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def upload(content, name="file.csv"):
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


@pytest.fixture
def begun(employer):
    """`begun(people, places)`: a draft with these files."""

    def make(people=PEOPLE, places=PLACES, target="round-1"):
        files = {"people": upload(people, "people.csv"), "places": upload(places, "places.csv")}
        return services.begin(KIND.name, files, employer, target)

    return make


@pytest.fixture
def browser(client, employer):
    client.force_login(employer)
    return client


class TestApply:
    def test_once(self, begun, employer):
        draft = begun()
        assert services.apply(draft, employer) == "/result/"
        assert services.apply(draft, employer) == "/result/"
        assert [("round-1", employer, [("bakery", "Zoé"), ("garage", "Ali")])] == DONE

    @pytest.mark.django_db(transaction=True)
    def test_eight_clicks_make_one_import(self):
        account = Account.objects.create_user("employer@example.org")
        home = Organisation.objects.create(name="x", kind=Kind.EMPLOYER)
        Membership.objects.create(account=account, organisation=home, role=Role.EMPLOYER)
        files = {"people": upload(PEOPLE), "places": upload(PLACES, "other.csv")}
        draft = services.begin(KIND.name, files, account)

        def click(_number):
            try:
                return services.apply(ImportDraft.objects.get(pk=draft.pk), account)
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(click, range(8))) == {"/result/"}
        assert len(DONE) == 1
        assert Organisation.objects.count() == 2

    @pytest.mark.django_db(transaction=True)
    def test_files_are_erased_once_applied(self, begun, employer, settings):
        draft = begun()
        assert len(kept_files(settings)) == 2
        services.apply(draft, employer)
        assert not kept_files(settings)

    def test_nothing_is_written_when_it_fails(self, begun, employer, settings):
        draft = begun(target="fails")
        with pytest.raises(FaultyInput):
            services.apply(draft, employer)
        assert not Organisation.objects.filter(name__startswith="made").exists()
        assert ImportDraft.objects.get().applied_at is None
        assert len(kept_files(settings)) == 2

    def test_faults_stop_it(self, begun, employer):
        with pytest.raises(FaultyInput) as refused:
            services.apply(begun(people="name,age\nZoé,young\nAli,15\n"), employer)
        [fault] = refused.value.faults
        assert (fault.file, fault.row, fault.field) == ("people.csv", 2, "age")
        assert not DONE

    def test_valid_rows_only_and_what_depends_on_them(self, begun, employer):
        draft = begun(people="name,age\nZoé,young\nAli,15\n")
        services.apply(draft, employer, keep_valid=True)
        assert DONE[0][2] == [("garage", "Ali")]
        assert ImportDraft.objects.get().rows_left_out == 2

    def test_a_file_at_fault_is_never_left_out(self, begun, employer):
        with pytest.raises(FaultyInput):
            services.apply(begun(people="name,years\nZoé,14\n"), employer, keep_valid=True)

    def test_a_missing_file(self, employer):
        draft = services.begin(KIND.name, {"people": upload(PEOPLE)}, employer)
        with pytest.raises(FaultyInput) as refused:
            services.apply(draft, employer)
        assert refused.value.faults[0].file == "Places"

    def test_roles(self, begun, family):
        with pytest.raises(PermissionError):
            services.apply(begun(), family)
        with pytest.raises(PermissionError):
            services.begin(KIND.name, {}, family)


class TestColumns:
    def test_renamed_ones_are_guessed(self):
        guessed = guess(
            [Column("birth_date"), Column("address")], ["Adresse", "date of birth", "Birth dates"]
        )
        assert guessed == {"birth_date": "Birth dates", "address": "Adresse"}

    @given(
        st.lists(st.text(max_size=12), max_size=6),
        st.lists(st.text(min_size=1, max_size=12), max_size=6, unique=True),
    )
    def test_one_heading_a_column(self, headings, names):
        guessed = guess([Column(name) for name in names], headings)
        assert set(guessed) <= set(names)
        assert set(guessed.values()) <= set(headings)
        assert len(set(guessed.values())) == len(guessed)

    def test_chosen_then_remembered(self, begun, employer):
        renamed = PEOPLE.replace("age", "how old")
        draft = begun(people=renamed)
        assert read(draft).faults
        services.choose_columns(draft.files.get(slot="people"), {"age": "how old", "unknown": "name"})
        assert draft.files.get(slot="people").mapping == {"age": "how old"}
        services.apply(draft, employer)
        assert RememberedColumn.objects.get().column == "age"
        again = begun(people=renamed)
        assert not read(again).faults
        assert not begun().files.get(slot="people").mapping

    def test_two_files_of_one_name(self, employer):
        files = {"people": upload("name,age\n,x\n", "export.csv"), "places": upload(PLACES, "export.csv")}
        reading = read(services.begin(KIND.name, files, employer))
        assert {fault.file for fault in reading.faults} == {"export.csv (People)", "export.csv (Places)"}

    def test_workbook(self, employer):
        book, stream = openpyxl.Workbook(), io.BytesIO()
        for row in [("Name", "AGE"), ("Zoé", 14), ("Ali", 15)]:
            book.active.append(row)
        book.save(stream)
        files = {"people": upload(stream.getvalue(), "people.xlsx"), "places": upload(PLACES)}
        assert not read(services.begin(KIND.name, files, employer)).faults


class TestCorrection:
    def test_cells(self, begun, employer):
        draft = begun(people="name,age\nZoé,young\nAli,15\n")
        services.correct(draft.files.get(slot="people"), {2: {"age": "14", "secret": "x"}})
        assert not read(draft).faults
        assert draft.files.get(slot="people").corrections == {"2": {"age": "14"}}
        services.apply(draft, employer)

    def test_a_row_that_could_not_be_read(self, begun):
        draft = begun(people="name,age\nZoé,14,15,16\nAli,15\n")
        assert [fault.row for fault in read(draft).faults if fault.file == "people.csv"] == [2]
        services.correct(draft.files.get(slot="people"), {2: {"name": "Zoé", "age": "14"}})
        assert not read(draft).faults

    def test_corrected_rows_from_the_downloaded_file(self, begun, browser):
        draft = begun(people="name,age\nZoé,young\nAli,15\n")
        address = reverse("imports:faulty_rows", args=[draft.pk, "people"])
        downloaded = browser.get(address).content.decode("utf-8-sig")
        assert "2,Zoé,young" in downloaded
        assert "Ali" not in downloaded
        fixed = upload(downloaded.replace("young", "14"))
        response = browser.post(reverse("imports:corrected_rows", args=[draft.pk, "people"]), {"file": fixed})
        assert response.status_code == 302
        assert not read(draft).faults

    def test_formulas_come_back_as_they_were(self, begun, browser):
        draft = begun(people="name,age\n=1+1,young\nAli,15\n")
        reading = read(draft).files["people"]
        content = browser.get(reverse("imports:faulty_rows", args=[draft.pk, "people"])).content
        assert b"'=1+1" in content
        services.correct_from_file(reading, upload(content))
        assert read(draft).tables["people"].columns["name"][0] == "=1+1"

    @pytest.mark.parametrize("content", ["name,age\nZoé,14\n", "row_number,age\ntwo,14\n", ""])
    def test_rows_without_numbers(self, begun, content):
        draft = begun()
        with pytest.raises(FaultyInput):
            services.correct_from_file(read(draft).files["people"], upload(content))
        assert not draft.files.get(slot="people").corrections

    def test_another_file_in_its_place(self, begun):
        draft = begun(people="")
        services.correct(draft.files.get(slot="people"), {2: {"age": "14"}})
        services.replace_file(draft, "people", upload(PEOPLE))
        assert not read(draft).faults
        assert not draft.files.get(slot="people").corrections

    def test_not_after_it_was_applied(self, begun, employer):
        draft = begun()
        services.apply(draft, employer)
        for change in [
            lambda: services.replace_file(draft, "people", upload(PEOPLE)),
            lambda: services.correct(draft.files.get(slot="people"), {}),
            lambda: services.choose_columns(draft.files.get(slot="people"), {}),
            lambda: services.discard(draft),
        ]:
            with pytest.raises(services.AlreadyApplied):
                change()


@pytest.mark.django_db(transaction=True)
class TestErasure:
    @pytest.fixture
    def someone(self):
        account = Account.objects.create_user("employer@example.org")
        home = Organisation.objects.create(name="x", kind=Kind.EMPLOYER)
        Membership.objects.create(account=account, organisation=home, role=Role.EMPLOYER)
        return account

    def test_after_its_time(self, someone, settings):
        draft = services.begin(KIND.name, {"people": upload(PEOPLE)}, someone)
        ImportDraft.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
        young = services.begin(KIND.name, {"people": upload(PEOPLE)}, someone)
        assert list(ImportDraft.objects.all()) == [young]
        assert [path.parent.name for path in kept_files(settings)] == [str(young.pk)]
        output = io.StringIO()
        call_command("imports", "purge", stdout=output)
        assert "0" in output.getvalue()
        assert draft.pk != young.pk

    def test_given_up(self, someone, settings):
        draft = services.begin(KIND.name, {"people": upload(PEOPLE)}, someone)
        services.discard(draft)
        assert not ImportDraft.objects.exists()
        assert not kept_files(settings)


class TestPages:
    def test_from_upload_to_result(self, browser, employer):
        page = browser.get(reverse("imports:begin", args=[KIND.name]))
        assert page.status_code == 200
        files = {"people": upload(PEOPLE.replace("14", "young")), "places": upload(PLACES, "p.csv")}
        response = browser.post(reverse("imports:begin", args=[KIND.name]) + "?target=round-7", files)
        draft = ImportDraft.objects.get()
        assert response.url == draft.get_absolute_url()
        page = browser.get(response.url)
        assert page.context["count"] == 1
        assert "young" in page.content.decode()
        exported = browser.get(response.url, {"export": "csv"}).content.decode("utf-8-sig")
        assert exported.count("file.csv") == 1
        cells = browser.get(reverse("imports:correct", args=[draft.pk, "people"]))
        assert 'name="2:age" value="young"' in cells.content.decode()
        wrong = browser.post(reverse("imports:correct", args=[draft.pk, "people"]), {"2:age": "old"})
        assert 'value="old"' in wrong.content.decode()
        browser.post(reverse("imports:correct", args=[draft.pk, "people"]), {"2:age": "14"})
        assert browser.get(response.url).context["count"] == 0
        assert browser.post(reverse("imports:apply", args=[draft.pk])).url == "/result/"
        assert DONE[0][0] == "round-7"
        assert "/result/" in browser.get(response.url).content.decode()
        assert browser.get(reverse("imports:mine")).status_code == 200

    def test_columns_are_asked(self, begun, browser):
        draft = begun(people=PEOPLE.replace("age", "Age of the pupil"))
        page = browser.get(draft.get_absolute_url()).content.decode()
        assert '<option value="Age of the pupil" selected>' in page
        address = reverse("imports:columns", args=[draft.pk, "people"])
        browser.post(address, {"people-age": ""})
        assert read(draft).faults
        browser.post(address, {"people-age": "Age of the pupil", "people-note": ""})
        assert not read(draft).faults

    def test_unreadable_file(self, begun, browser):
        draft = begun(people=b"\x00\x01\x02" * 100)
        assert browser.get(draft.get_absolute_url()).status_code == 200
        address = reverse("imports:replace_file", args=[draft.pk, "people"])
        browser.post(address, {"file": upload(PEOPLE)})
        assert not read(draft).faults

    def test_a_faulty_apply_comes_back(self, begun, browser):
        draft = begun(people="name,age\nZoé,young\n")
        assert browser.post(reverse("imports:apply", args=[draft.pk])).url == draft.get_absolute_url()
        assert not DONE

    def test_same_files_again(self, begun, browser, employer):
        services.apply(begun(), employer)
        page = browser.get(begun().get_absolute_url())
        assert page.context["earlier"] is not None
        assert browser.get(begun(target="other").get_absolute_url()).context["earlier"] is None

    def test_nobody_elses(self, begun, sign_in, account_of, family, administrator):
        draft = begun()
        for account in [account_of(Role.EMPLOYER), administrator, family]:
            browser = sign_in(account)
            assert browser.get(draft.get_absolute_url()).status_code == 404
            assert browser.post(reverse("imports:apply", args=[draft.pk])).status_code == 404
            assert browser.get(reverse("imports:faulty_rows", args=[draft.pk, "people"])).status_code == 404
        assert browser.get(reverse("imports:begin", args=[KIND.name])).status_code == 404
        assert browser.get(reverse("imports:begin", args=["nobody.knows"])).status_code == 404
