"""Payroll tables: months and hours as people write them, matched to contracts, declared once."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from croisee.clauses.anomalies import hours_text
from croisee.clauses.models import ProofKind, Statement, StatementState
from croisee.clauses.months import named
from croisee.clauses.payroll.kind import NAME, address_for
from croisee.clauses.payroll.rows import reference
from croisee.clauses.payroll.values import hours, month
from croisee.foundation.accounts.models import Account
from croisee.foundation.imports.models import ImportDraft
from croisee.foundation.imports.reading import read
from croisee.foundation.imports.services import apply, begin
from croisee.foundation.tables import FaultyInput, read_bytes
from croisee.foundation.tables.columns import Column
from croisee.foundation.tables.values import Refused
from tests.clauses_world import ClausesWorld, first_of_month, make_assignment, make_statement, move

SignIn = Callable[[Account], Client]
LAST, BEFORE = first_of_month(-1), first_of_month(-2)


class TestCells:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-10",
            "10/2026",
            "01/10/2026",
            "202610",
            "octobre 2026",
            "Oct-26",
            "oct. 2026",
            "2026-10-01 00:00:00",
        ],
    )
    def test_months(self, text: str) -> None:
        assert month(text) == dt.date(2026, 10, 1)

    @pytest.mark.parametrize("text", ["13/2026", "2026", "hier", "10/26/2026", "00/2026"])
    def test_no_months(self, text: str) -> None:
        with pytest.raises(Refused):
            month(text)

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("151,67", "151.67"),
            ("151.67 h", "151.67"),
            ("7h30", "7.5"),
            ("7:30", "7.5"),
            ("0", "0"),
            ("1 00", "100"),
            ("35 heures", "35"),
        ],
    )
    def test_hours(self, text: str, value: str) -> None:
        assert hours(text) == Decimal(value)

    @pytest.mark.parametrize("text", ["-1", "745", "1e3", "beaucoup", "12,3,4"])
    def test_no_hours(self, text: str) -> None:
        with pytest.raises(Refused):
            hours(text)

    @given(st.integers(0, 74400), st.booleans())
    def test_what_is_written_is_read(self, cents: int, comma: bool) -> None:
        text = f"{cents / 100:.2f}"
        assert hours(text.replace(".", ",") if comma else text) == Decimal(cents) / 100

    @given(st.integers(2000, 2099), st.integers(1, 12))
    def test_every_month_in_every_way(self, year: int, number: int) -> None:
        day = dt.date(year, number, 1)
        for text in (f"{day:%Y-%m}", f"{day:%m/%Y}", f"{day:%Y%m}", named(day), day.isoformat()):
            assert month(text) == day


def sent(world: ClausesWorld, text: str, choices: tuple[str, ...] = (), account: int = 0) -> ImportDraft:
    """The draft of a table sent for a company."""
    file = SimpleUploadedFile("paie.csv", text.encode("cp1252"))
    return begin(NAME, {"hours": file}, world.employers[account], str(world.companies[account].pk), choices)


def faults(draft: ImportDraft) -> list[tuple[int | None, str | None]]:
    return [(fault.row, fault.field) for fault in read(draft).faults]


@pytest.mark.django_db
class TestImport:
    def test_many_months_and_people(self, world: ClausesWorld) -> None:
        other = first_of_month(-4)
        text = (
            "Salarié;Né(e) le;Période;Total heures;Brut\n"
            f"NOM1 Prénom1;02/03/1986;{LAST:%m/%Y};151,67;1 800,00\n"
            f"Prenom2 nom2;;{other:%Y-%m};7h30;90\n"
            f"Nom2 Prénom2;;{LAST:%m/%Y};80;900\n"
        )
        draft = sent(world, text)
        reading = read(draft)
        assert not reading.faults
        assert "3" in reading.remarks[0]
        url = apply(draft, world.employers[0])
        assert url == reverse("clauses:own_hours")
        found = Statement.objects.filter(state=StatementState.SENT, proof_kind=ProofKind.PAYROLL)
        assert set(found.values_list("assignment", "month", "hours")) == {
            (world.assignments[0].pk, LAST, Decimal("151.67")),
            (world.assignments[1].pk, other, Decimal("7.5")),
            (world.assignments[1].pk, LAST, Decimal(80)),
        }
        assert all(one.allocations.get().hours == one.hours for one in found)
        draft.refresh_from_db()
        again = sent(world, text)
        apply(again, world.employers[0])
        again.refresh_from_db()
        assert again.result_said.startswith("3 ")
        assert Statement.objects.filter(proof_kind=ProofKind.PAYROLL).count() == 3

    def test_each_fault_says_row_and_column(self, world: ClausesWorld) -> None:
        far = first_of_month(-30)
        move(world.statements[2], "checked")
        text = (
            "nom;prenom;date_naissance;mois;heures\n"
            f"Inconnu;Jean;;{LAST:%m/%Y};10\n"
            f"Nom1;Prénom1;01/01/1950;{LAST:%m/%Y};10\n"
            f"Nom1;Prénom1;;{far:%m/%Y};10\n"
            f"Nom2;Prénom2;;{LAST:%m/%Y};10\n"
            f"Nom2;Prénom2;;{LAST:%m/%Y};11\n"
            f"Nom1;Prénom1;;{first_of_month(-3):%m/%Y};10\n"
            f"Nom2;Prénom2;;{BEFORE:%m/%Y};10\n"
            f"Nom1;Prénom1;;;\n"
            f"Nom1;Prénom1;;hier;12x\n"
        )
        draft = sent(world, text)
        assert sorted(faults(draft)) == sorted(
            [
                (2, "nom"),
                (3, "date_naissance"),
                (4, "mois"),
                (6, "mois"),
                (7, "heures"),
                (8, "heures"),
                (9, "mois"),
                (9, "heures"),
                (10, "mois"),
                (10, "heures"),
            ]
        )
        with pytest.raises(FaultyInput):
            apply(draft, world.employers[0])
        assert not Statement.objects.filter(proof_kind=ProofKind.PAYROLL).exists()

    def test_corrections_when_asked(self, world: ClausesWorld) -> None:
        make_statement(world.assignments[0], first_of_month(-4), "70", "rejected")
        text = (
            "contrat;mois;heures\n"
            f"{reference(world.assignments[0])};{first_of_month(-3):%m/%Y};100\n"
            f"{reference(world.assignments[0])};{BEFORE:%m/%Y};99\n"
            f"{reference(world.assignments[0])};{first_of_month(-4):%m/%Y};69\n"
        )
        assert faults(sent(world, text)) == [(2, "heures"), (3, "heures")]
        draft = sent(world, text, ("correct",))
        assert faults(draft) == []
        apply(draft, world.employers[0])
        draft.refresh_from_db()
        assert draft.result_said.startswith("3 ")
        versions = Statement.objects.filter(assignment=world.assignments[0], state="sent")
        assert sorted(versions.values_list("hours", "version")) == [(69, 2), (99, 1), (100, 2)]

    def test_same_name_and_several_contracts(self, world: ClausesWorld) -> None:
        person = world.participants[1].person
        person.given_name, person.family_name = "Prénom1", "Nom1"
        person.save()
        text = f"nom;prenom;mois;heures\nNom1;Prénom1;{LAST:%m/%Y};10\n"
        assert faults(sent(world, text)) == [(2, "nom")]
        make_assignment(world.commitments[1], world.participants[0], world.companies[0])
        born = f"{world.participants[0].person.birth_date:%d/%m/%Y}"
        text = f"nom;prenom;date_naissance;mois;heures\nNom1;Prénom1;{born};{LAST:%m/%Y};10\n"
        [fault] = read(sent(world, text)).faults
        assert fault.row == 2
        assert reference(world.assignments[0]) in fault.remedy

    def test_a_company_reaches_its_own_people_alone(self, world: ClausesWorld, sign_in: SignIn) -> None:
        text = f"contrat;mois;heures\n{reference(world.assignments[0])};{LAST:%m/%Y};10\n"
        assert faults(sent(world, text, account=1)) == [(2, "contrat")]
        client = sign_in(world.employers[1])
        assert client.get(address_for(world.companies[0])).status_code == 404
        assert sign_in(world.buyer).get(address_for(world.companies[0])).status_code == 404

    def test_a_table_that_names_nobody(self, world: ClausesWorld) -> None:
        [fault] = read(sent(world, "mois;heures\n10/2026;10\n")).faults
        assert fault.row is None

    def test_the_table_to_fill_comes_back(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.employers[0])
        response = client.get(reverse("clauses:payroll_table", args=[world.companies[0].pk]))
        table = read_bytes(
            response.content,
            [Column(name) for name in ("contrat", "nom", "prenom", "date_naissance", "mois", "heures")],
            file="heures.xlsx",
        )
        assert table.columns["nom"] == ["Nom1", "Nom2", "Nom1", "Nom2"] or len(table) >= 2
        assert set(table.columns["contrat"]) == {reference(one) for one in world.assignments}
        other = reverse("clauses:payroll_table", args=[world.companies[1].pk])
        assert client.get(other).status_code == 404

    def test_on_screen(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.employers[0])
        file = SimpleUploadedFile(
            "paie.csv", f"nom;prenom;mois;heures\nNom1;Prénom1;{LAST:%m/%Y};12,5\n".encode()
        )
        response = client.post(address_for(world.companies[0]), {"hours": file})
        page = client.get(response.headers["Location"])
        assert page.status_code == 200
        draft = ImportDraft.objects.get()
        client.post(reverse("imports:apply", args=[draft.pk]))
        statement = Statement.objects.get(assignment=world.assignments[0], month=LAST)
        assert hours_text(statement.hours) in client.get(reverse("clauses:own_hours")).content.decode() or (
            statement.hours == Decimal("12.5")
        )
