"""Returns of the FSE+: questionnaires, proofs, completeness against SQL, tables and files, controls, reminders."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
from collections.abc import Callable
from typing import Any

import openpyxl
import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from croisee.directory.models import Level, Person, Sex
from croisee.directory.services.people import Stale
from croisee.engine import sampling
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.models import Access, Action
from croisee.foundation.dates import add_months
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.notices.declaration import NoLongerNeeded
from croisee.foundation.notices.messages import written
from croisee.foundation.notices.models import Ledger
from croisee.foundation.progress.models import Progress
from croisee.foundation.progress.services import run
from croisee.foundation.registry import home_cards
from croisee.journeys.announced.returns import panel
from croisee.journeys.completeness import Asked, File, score
from croisee.journeys.indicators import Period
from croisee.journeys.models import (
    Control,
    ItemState,
    Journey,
    Moment,
    Programme,
    Proof,
    ProofKind,
    ProofRequirement,
    ProofState,
    ReturnColumn,
    ReturnTable,
)
from croisee.journeys.queries import returns as queries
from croisee.journeys.queries.completeness import answers_of, missing_proofs, standings
from croisee.journeys.returning import FIELDS, MODEL
from croisee.journeys.services.returns import (
    controls,
    default_tables,
    exporting,
    proofs,
    reminders,
    situations,
)
from croisee.journeys.services.returns import tables as tables_services
from tests.journeys.returns_cohort import START, Made, files, write
from tests.journeys_world import ENTERED_ON, GONE_ON, JourneysWorld, make_journey, make_person, make_programme
from tests.world import TODAY, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Enter = Callable[[Account], Client]
PDF = b"%PDF-1.4 proof"


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(name: str = "carte.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


# Questionnaires


def test_an_entry_is_prefilled_from_the_person_and_frozen(world: JourneysWorld) -> None:
    journey = world.journeys[4]
    begun = situations.prefilled(journey, Moment.ENTRY)
    assert (begun["sex"], begun["level"], begun["answered_on"]) == (Sex.MAN, Level.LEVEL_3, ENTERED_ON)
    row = situations.answer(
        journey,
        Moment.ENTRY,
        {**begun, "labour": "employed", "unemployed_months": 8, "searching": True},
        world.referents[0],
    )
    assert row.age == ENTERED_ON.year - 1985 - (dt.date(ENTERED_ON.year, 3, 6) > ENTERED_ON)
    assert (row.unemployed_months, row.answered_by) == (None, world.referents[0])
    Person.objects.filter(pk=world.people[4].pk).update(birth_date=dt.date(1999, 1, 1))
    row.refresh_from_db()
    assert row.age is not None
    assert row.age > 30
    with pytest.raises(Stale):
        situations.answer(
            journey, Moment.ENTRY, begun, world.referents[0], seen=row.updated_at - dt.timedelta(minutes=1)
        )


def test_an_exit_carries_over_and_is_asked_once_the_journey_ended(world: JourneysWorld) -> None:
    followed, ended = world.journeys[0], world.journeys[4]
    with pytest.raises(ValidationError, match="has not ended"):
        situations.answer(followed, Moment.EXIT, {"answered_on": TODAY}, world.manager)
    situations.answer(
        ended,
        Moment.ENTRY,
        {"answered_on": ENTERED_ON, "labour": "inactive", "in_training": False},
        world.manager,
    )
    carried = situations.prefilled(ended, Moment.EXIT)
    assert carried == {"labour": "inactive", "in_training": False}
    with pytest.raises(ValidationError, match="day to come"):
        situations.answer(ended, Moment.EXIT, {"answered_on": TODAY + dt.timedelta(days=1)}, world.manager)
    with pytest.raises(ValidationError, match="asked from"):
        situations.answer(ended, Moment.SIX_MONTHS, {"answered_on": TODAY}, world.manager)
    later = add_months(GONE_ON, 6)
    with pytest.raises(ValidationError, match="Six months after"):
        situations.answer(
            ended,
            Moment.SIX_MONTHS,
            {"answered_on": later - dt.timedelta(days=1)},
            world.manager,
            today=later,
        )
    situations.answer(ended, Moment.SIX_MONTHS, {"answered_on": later}, world.manager, today=later)


def test_a_person_counts_once_in_a_programme(world: JourneysWorld) -> None:
    """The entry of the first journey, the exit of the last one, whichever is written last."""
    first = world.journeys[4]
    again = make_journey(world.programme, world.people[4], entered_on=GONE_ON + dt.timedelta(days=10))
    for journey in (again, first):
        situations.answer(journey, Moment.ENTRY, {"answered_on": TODAY, "labour": "inactive"}, world.manager)
    situations.answer(first, Moment.EXIT, {"answered_on": TODAY}, world.manager)
    told = {
        (row.journey_id, row.moment): row.repeated
        for journey in (first, again)
        for row in journey.situations.all()
    }
    assert told == {
        (first.pk, "entry"): False,
        (first.pk, "exit"): True,
        (again.pk, "entry"): True,
    }


# Proofs


def test_a_proof_holds_as_long_as_the_programme_says(world: JourneysWorld) -> None:
    proofs.require(world.programme, {"kind": ProofKind.RSA, "moment": Moment.ENTRY, "months_valid": 3})
    with pytest.raises(ValidationError, match="already"):
        proofs.require(world.programme, {"kind": ProofKind.RSA, "moment": Moment.ENTRY, "months_valid": 6})
    given = {"kind": ProofKind.RSA, "moment": Moment.ENTRY, "dated_on": dt.date(2026, 1, 31)}
    with pytest.raises(ValidationError, match="Join the file"):
        proofs.bring(world.journeys[0], given, world.referents[0])
    with pytest.raises(ValidationError, match="day to come"):
        proofs.bring(
            world.journeys[0],
            {**given, "file": upload(), "dated_on": TODAY + dt.timedelta(days=1)},
            world.referents[0],
        )
    row = proofs.bring(world.journeys[0], {**given, "file": upload()}, world.referents[0])
    assert (row.state, row.valid_until) == (ProofState.TO_CHECK, dt.date(2026, 4, 30))
    with pytest.raises(ValidationError, match="why"):
        proofs.refuse(row, world.manager, " ")
    refused = proofs.refuse(row, world.manager, "Illisible.")
    assert (refused.state, refused.why_refused, refused.checked_by) == (
        "refused",
        "Illisible.",
        world.manager,
    )
    accepted = proofs.accept(row, world.manager)
    assert (accepted.state, accepted.why_refused) == (ProofState.ACCEPTED, "")
    with pytest.raises(TransitionRefused):
        proofs.accept(row, world.manager)
    with pytest.raises(ValidationError, match="kept for audits"):
        proofs.remove(row)


def test_the_file_of_a_proof_goes_with_it(
    world: JourneysWorld, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    given = {"kind": ProofKind.ADDRESS, "moment": Moment.ENTRY, "dated_on": TODAY, "file": upload()}
    row = proofs.bring(world.journeys[0], given, world.referents[0])
    name = str(row.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        row = proofs.change(row, {"file": upload("autre.pdf"), "name": "Facture"})
    assert not default_storage.exists(name)
    assert default_storage.exists(str(row.file.name))
    with django_capture_on_commit_callbacks(execute=True):
        proofs.remove(row)
    assert not default_storage.exists(str(row.file.name))


def test_who_opens_the_file_of_a_proof(world: JourneysWorld, enter: Enter) -> None:
    given = {"kind": ProofKind.ADDRESS, "moment": Moment.ENTRY, "dated_on": TODAY, "file": upload()}
    row = proofs.bring(world.journeys[0], given, world.referents[0])
    url = reverse("journeys:proof_file", args=[row.pk])
    answer = enter(world.referents[0]).get(url)
    assert b"".join(answer.streaming_content) == PDF
    assert Access.objects.filter(action=Action.READ, subject_id=str(row.pk)).exists()
    for other in (world.referents[1], member(Role.OFFICIAL, world.metropolis, "elu@example.org")):
        assert enter(other).get(url).status_code == 404
    own = member(Role.FAMILY, world.plie, "suivi1@example.org")
    assert enter(own).get(url).status_code == 404
    world.people[0].contacts.update(account=own)
    assert b"".join(enter(own).get(url).streaming_content) == PDF


# Completeness


def test_sql_says_what_the_pure_rule_says_of_what_is_missing(world: JourneysWorld) -> None:
    """Standings of many, and the filter of journeys that lack a proof, against the score of each."""
    programme = make_programme(world.plie, name="Cohorte")
    ProofRequirement.objects.filter(programme=programme).delete()
    asked = [(ProofKind.IDENTITY, moment) for moment in Moment] + [(ProofKind.PAYSLIP, Moment.SIX_MONTHS)]
    for kind, moment in asked:
        ProofRequirement.objects.create(programme=programme, kind=kind, moment=moment)

    @settings(max_examples=12)
    @given(st.lists(files(), min_size=3, max_size=9), st.integers(0, 900), st.booleans())
    def compared(made: list[Made], days: int, fse: bool) -> None:
        today = START + dt.timedelta(days=days)
        with transaction.atomic():
            Programme.objects.filter(pk=programme.pk).update(fse=fse)
            write(programme, made)
            found = {row.journey: row for row in standings(world.manager, today, everything=True)}
            lacking = set(missing_proofs(today).values_list("pk", flat=True))
            transaction.set_rollback(True)
        for item in made:
            assert item.journey is not None
            one = item.one
            told = {Moment.ENTRY: one.entry, Moment.EXIT: one.leaving, Moment.SIX_MONTHS: one.later}
            answers = {str(moment): given for moment, given in told.items() if given is not None}
            file = File(
                one.entered_on,
                one.exited_on,
                answers,
                [Asked(str(kind), str(moment)) for kind, moment in asked],
                item.proofs,
                fse,
            )
            pure = score(file, today)
            assert (item.journey.pk in lacking) == bool(pure.proofs)
            row = found.get(item.journey.pk)
            if row is None:
                assert pure.is_complete
                continue
            assert (row.wanted, row.there, row.percent) == (pure.wanted, pure.there, pure.percent)
            assert set(row.answers) == {f"{moment}:{name}" for moment, name in pure.answers}
            assert set(row.proofs) == {f"{one.moment}:{one.kind}" for one in pure.proofs}
            assert set(row.waiting) == {f"{one.moment}:{one.kind}" for one in pure.waiting}

    compared()


def test_what_is_missing_is_listed_and_reminded_of(world: JourneysWorld, enter: Enter) -> None:
    client = enter(world.manager)
    page = client.get(reverse("journeys:returns")).content.decode()
    assert "Nom1" in page
    assert "Entry: in education or training" in page
    assert "contrat d’engagement signed" in page
    only = client.get(reverse("journeys:returns"), {"referent": str(world.referents[1].pk)}).content.decode()
    assert "Nom3" in only
    assert "Nom1 " not in only
    assert "Nom3" not in enter(world.referents[0]).get(reverse("journeys:returns")).content.decode()
    url = reverse("journeys:remind_missing", args=[world.referents[0].pk])
    assert client.post(url, follow=True).status_code == 200
    client.post(url)
    [owed] = Ledger.objects.filter(notice="journeys.returns_missing")
    told = written(owed)
    assert "2 people" in told.subject
    assert "Nom1" not in told.text + told.subject
    answer = client.post(reverse("journeys:remind_missing", args=[uuid.uuid4()]), follow=True)
    assert "Nothing is missing" in answer.content.decode()
    export = client.get(reverse("journeys:returns"), {"export": "csv"})
    assert "Nom1" in export.content.decode("utf-8-sig")
    assert Access.objects.filter(action=Action.EXPORT, account=world.manager).exists()


def test_questionnaires_to_ask_and_the_mail_about_them(world: JourneysWorld, enter: Enter) -> None:
    ended = Journey.objects.filter(pk=world.journeys[4].pk)
    tuesday = TODAY - dt.timedelta(days=(TODAY.weekday() - 1) % 7)
    ended.update(exited_on=tuesday - dt.timedelta(days=21))
    found = queries.to_ask(Journey.objects.followed_by(world.manager), tuesday)
    assert [(line.moment, line.late) for line in found if line.journey == world.journeys[4].pk] == [
        ("entry", True),
        ("exit", False),
    ]
    moment = timezone.make_aware(dt.datetime.combine(tuesday, dt.time(7)))
    # A week is left to ask on leaving.
    assert reminders.tell_of_situations(moment) == 1
    assert reminders.tell_of_situations(moment) == 0
    assert reminders.tell_of_situations(moment + dt.timedelta(days=1)) == 0
    assert reminders.tell_of_situations(moment + dt.timedelta(days=6)) == 1
    [owed, _monday] = Ledger.objects.filter(notice="journeys.situations_to_ask").order_by("created_at")
    assert owed.account == world.referents[0]
    with pytest.raises(NoLongerNeeded):
        written(owed)  # the journey is not theirs any more: only the manager asks
    page = enter(world.manager).get(reverse("journeys:situations")).content.decode()
    assert "Nom5" in page
    assert "suivi5@example.org" in page


def test_the_page_of_one_person(world: JourneysWorld, enter: Enter) -> None:
    journey = world.journeys[0]
    client = enter(world.referents[0])
    url = reverse("journeys:journey_returns", args=[journey.pk])
    page = client.get(url).content.decode()
    assert "not collected in France" in page
    assert "To ask once the journey has ended" in page
    assert enter(world.referents[1]).get(url).status_code == 404
    entry = reverse("journeys:situation", args=[journey.pk, "entry"])
    assert 'value="woman" selected' in client.get(entry).content.decode()
    row = journey.situations.get()
    sent = {
        "seen": row.updated_at.isoformat(),
        "answered_on": ENTERED_ON.isoformat(),
        "sex": "woman",
        "level": "3",
        "labour": "unemployed",
        "unemployed_months": "14",
        "in_training": "no",
        "disability": "declined",
        "nationality": "eu",
        "housing_exclusion": "no",
        "rural": "no",
    }
    assert client.post(entry, sent).status_code == 302
    row.refresh_from_db()
    assert (row.in_training, row.rural, row.disability) == (False, False, "declined")
    assert "changed meanwhile" in client.post(entry, sent).content.decode()
    assert client.get(reverse("journeys:situation", args=[journey.pk, "exit"])).status_code == 200
    late = client.post(
        reverse("journeys:situation", args=[journey.pk, "exit"]), {"answered_on": TODAY.isoformat()}
    )
    assert "has not ended" in late.content.decode()
    new = reverse("journeys:new_proof", args=[journey.pk])
    bad = client.post(new, {"kind": "address", "moment": "entry", "file": upload("a.pdf", b"<html>")})
    assert "neither PDF nor JPEG nor PNG" in bad.content.decode()
    good = {"kind": "agreement", "moment": "entry", "dated_on": TODAY.isoformat(), "file": upload()}
    assert client.post(new, good).status_code == 302
    proof = Proof.objects.get(kind=ProofKind.AGREEMENT)
    for one in (proof, world.proof):
        assert one is not None
        client.post(reverse("journeys:decide_proof", args=[one.pk]), {"do": "accept"})
    assert "Nothing that is due is missing" in client.get(url).content.decode()
    shown = panel(Journey.objects.get(pk=journey.pk), world.referents[0])
    assert shown is not None
    assert (shown.tone, shown.url) == ("ok", url)
    assert panel(journey, world.referents[1]) is None


def test_a_person_erased_leaves_pages_that_open(world: JourneysWorld, enter: Enter) -> None:
    default_tables(world.programme)
    Journey.objects.filter(pk=world.journeys[0].pk).update(person=None)
    client = enter(world.manager)
    table = ReturnTable.objects.get()
    control = drawn(world)
    for url in (
        reverse("journeys:returns"),
        reverse("journeys:situations"),
        reverse("journeys:proofs"),
        reverse("journeys:journey_returns", args=[world.journeys[0].pk]),
        reverse("journeys:situation", args=[world.journeys[0].pk, "entry"]),
        reverse("journeys:return_table", args=[table.pk]),
        reverse("journeys:incomplete_lines", args=[table.pk]),
        reverse("journeys:control", args=[control.pk]),
    ):
        assert client.get(url).status_code == 200, url


# Tables and their files

PERIOD = Period(ENTERED_ON - dt.timedelta(days=30), TODAY)


def test_a_table_from_the_model(world: JourneysWorld, enter: Enter) -> None:
    """Headers and words of the authority, a formula kept from starting, lines that lack something told beside."""
    Person.objects.filter(pk=world.people[0].pk).update(given_name="=HYPERLINK(1)")
    table = default_tables(world.programme)
    assert default_tables(world.programme) == table
    assert {made.field for made in MODEL} <= set(FIELDS)
    client = enter(world.manager)
    page = client.get(reverse("journeys:return_table", args=[table.pk])).content.decode()
    assert "Date de naissance" in page
    sent = {
        "first": PERIOD.first.isoformat(),
        "last": PERIOD.last.isoformat(),
        "which": "present",
        "separator": "semicolon",
    }
    url = reverse("journeys:export_return_table", args=[table.pk])
    text = client.post(url, {**sent, "as": "csv"}).content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(lines) == 4
    first = next(line for line in lines if line["Nom"] == "Nom1")
    assert first["Prénom"] == "'=HYPERLINK(1)"
    assert first["Date de naissance"] == world.people[0].birth_date.strftime("%d/%m/%Y")
    assert (first["Sexe"], first["Situation à l’entrée"]) == ("Femme", "Demandeur d’emploi")
    assert (first["Chômeur de longue durée"], first["Niveau d’études"]) == ("Oui", "CITE 3 et 4")
    assert first["Numéro de l’opération"] == "202300001"
    book = openpyxl.load_workbook(io.BytesIO(client.post(url, {**sent, "as": "xlsx"}).content))
    assert book.sheetnames == ["Participants", "Missing"]
    assert book["Missing"].max_row == 5
    assert Access.objects.filter(action=Action.EXPORT, subject_id=str(table.pk)).count() == 2
    lacking = client.get(reverse("journeys:incomplete_lines", args=[table.pk]), sent).content.decode()
    assert "En formation à l’entrée" in lacking
    left = client.post(url, {**sent, "as": "csv", "which": "left"}).content.decode("utf-8-sig")
    assert len(left.splitlines()) == 2
    assert client.post(url, {**sent, "as": "pdf"}).status_code == 404
    for other in (world.referents[0], member(Role.OFFICIAL, world.metropolis, "elu@example.org")):
        assert enter(other).post(url, {**sent, "as": "csv"}).status_code == 404


def test_columns_are_written_on_screen(world: JourneysWorld, enter: Enter) -> None:
    client = enter(world.manager)
    made = {"programme": str(world.programme.pk), "name": "Région", "like": "blank"}
    client.post(reverse("journeys:new_return_table"), made)
    table = ReturnTable.objects.get()
    assert "Choose" not in client.get(reverse("journeys:return_table", args=[table.pk])).content.decode()
    add = reverse("journeys:new_return_column", args=[table.pk])
    client.post(add, {"header": "Sexe", "field": "entry_sex", "fixed": ""})
    client.post(add, {"header": "Porteur", "field": "", "fixed": "PLIE"})
    assert client.post(add, {"header": "X", "field": "address; DROP TABLE"}).status_code == 422
    sex, _owner = table.columns.order_by("order")
    edit = reverse("journeys:edit_return_column", args=[sex.pk])
    assert "How “woman” is said" in client.get(edit).content.decode()
    client.post(edit, {"header": "Sexe", "field": "entry_sex", "word_woman": "F", "word_man": "H"})
    client.post(reverse("journeys:move_return_column", args=[sex.pk]), {"do": "down"})
    assert list(table.columns.order_by("order").values_list("header", flat=True)) == ["Porteur", "Sexe"]
    _columns, lines = exporting.preview(table, exporting.Wanted(PERIOD))
    assert ["PLIE", "F"] in lines
    client.post(reverse("journeys:delete_return_column", args=[sex.pk]))
    assert list(table.columns.values_list("order", flat=True)) == [1]
    client.post(
        reverse("journeys:new_return_table"),
        {"programme": str(world.programme.pk), "name": "Copie", "like": str(table.pk)},
    )
    assert ReturnColumn.objects.filter(table__name="Copie", header="Porteur").exists()
    again = client.post(reverse("journeys:new_return_table"), made)
    assert "has a table of this name" in again.content.decode()
    client.post(reverse("journeys:delete_return_table", args=[table.pk]))
    assert ReturnTable.objects.get().name == "Copie"


def test_a_long_file_is_made_in_the_background(
    world: JourneysWorld, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "LONG", 2)
    table = default_tables(world.programme)
    client = enter(world.manager)
    sent = {"first": PERIOD.first.isoformat(), "last": PERIOD.last.isoformat(), "as": "csv"}
    client.post(reverse("journeys:export_return_table", args=[table.pk]), sent)
    progress = Progress.objects.get()
    run.call(str(progress.pk))
    progress.refresh_from_db()
    content = b"".join(client.get(progress.result_url).streaming_content).decode("utf-8-sig")
    assert len(content.splitlines()) == 5
    assert (
        enter(member(Role.PROGRAMME_MANAGER, world.plie, "b@example.org"))
        .get(progress.result_url)
        .status_code
        == 404
    )
    assert exporting.discard_prepared(timezone.now()) == 0
    assert exporting.discard_prepared(timezone.now() + dt.timedelta(days=8)) == 1


# Controls


def drawn(world: JourneysWorld, size: int = 2, seed: int = 7) -> Control:
    return controls.draw(world.programme, "Contrôle", PERIOD, size=size, seed=seed, account=world.manager)


@settings(max_examples=40)
@given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 10**9))
def test_the_same_seed_draws_the_same_journeys(many: int, size: int, seed: int) -> None:
    """As many as asked, none twice, whatever the seed; the same again."""
    frame = [sampling.Unit(str(number), 1) for number in range(many)]
    sample = sampling.draw(frame, size, seed)
    assert sampling.draw(frame, size, seed) == sample
    keys = [one.key for one in sample.drawn]
    assert len(keys) == len(set(keys)) == min(size, many)


def test_every_journey_has_the_same_chance() -> None:
    frame = [sampling.Unit(str(number), 1) for number in range(10)]
    taken = [0] * 10
    for seed in range(4_000):
        for one in sampling.draw(frame, 3, seed).drawn:
            taken[int(one.key)] += 1
    assert all(abs(times - 1_200) < 150 for times in taken)


def test_a_control_from_the_draw_to_the_report(world: JourneysWorld, enter: Enter) -> None:
    control = drawn(world)
    assert [str(item.journey_id) for item in control.items.order_by("order")] == [
        str(item.journey_id) for item in drawn(world).items.order_by("order")
    ]
    assert (control.population, control.items.count()) == (4, 2)
    with pytest.raises(ValidationError, match="cannot end"):
        controls.draw(world.programme, "X", Period(TODAY, ENTERED_ON), size=2, seed=1, account=world.manager)
    with pytest.raises(ValidationError, match="nothing to draw"):
        controls.draw(
            world.programme,
            "X",
            Period(dt.date(2001, 1, 1), dt.date(2001, 1, 2)),
            size=2,
            seed=1,
            account=world.manager,
        )
    one, two = control.items.order_by("order")
    with pytest.raises(ValidationError, match="every journey"):
        controls.issue_report(control, world.manager)
    with pytest.raises(ValidationError, match="what was found"):
        controls.object_to(one, world.manager, "")
    with pytest.raises(TransitionRefused):
        controls.approve(one, world.referents[0])
    client = enter(world.manager)
    url = reverse("journeys:judge_item", args=[one.pk])
    assert client.get(url).status_code == 200
    client.post(url, {"do": "object", "finding": "Contrat non signé."})
    client.post(reverse("journeys:judge_item", args=[two.pk]), {"do": "approve"})
    one.refresh_from_db()
    assert (one.state, one.finding) == (ItemState.UNSOUND, "Contrat non signé.")
    result = queries.progress(control).result
    assert result is not None
    assert result.rate == 0.5
    report = client.post(reverse("journeys:control_report", args=[control.pk]))
    text = " ".join(
        " ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(report.content)).pages
    )
    assert "Contrat non signé." in text
    assert "Nom" not in text.replace("Number", "")
    assert "50" in text
    assert enter(world.referents[0]).get(reverse("journeys:control", args=[control.pk])).status_code == 404


# Homes, queries, reach


def test_home_cards(world: JourneysWorld) -> None:
    cards = {str(card.title): card for card in home_cards.cards_for(world.manager)}
    assert cards["FSE+"].figure == "4"
    assert cards["Questionnaires to ask"].figure == "1"
    assert cards["Proofs to check"].figure == "1"
    official = member(Role.OFFICIAL, world.metropolis, "elu@example.org")
    assert "Common indicators of the FSE+" in {str(card.title) for card in home_cards.cards_for(official)}


def test_proofs_that_end_are_announced_until_a_newer_one_comes(world: JourneysWorld) -> None:
    given = {"kind": ProofKind.RSA, "moment": Moment.ENTRY, "name": "Attestation", "dated_on": ENTERED_ON}
    soon = proofs.bring(
        world.journeys[0], {**given, "valid_until": TODAY + dt.timedelta(days=60)}, world.manager
    )
    gone = proofs.bring(
        world.journeys[4], {**given, "valid_until": TODAY - dt.timedelta(days=1)}, world.manager
    )
    for row in (soon, gone):
        proofs.accept(row, world.manager)
    # Of the two, one is of somebody who has left.
    assert list(queries.ending(world.manager, TODAY)) == [soon]
    assert not queries.ending(world.manager, TODAY - dt.timedelta(days=1)).exists()
    assert "Proofs to renew" in {str(card.title) for card in home_cards.cards_for(world.referents[0])}
    proofs.bring(world.journeys[0], {**given, "valid_until": TODAY + dt.timedelta(days=200)}, world.manager)
    assert not queries.ending(world.manager, TODAY).exists()


def test_pages_do_not_ask_more_with_more_people(world: JourneysWorld, enter: Enter) -> None:
    default_tables(world.programme)
    control = drawn(world)
    client = enter(world.manager)
    urls = [
        reverse("journeys:returns"),
        reverse("journeys:situations"),
        reverse("journeys:proofs"),
        reverse("journeys:indicators"),
        reverse("journeys:return_tables"),
        reverse("journeys:return_table", args=[ReturnTable.objects.get().pk]),
        reverse("journeys:incomplete_lines", args=[ReturnTable.objects.get().pk]),
        reverse("journeys:controls"),
        reverse("journeys:control", args=[control.pk]),
        reverse("journeys:journey_returns", args=[world.journeys[0].pk]),
    ]

    def asked() -> dict[str, int]:
        counts = {}
        for url in urls:
            with CaptureQueriesContext(connection) as context:
                assert client.get(url).status_code == 200
            counts[url] = len(context)
        return counts

    before = asked()
    for number in range(20, 26):
        journey = make_journey(world.programme, make_person(number), world.referents[1])
        Proof.objects.create(journey=journey, kind=ProofKind.IDENTITY, name="Carte", dated_on=TODAY)
    after = asked()
    assert after == before
    assert max(after.values()) <= 12, after


def test_requirements_are_the_managers(world: JourneysWorld, enter: Enter) -> None:
    url = reverse("journeys:requirements", args=[world.programme.pk])
    client = enter(world.manager)
    assert client.get(url).status_code == 200
    client.post(url, {"kind": "payslip", "moment": "six_months", "months_valid": "3"})
    row = ProofRequirement.objects.get(kind=ProofKind.PAYSLIP)
    again = client.post(url, {"kind": "payslip", "moment": "six_months"})
    assert "asked for at this moment already" in again.content.decode()
    assert enter(world.referents[0]).get(url).status_code == 404
    client.post(reverse("journeys:delete_requirement", args=[row.pk]))
    assert not ProofRequirement.objects.filter(pk=row.pk).exists()


def test_rows_of_situations_become_answers(world: JourneysWorld) -> None:
    answers = answers_of(world.journeys[0].situations.get())
    assert (answers.labour, answers.unemployed_months, answers.age) == ("unemployed", 14, 30)


def test_a_table_has_a_limit(world: JourneysWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_services, "MOST_COLUMNS", len(MODEL))
    with pytest.raises(ValidationError, match="columns at most"):
        tables_services.add_column(
            default_tables(world.programme), {"header": "X", "field": "", "fixed": "x"}
        )
