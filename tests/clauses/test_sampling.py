"""Audits of proofs: drawing, findings, answers in time or late, decisions by another, corrections, races, pages."""

import datetime as dt
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from croisee.clauses.announced import sampling as announced
from croisee.clauses.models import AuditItem, Commitment, ItemState, Lot, ProofAudit, Statement
from croisee.clauses.queries import sampling as queries
from croisee.clauses.queries.balances import with_balance
from croisee.clauses.services import sampling as services
from croisee.clauses.services import sampling_notices
from croisee.clauses.services.erasing_audits import blank_items
from croisee.clauses.services.new_links import new_link
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.models import Access
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.notices.declaration import NoLongerNeeded
from croisee.foundation.notices.messages import written
from croisee.foundation.notices.models import Ledger
from croisee.foundation.registry import home_cards
from tests.clauses_world import ClausesWorld, first_of_month, make_clauses_world, make_statement
from tests.world import TODAY, member

pytestmark = pytest.mark.usefixtures("english")
Enter = Callable[[Account], Client]
FIRST, LAST = first_of_month(-9), first_of_month(-3)
PDF = b"%PDF-1.4 proof"


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def drawn(world: ClausesWorld, size: int = 30, **options: object) -> ProofAudit:
    """An audit of the world's validated hours: one statement of 120 hours, unless more were made."""
    values: dict[str, Any] = {"size": size, "seed": 7, "answer_days": 30, "account": world.facilitateur}
    return services.draw("Contrôle annuel", FIRST, LAST, **(values | options))


def challenged(world: ClausesWorld, refused: str = "20") -> AuditItem:
    item = drawn(world).items.get()
    return services.challenge(
        item, world.facilitateur, finding="Signature absente.", refused=Decimal(refused)
    )


@pytest.mark.django_db
class TestServices:
    def test_the_same_seed_draws_the_same_statements(self, world: ClausesWorld) -> None:
        for month in range(-9, -3):
            make_statement(world.assignments[1], first_of_month(month), f"{60 + month}.50", state="validated")
        one, two = drawn(world, 3), drawn(world, 3)
        assert one.frame == two.frame
        assert one.population == 7
        assert one.population_hours == sum(
            Statement.objects.validated().values_list("hours", flat=True), Decimal(0)
        )
        keys = [
            list(audit.items.order_by("order").values_list("statement", flat=True)) for audit in (one, two)
        ]
        assert keys[0] == keys[1]
        assert len(keys[0]) == 3

    def test_nothing_validated_is_nothing_to_draw(self, world: ClausesWorld) -> None:
        long_ago = FIRST.replace(year=FIRST.year - 9)
        with pytest.raises(ValidationError, match="nothing to draw"):
            services.draw("x", long_ago, long_ago, size=5, seed=1, answer_days=30, account=world.facilitateur)

    @pytest.mark.parametrize("wrong", [{"size": 0}, {"size": 1_001}, {"seed": -1}, {"answer_days": 4}])
    def test_figures_out_of_bounds_are_refused(self, world: ClausesWorld, wrong: dict[str, int]) -> None:
        with pytest.raises(ValidationError) as refusal:
            drawn(world, **wrong)
        assert set(refusal.value.message_dict) == set(wrong)

    def test_a_finding_upheld_corrects_the_statement_and_what_the_lot_has_done(
        self, world: ClausesWorld
    ) -> None:
        item = challenged(world)
        assert item.answer_by == TODAY + dt.timedelta(days=30)
        services.answer(item, world.employers[0], text="La feuille signée est jointe.")
        services.uphold(
            item, world.colleague, decision="La feuille ne couvre que 100 h.", hours=Decimal("15.5")
        )
        item.refresh_from_db()
        assert (item.state, item.decided_by, item.hours_upheld) == (
            "upheld",
            world.colleague,
            Decimal("15.5"),
        )
        old = Statement.objects.get(pk=world.statements[0].pk)
        new = Statement.objects.get(corrects=old)
        assert (old.state, new.state, new.hours, new.version) == (
            "corrected",
            "validated",
            Decimal("104.5"),
            2,
        )
        assert "Contrôle annuel" in new.note
        assert with_balance(Lot.objects.filter(pk=world.lot.pk), TODAY).get().done == Decimal("104.5")

    def test_who_made_the_finding_does_not_decide(self, world: ClausesWorld) -> None:
        item = challenged(world)
        services.answer(item, world.employers[0], text="Voici.")
        with pytest.raises(ValidationError, match="colleague"):
            services.lift(item, world.facilitateur, decision="Vu.")
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditItem.objects.filter(pk=item.pk).update(decided_by=world.facilitateur)
        services.lift(item, world.colleague, decision="La preuve est bonne.")
        item.refresh_from_db()
        assert item.state == "lifted"
        assert not Statement.objects.filter(corrects=item.statement).exists()

    def test_no_decision_before_the_answer_or_the_end_of_its_time(self, world: ClausesWorld) -> None:
        item = challenged(world)
        with pytest.raises(ValidationError, match="may answer until then"):
            services.uphold(item, world.colleague, decision="Non.", hours=Decimal(20))
        later = TODAY + dt.timedelta(days=31)
        services.uphold(item, world.colleague, decision="Sans réponse.", hours=Decimal(20), today=later)
        assert Statement.objects.get(corrects=item.statement).hours == Decimal(100)
        with pytest.raises(TransitionRefused):
            services.answer(item, world.employers[0], text="Trop tard.")

    def test_a_late_answer_counts_until_the_decision(self, world: ClausesWorld) -> None:
        item = challenged(world)
        AuditItem.objects.filter(pk=item.pk).update(answer_by=TODAY - dt.timedelta(days=3))
        services.answer(item, world.employers[0], text="Pardon du retard.")
        item.refresh_from_db()
        assert (item.state, item.answer) == ("answered", "Pardon du retard.")

    def test_what_must_be_written_and_hours_within_bounds(self, world: ClausesWorld) -> None:
        item = drawn(world).items.get()
        with pytest.raises(ValidationError, match="what is wrong"):
            services.challenge(item, world.facilitateur, finding=" ", refused=Decimal(1))
        for hours in ("0", "120.01"):
            with pytest.raises(ValidationError, match="more than 0"):
                services.challenge(item, world.facilitateur, finding="x", refused=Decimal(hours))
        services.challenge(item, world.facilitateur, finding="x", refused=Decimal(20))
        with pytest.raises(ValidationError, match="Write your answer"):
            services.answer(item, world.employers[0], text="")
        services.answer(item, world.employers[0], text="y")
        for hours in ("0", "20.01"):
            with pytest.raises(ValidationError, match="no more than the finding"):
                services.uphold(item, world.colleague, decision="z", hours=Decimal(hours))
        with pytest.raises(ValidationError, match="Write why"):
            services.lift(item, world.colleague, decision="")

    def test_roles_are_those_of_the_lifecycle(self, world: ClausesWorld) -> None:
        item = drawn(world).items.get()
        with pytest.raises(TransitionRefused):
            services.accept(item, world.employers[0])
        services.accept(item, world.facilitateur)
        with pytest.raises(TransitionRefused):
            services.challenge(item, world.facilitateur, finding="x", refused=Decimal(1))

    def test_a_statement_corrected_meanwhile_is_not_corrected_upwards(self, world: ClausesWorld) -> None:
        from croisee.clauses.services import checking
        from croisee.clauses.services.correcting import correct

        item = challenged(world)
        services.answer(item, world.employers[0], text="Vous avez raison, nous corrigeons.")
        mine = correct(
            item.statement,
            Decimal(90),
            proof_kind="timesheet",
            proof=None,
            account=world.employers[0],
            send=True,
        )
        with pytest.raises(ValidationError, match="newer version"):
            services.uphold(item, world.colleague, decision="Non prouvé.", hours=Decimal(20))
        item.refresh_from_db()
        assert item.state == "answered"
        checking.validate([mine.pk], world.facilitateur)
        services.uphold(item, world.colleague, decision="Déjà corrigé.", hours=Decimal(20))
        assert Statement.objects.validated().get(assignment=item.statement.assignment).hours == Decimal(90)

    def test_progress_and_what_the_sample_says(self, world: ClausesWorld) -> None:
        make_statement(world.assignments[1], LAST, "80", state="validated")
        audit = drawn(world)
        assert queries.progress(audit).result is None
        one, two = audit.items.order_by("-statement__hours")
        services.accept(two, world.facilitateur)
        services.challenge(one, world.facilitateur, finding="x", refused=Decimal(30))
        progress = queries.progress(audit)
        assert progress.provisional
        assert progress.result is not None
        assert progress.result.refused == 30  # both are drawn for certain: nothing is left to guess
        assert progress.result.most == 30
        services.answer(one, world.employers[0], text="y")
        services.uphold(one, world.colleague, decision="z", hours=Decimal(10))
        progress = queries.progress(audit)
        assert not progress.provisional
        assert progress.result is not None
        assert (progress.result.refused, progress.percent) == (10, 100)

    def test_the_company_and_those_who_decide_are_told(self, world: ClausesWorld) -> None:
        item = challenged(world)
        told = Ledger.objects.filter(notice="clauses.audit_finding")
        assert {row.account or row.email for row in told} == {world.employers[0], "chantier0@example.org"}
        mail = written(told.get(account=world.employers[0]))
        assert "Prénom1 N." in str(mail)
        assert "Nom1" not in str(mail)
        services.answer(item, world.employers[0], text="Voici.")
        ready = Ledger.objects.filter(notice="clauses.audit_to_decide")
        assert [row.account for row in ready] == [world.colleague]
        services.lift(item, world.colleague, decision="Bon.")
        assert Ledger.objects.filter(notice="clauses.audit_decided").count() == 2

    def test_reminders_before_and_after_the_date_are_sent_once(self, world: ClausesWorld) -> None:
        item = challenged(world)
        at = dt.datetime.combine(TODAY, dt.time(8), dt.UTC)
        assert sampling_notices.remind(at) == 0
        AuditItem.objects.filter(pk=item.pk).update(answer_by=TODAY + dt.timedelta(days=4))
        assert sampling_notices.remind(at) == 2
        assert sampling_notices.remind(at) == 0
        AuditItem.objects.filter(pk=item.pk).update(answer_by=TODAY - dt.timedelta(days=1))
        assert sampling_notices.remind(at) == 1
        assert Ledger.objects.get(notice="clauses.audit_to_decide").account == world.colleague

    def test_an_erasure_takes_words_and_files_and_leaves_the_hours(
        self, world: ClausesWorld, django_capture_on_commit_callbacks: Any
    ) -> None:
        item = challenged(world)
        item = services.answer(item, world.employers[0], text="Voici.", file=SimpleUploadedFile("a.pdf", PDF))
        path = item.answer_file.path
        with django_capture_on_commit_callbacks(execute=True):
            assert blank_items(AuditItem.objects.filter(pk=item.pk)) == 1
        item.refresh_from_db()
        assert (item.finding, item.answer, item.answer_file.name, item.hours_refused) == (
            "",
            "",
            "",
            Decimal(20),
        )
        with pytest.raises(FileNotFoundError):
            open(path, "rb")  # noqa: SIM115
        assert not item.events.exclude(finding="").exists()  # type: ignore[attr-defined]
        assert not announced.past(TODAY).exists()

    def test_home_cards(self, world: ClausesWorld) -> None:
        def titles(account: Account) -> set[str]:
            return {str(card.title) for card in home_cards.cards_for(Account.objects.get(pk=account.pk))}

        drawn(world)
        assert "Audit of proofs" in titles(world.facilitateur)
        item = AuditItem.objects.get()
        services.challenge(item, world.facilitateur, finding="x", refused=Decimal(1))
        assert "Answer an audit" in titles(world.employers[0])
        services.answer(item, world.employers[0], text="y")
        assert "Audit: to decide" in titles(world.colleague)
        assert "Audit: to decide" not in titles(world.facilitateur)


@pytest.mark.django_db
class TestPages:
    def test_a_facilitateur_draws_reads_and_finds(self, world: ClausesWorld, enter: Enter) -> None:
        client = enter(world.facilitateur)
        assert "No audit of proofs yet" in client.get(reverse("clauses:audits")).content.decode()
        values = {
            "name": "Contrôle",
            "first_month": f"{FIRST:%Y-%m}",
            "last_month": f"{LAST:%Y-%m}",
            "size": 30,
            "answer_days": 20,
            "seed": 41,
        }
        wrong = client.post(reverse("clauses:new_audit"), {**values, "last_month": "2001-01"})
        assert "before the first" in wrong.content.decode()
        assert client.post(reverse("clauses:new_audit"), values).status_code == 302
        audit = ProofAudit.objects.get()
        page = client.get(audit.get_absolute_url()).content.decode()
        assert "41" in page
        assert "still to be read" in page
        item = audit.items.get()
        bad = client.post(item.get_absolute_url(), {"finding": "Illisible", "hours_refused": "130"})
        assert "120" in bad.content.decode()
        sent = client.post(item.get_absolute_url(), {"finding": "Illisible", "hours_refused": "20,5"})
        assert sent.headers["Location"] == audit.get_absolute_url()
        item.refresh_from_db()
        assert (item.state, item.hours_refused) == ("challenged", Decimal("20.5"))
        assert Access.objects.filter(subject_id=str(item.pk)).exists()
        own = client.get(item.get_absolute_url()).content.decode()
        assert "ask a colleague" in own
        assert "Uphold" not in own

    def test_the_company_answers_and_a_colleague_decides(self, world: ClausesWorld, enter: Enter) -> None:
        item = challenged(world)
        company = enter(world.employers[0])
        page = company.get(item.get_absolute_url()).content.decode()
        assert "Signature absente." in page
        assert "Facilitateur" not in page
        empty = company.post(item.get_absolute_url(), {"text": ""})
        assert "Write your answer" in empty.content.decode()
        fake = company.post(
            item.get_absolute_url(), {"text": "x", "file": SimpleUploadedFile("a.pdf", b"MZ")}
        )
        assert "neither PDF" in fake.content.decode()
        company.post(item.get_absolute_url(), {"text": "Jointe.", "file": SimpleUploadedFile("a.pdf", PDF)})
        item.refresh_from_db()
        assert item.state == "answered"
        colleague = enter(world.colleague)
        file = colleague.get(reverse("clauses:answer_file", args=[item.pk]))
        assert b"".join(file.streaming_content) == PDF  # type: ignore[attr-defined]
        assert "sandbox" in file["Content-Security-Policy"]
        address = reverse("clauses:decide_item", args=[item.pk])
        colleague.post(address, {"decision": "", "do": "lift"})
        item.refresh_from_db()
        assert item.state == "answered"
        colleague.post(address, {"decision": "100 h suffisent.", "do": "uphold", "hours_upheld": "5"})
        item.refresh_from_db()
        assert (item.state, item.hours_upheld) == ("upheld", Decimal(5))
        assert "100 h suffisent." in company.get(item.get_absolute_url()).content.decode()

    def test_a_contact_answers_by_the_link_alone(self, world: ClausesWorld) -> None:
        item = challenged(world)
        client = Client()
        client.post(reverse("clauses:link", args=[new_link(world.commitments[0])]))
        home = client.get(reverse("clauses:light")).content.decode()
        address = reverse("clauses:light_finding", args=[item.pk])
        assert address in home
        assert "Signature absente." in client.get(address).content.decode()
        client.post(address, {"text": "Réponse du contact."})
        item.refresh_from_db()
        assert (item.state, item.answer) == ("answered", "Réponse du contact.")
        other = Client()
        other.post(reverse("clauses:link", args=[new_link(world.commitments[1])]))
        assert other.get(address).status_code == 404
        assert Client().get(address).status_code == 403

    def test_a_former_contact_gets_no_link(self, world: ClausesWorld) -> None:
        challenged(world)
        row = Ledger.objects.get(email=world.commitments[0].contact_email)
        assert "/clauses/lien/" in written(row).text
        Commitment.objects.update(contact_email="suite@example.org")
        with pytest.raises(NoLongerNeeded):
            written(row)

    def test_who_gets_in(self, world: ClausesWorld, enter: Enter) -> None:
        item = drawn(world).items.get()
        assert enter(world.employers[0]).get(item.get_absolute_url()).status_code == 404
        services.challenge(item, world.facilitateur, finding="x", refused=Decimal(1))
        assert enter(world.employers[0]).get(item.get_absolute_url()).status_code == 200
        for account in (world.employers[1], world.buyer, world.official):
            assert enter(account).get(item.get_absolute_url()).status_code == 404
            assert enter(account).get(item.audit.get_absolute_url()).status_code == 404
        employer = enter(world.employers[0])
        for name in ("accept_item", "decide_item"):
            assert employer.post(reverse(f"clauses:{name}", args=[item.pk])).status_code == 404

    def test_the_report_names_no_person_and_can_be_verified(self, world: ClausesWorld, enter: Enter) -> None:
        make_statement(world.assignments[1], LAST, "80", state="validated")
        audit = drawn(world)
        client = enter(world.facilitateur)
        address = reverse("clauses:audit_report", args=[audit.pk])
        assert client.post(address).status_code == 302
        one, two = audit.items.order_by("-statement__hours")
        services.accept(two, world.facilitateur)
        services.challenge(one, world.facilitateur, finding="Prénom1 absent.", refused=Decimal(30))
        answer = client.post(address)
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
        text = " ".join(text.split())
        for said in ("Contrôle annuel", "Peintures Gallo", "15.0", "EGESIF"):
            assert said in text, said
        assert "Prénom" not in text

    def test_queries_do_not_grow_with_the_sample(self, world: ClausesWorld, enter: Enter) -> None:
        few = drawn(world)
        for month in range(-9, -3):
            for assignment in world.assignments:
                make_statement(assignment, first_of_month(month), "70", state="validated")
        many = drawn(world)
        client = enter(world.facilitateur)

        def queries_of(address: str) -> int:
            with CaptureQueriesContext(connection) as found:
                assert client.get(address).status_code == 200
            return len(found)

        counts = [queries_of(audit.get_absolute_url()) for audit in (few, many)]
        assert counts[0] == counts[1] <= 12
        assert queries_of(many.items.first().get_absolute_url()) <= 12  # type: ignore[union-attr]
        assert queries_of(reverse("clauses:audits")) <= 12
        assert queries_of(reverse("clauses:new_audit")) <= 12


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_decides() -> None:
    world = make_clauses_world()
    third = member(Role.FACILITATEUR, world.metropolis, "troisieme@example.org")
    item = challenged(world)
    services.answer(item, world.employers[0], text="Voici.")

    def decide(account: Account) -> object:
        try:
            return services.uphold(item, account, decision="Non.", hours=Decimal(20))
        except (TransitionRefused, ValidationError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(decide, (world.colleague, third)))
    assert sum(isinstance(result, AuditItem) for result in results) == 1
    assert sum(isinstance(result, TransitionRefused) for result in results) == 1
    item.refresh_from_db()
    assert item.state == ItemState.UPHELD
    assert Statement.objects.filter(corrects=item.statement).count() == 1
    assert Statement.objects.validated().get(assignment=item.statement.assignment).hours == Decimal(100)
