"""The extranet of companies: the link, what is owed, a month declared, what is decided."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from croisee.clauses import months
from croisee.clauses.models import (
    Allocation,
    Channel,
    Commitment,
    CompanyLink,
    ContactLog,
    Eligibility,
    InclusiveSupplier,
    NothingDone,
    Parameter,
    Penalty,
    ProofKind,
    Statement,
    StatementState,
)
from croisee.clauses.queries.callers import Caller
from croisee.clauses.services import declaring, links
from croisee.clauses.services.new_links import new_link
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.notices.models import Ledger
from tests.clauses_world import ClausesWorld, first_of_month, make_assignment, make_statement, move
from tests.world import TODAY

pytestmark = pytest.mark.django_db
LAST = first_of_month(-1)
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 64
SignIn = Callable[[Account], Client]


def by_link(commitment: Commitment) -> Client:
    """A browser in which the link of a commitment was opened."""
    client = Client()
    response = client.post(reverse("clauses:link", args=[new_link(commitment)]))
    assert response.headers["Location"] == reverse("clauses:light")
    return client


def month_url(world: ClausesWorld, month: dt.date = LAST, number: int = 0) -> str:
    return reverse("clauses:declare_month", args=[world.commitments[number].pk, months.address(month)])


def posted(
    world: ClausesWorld, hours: str, number: int = 0, do: str = "send", **more: object
) -> dict[str, object]:
    """What the screen sends for one person."""
    return {f"p-{world.assignments[number].pk}-hours": hours, "unit": "hours", "do": do, **more}


class TestLink:
    def test_looking_changes_nothing(self, world: ClausesWorld, client: Client) -> None:
        url = reverse("clauses:link", args=[new_link(world.commitments[0])])
        response = client.get(url)
        assert "Peinture du groupe scolaire" in response.content.decode()
        assert response["Referrer-Policy"] == "strict-origin"
        assert client.head(url).status_code == 200
        assert CompanyLink.objects.get().used_at is None
        assert client.get(reverse("clauses:light")).status_code == 403

    def test_the_button_opens_that_commitment_alone(self, world: ClausesWorld) -> None:
        client = by_link(world.commitments[0])
        page = client.get(reverse("clauses:light")).content.decode()
        assert "Peinture du groupe scolaire" in page
        assert "Nettoyage" not in page
        assert CompanyLink.objects.get().used_at is not None
        other = make_assignment(world.commitments[1], world.participants[3], world.companies[1])
        url = reverse("clauses:light_check_hours", args=[other.pk, months.address(LAST)])
        assert client.post(url).status_code == 404
        assert client.get(reverse("clauses:company")).status_code == 302

    def test_the_secret_is_not_kept(self, world: ClausesWorld) -> None:
        secret = new_link(world.commitments[0])
        row = CompanyLink.objects.get()
        assert secret not in str(vars(row))
        assert row.email == world.commitments[0].contact_email

    @pytest.mark.parametrize("end", ["expires", "revoked", "replaced"])
    def test_what_ends_a_link_ends_what_it_opened(self, world: ClausesWorld, end: str) -> None:
        commitment = world.commitments[0]
        client = by_link(commitment)
        url = reverse("clauses:link", args=[new_link(commitment)])
        if end == "expires":
            CompanyLink.objects.update(expires_at=timezone.now())
        elif end == "revoked":
            assert links.revoke(commitment) == 2
        else:
            commitment.contact_email = "autre@example.org"
            commitment.save()
        assert client.get(reverse("clauses:light")).status_code == 403
        assert client.post(url).status_code == 410
        renewed = client.post(
            reverse("clauses:renew_company_link", args=[url.rstrip("/").rpartition("/")[2]])
        )
        assert renewed.status_code == (200 if end == "expires" else 410)
        assert Ledger.objects.filter(notice="clauses.company_link").exists() == (end == "expires")

    def test_guesses_are_few(self, world: ClausesWorld, client: Client) -> None:
        codes = {client.get(reverse("clauses:link", args=[f"x{n}"])).status_code for n in range(25)}
        assert codes == {404, 429}

    def test_a_facilitateur_sends_it_once_in_ten_minutes(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.facilitateur)
        url = reverse("clauses:send_link", args=[world.commitments[0].pk])
        for _click in range(2):
            assert client.post(url).status_code == 302
        row = Ledger.objects.get(notice="clauses.company_link")
        assert row.email == world.commitments[0].contact_email
        assert row.key.startswith(str(world.commitments[0].pk))
        assert sign_in(world.employers[0]).post(url).status_code == 404
        assert client.get(url).status_code == 405

    def test_to_all_companies_of_lots(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.facilitateur)
        Commitment.objects.filter(pk=world.commitments[1].pk).update(contact_email="")
        lots = [str(one.clause.lot_id) for one in world.commitments]
        response = client.post(reverse("clauses:send_links"), {"chosen": [*lots, "no uuid"]}, follow=True)
        assert Ledger.objects.filter(notice="clauses.company_link").count() == 1
        assert "Peintures Armor" in response.content.decode()

    def test_without_an_address_nothing_leaves(self, world: ClausesWorld) -> None:
        world.commitments[0].contact_email = ""
        with pytest.raises(ValidationError):
            links.send_link(world.commitments[0])


class TestAccount:
    def test_the_first_of_a_company_gets_one_at_once(self, world: ClausesWorld) -> None:
        Membership.objects.filter(organisation=world.companies[0]).delete()
        commitment = world.commitments[0]
        client = by_link(commitment)
        response = client.post(reverse("clauses:light_account"))
        assert response.headers["Location"] == reverse("clauses:company")
        membership = Membership.objects.get(organisation=world.companies[0])
        assert (membership.account.email, membership.role) == (commitment.contact_email, Role.EMPLOYER)
        assert membership.account.name == "Rozenn Quéré"
        assert membership.administers
        assert client.get(reverse("clauses:company")).status_code == 200

    def test_else_its_team_is_asked(self, world: ClausesWorld) -> None:
        client = by_link(world.commitments[0])
        for _click in range(2):
            assert client.post(reverse("clauses:light_account")).status_code == 200
        row = Ledger.objects.get(notice="clauses.asks_to_join")
        assert row.account == world.employers[0]
        assert not Account.objects.filter(email=world.commitments[0].contact_email).exists()

    def test_a_member_is_signed_in(self, world: ClausesWorld) -> None:
        Commitment.objects.filter(pk=world.commitments[0].pk).update(contact_email=world.employers[0].email)
        client = by_link(Commitment.objects.get(pk=world.commitments[0].pk))
        assert client.post(reverse("clauses:light_account")).headers["Location"] == reverse("clauses:company")

    def test_an_agent_needs_a_password(self, world: ClausesWorld) -> None:
        Membership.objects.filter(organisation=world.companies[0]).delete()
        Commitment.objects.filter(pk=world.commitments[0].pk).update(contact_email=world.buyer.email)
        client = by_link(Commitment.objects.get(pk=world.commitments[0].pk))
        assert (
            client.post(reverse("clauses:light_account"))
            .headers["Location"]
            .startswith(reverse("account_login"))
        )


class TestHome:
    def test_what_is_owed_in_hours_and_days(self, world: ClausesWorld, sign_in: SignIn) -> None:
        InclusiveSupplier.objects.create(
            siret="41816609600069",
            name="Les Peintres solidaires",
            kind="ei",
            trades=["painting"],
            source="test",
        )
        Penalty.objects.create(
            commitment=world.commitments[0], missing=10, per_hour=50, amount=500, counted_on=TODAY
        )
        move(Penalty.objects.get(), "notified")
        statement = make_statement(world.assignments[1], first_of_month(-4), "50", "rejected")
        Statement.objects.filter(pk=statement.pk).update(why_rejected="Feuille non signée")
        page = sign_in(world.employers[0]).get(reverse("clauses:company")).content.decode()
        left = Decimal(833) - 120 - Decimal("271.67")
        for said in (
            "833",
            "441&nbsp;h",
            "Feuille non signée",
            "500",
            "Les Peintres solidaires",
            "Prénom1 Nom1",
        ):
            assert said in page, said
        assert "Nettoyage" not in page
        assert f"<dd>{round(left / 7)}</dd>" in page
        assert re.search(r"119\s(days|jours)", page)

    def test_without_figures_hours_are_shown_all_the_same(self, world: ClausesWorld, sign_in: SignIn) -> None:
        Parameter.objects.all().delete()
        client = sign_in(world.employers[0])
        assert "833" in client.get(reverse("clauses:company")).content.decode()
        assert client.get(month_url(world)).status_code == 200

    def test_queries_do_not_grow(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.employers[0])
        counts = []
        for company in world.companies:
            with CaptureQueriesContext(
                connection,
            ) as caught:
                assert client.get(reverse("clauses:company")).status_code == 200
            counts.append(len(caught))
            for participant in world.participants[2:]:
                one = make_assignment(world.commitments[0], participant, company)
                make_statement(one, first_of_month(-2), state="rejected")
        assert counts[1] <= counts[0] <= 12, counts

    def test_an_employer_of_others_commitments_reads_people_not_figures(
        self, world: ClausesWorld, sign_in: SignIn
    ) -> None:
        make_assignment(world.commitments[0], world.participants[3], world.companies[1])
        page = sign_in(world.employers[1]).get(reverse("clauses:company")).content.decode()
        assert "Prénom4 Nom4" in page
        assert "Prénom1 Nom1" not in page
        assert "833" not in page

    def test_nobody_else(self, world: ClausesWorld, sign_in: SignIn) -> None:
        for account in (world.facilitateur, world.buyer, world.official):
            assert sign_in(account).get(reverse("clauses:company")).status_code == 404


class TestMonth:
    def test_sent_from_the_screen(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.employers[0])
        photo = SimpleUploadedFile("IMG_001.HEIC.jpg", JPEG, "image/jpeg")
        key = f"p-{world.assignments[0].pk}"
        data = posted(world, "151,67") | {f"{key}-proof": photo, f"{key}-proof_kind": "timesheet"}
        response = client.post(month_url(world), data)
        assert response.status_code == 302
        statement = Statement.objects.get(assignment=world.assignments[0], month=LAST)
        assert (statement.state, statement.hours) == (StatementState.SENT, Decimal("151.67"))
        assert (statement.declared_by, statement.proof_kind) == (world.employers[0], ProofKind.TIMESHEET)
        assert statement.sent_at is not None
        with statement.proof.open() as kept:
            assert kept.read() == JPEG
        allocation = Allocation.objects.get(statement=statement)
        assert (allocation.commitment, allocation.hours) == (world.commitments[0], Decimal("151.67"))
        # the draft of the other person went along
        assert world.statements[3].__class__.objects.get(pk=world.statements[3].pk).state == "sent"

    def test_in_days(self, world: ClausesWorld) -> None:
        client = by_link(world.commitments[0])
        url = reverse("clauses:light_declare_month", args=[months.address(LAST)])
        client.post(url, posted(world, "20,5", unit="days", do="draft"))
        statement = Statement.objects.get(assignment=world.assignments[0], month=LAST)
        assert (statement.state, statement.hours) == ("draft", Decimal("143.50"))
        assert statement.declared_by is None

    def test_by_a_link_the_journal_says_who(self, world: ClausesWorld) -> None:
        client = by_link(world.commitments[0])
        url = reverse("clauses:light_declare_month", args=[months.address(LAST)])
        client.post(url, posted(world, "70"))
        entry = ContactLog.objects.get(channel=Channel.AUTOMATIC)
        assert (entry.commitment, entry.with_whom) == (world.commitments[0], "Rozenn Quéré")

    def test_clicked_twice(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.employers[0])
        for _click in range(2):
            response = client.post(month_url(world), posted(world, "100"), follow=True)
        assert Statement.objects.filter(assignment=world.assignments[0], month=LAST).count() == 1
        assert "alert" in response.content.decode() or response.status_code == 200

    def test_what_is_wrong_is_said_and_what_is_right_kept(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.employers[0])
        other = f"p-{world.assignments[1].pk}"
        response = client.post(month_url(world), posted(world, "beaucoup") | {f"{other}-hours": "90"})
        assert response.status_code == 400
        text = SimpleUploadedFile("x.pdf", b"hello", "application/pdf")
        key = f"p-{world.assignments[0].pk}"
        assert client.post(month_url(world), posted(world, "10") | {f"{key}-proof": text}).status_code == 400
        assert client.post(month_url(world), posted(world, "745")).status_code == 400
        assert not Statement.objects.filter(assignment=world.assignments[0], month=LAST).exists()

    def test_warned_and_sent_all_the_same(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.employers[0])
        Eligibility.objects.update(ends_on=LAST - dt.timedelta(days=1))
        url = reverse("clauses:check_hours", args=[world.assignments[0].pk, months.address(LAST)])
        page = client.post(url, posted(world, "300")).content.decode()
        assert "208" in page
        assert page.count("notice warning") == 2
        client.post(month_url(world), posted(world, "300"))
        assert Statement.objects.get(assignment=world.assignments[0], month=LAST).state == "sent"

    @pytest.mark.parametrize("months_away", [-8, 2])
    def test_outside_the_contract_it_is_refused(self, world: ClausesWorld, months_away: int) -> None:
        with pytest.raises(ValidationError):
            declaring.declare(
                world.assignments[0], first_of_month(months_away), Decimal(10), account=world.employers[0]
            )

    def test_a_closed_lot_takes_no_hours(self, world: ClausesWorld) -> None:
        move(world.lot, "done")
        with pytest.raises(ValidationError):
            declaring.declare(world.assignments[0], LAST, Decimal(10), account=None)

    def test_a_draft_shared_between_lots_keeps_its_proportions(self, world: ClausesWorld) -> None:
        statement = world.statements[3]
        statement.allocations.all().delete()
        for commitment, hours in zip(world.commitments, (60, 20), strict=True):
            Allocation.objects.create(statement=statement, commitment=commitment, hours=hours)
        for hours in (40, 120):
            declaring.declare(statement.assignment, LAST, Decimal(hours), account=None)
            shared = dict(statement.allocations.values_list("commitment", "hours"))
            assert shared == {world.commitments[0].pk: hours * 3 / 4, world.commitments[1].pk: hours / 4}

    def test_a_photo_taken_again_takes_the_place_of_the_first(
        self, world: ClausesWorld, django_capture_on_commit_callbacks: Callable[..., object]
    ) -> None:
        names = []
        with django_capture_on_commit_callbacks(execute=True):
            for _turn in range(2):
                statement = declaring.declare(
                    world.assignments[0],
                    LAST,
                    Decimal(10),
                    proof_kind=ProofKind.PAYSLIP,
                    proof=SimpleUploadedFile("proof.jpg", JPEG),
                    account=None,
                )
                names.append(statement.proof.name)
        kept = [statement.proof.storage.exists(name) for name in names]
        assert kept == [False, True]

    def test_whoever_may_not(self, world: ClausesWorld, sign_in: SignIn) -> None:
        assert sign_in(world.employers[1]).get(month_url(world)).status_code == 404
        assert sign_in(world.buyer).get(month_url(world)).status_code == 404
        assert sign_in(world.facilitateur).get(month_url(world)).status_code == 200
        bad = reverse("clauses:declare_month", args=[world.commitments[0].pk, "2026-13"])
        assert sign_in(world.employers[0]).get(bad).status_code == 404

    def test_one_persons_month_leads_to_the_screen(self, world: ClausesWorld, sign_in: SignIn) -> None:
        url = reverse("clauses:declare", args=[world.assignments[0].pk, LAST])
        assert sign_in(world.employers[0]).get(url).headers["Location"].startswith(month_url(world))

    def test_queries(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.employers[0])
        with CaptureQueriesContext(connection) as caught:
            assert client.get(month_url(world)).status_code == 200
        assert len(caught) <= 12, [query["sql"][:120] for query in caught]


class TestAfterwards:
    def test_taken_back_then_sent_again(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.employers[0])
        month = first_of_month(-2)
        args = [world.assignments[0].pk, months.address(month)]
        client.post(reverse("clauses:take_back", args=args))
        statement = world.statements[1]
        statement.refresh_from_db()
        assert (statement.state, statement.sent_at) == ("draft", None)
        client.post(month_url(world, month), posted(world, "99"))
        statement.refresh_from_db()
        assert (statement.state, statement.hours) == ("sent", 99)
        move(statement, "checked")
        with pytest.raises(TransitionRefused):
            declaring.take_back(statement, world.employers[0])

    @pytest.mark.parametrize("light", [False, True])
    def test_a_correction_is_a_new_version(self, world: ClausesWorld, sign_in: SignIn, light: bool) -> None:
        client = by_link(world.commitments[0]) if light else sign_in(world.employers[0])
        month = first_of_month(-3)
        name = "clauses:light_correct_hours" if light else "clauses:correct_hours"
        url = reverse(name, args=[world.assignments[0].pk, months.address(month)])
        client.post(url, posted(world, "110"))
        first, second = Statement.objects.filter(assignment=world.assignments[0], month=month).order_by(
            "version"
        )
        assert (first.state, second.state, second.hours, second.version) == ("validated", "sent", 110, 2)
        page = client.post(url, posted(world, "111"), follow=True).content.decode()
        assert Statement.objects.filter(assignment=world.assignments[0], month=month).count() == 2
        assert "notice error" in page

    def test_rejected_hours_wait_above_the_screen(self, world: ClausesWorld, sign_in: SignIn) -> None:
        statement = make_statement(world.assignments[0], LAST, "90", "rejected")
        Statement.objects.filter(pk=statement.pk).update(why_rejected="Photo illisible")
        client = sign_in(world.employers[0])
        assert "Photo illisible" in client.get(month_url(world)).content.decode()
        url = reverse("clauses:correct_hours", args=[world.assignments[0].pk, months.address(LAST)])
        client.post(url, posted(world, "88"))
        assert Statement.objects.get(corrects=statement).state == "sent"
        assert "Photo illisible" not in client.get(reverse("clauses:company")).content.decode()

    def test_month_by_month(self, world: ClausesWorld, sign_in: SignIn) -> None:
        Statement.objects.filter(pk=world.statements[0].pk).update(
            decided_by=world.facilitateur, decided_at=timezone.now()
        )
        client = sign_in(world.employers[0])
        page = client.get(reverse("clauses:own_hours")).content.decode()
        assert str(world.facilitateur) in page
        assert "Prénom2 Nom2" in page
        assert client.get(reverse("clauses:own_hours") + "?export=csv").status_code == 200
        assert "Prénom" not in sign_in(world.employers[1]).get(reverse("clauses:own_hours")).content.decode()

    def test_attestation(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.employers[0])
        url = reverse("clauses:hours_attestation", args=[world.assignments[0].pk])
        assert client.get(url).status_code == 200
        response = client.post(url)
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)
        assert "Prénom1 Nom1" in text
        assert "120" in text
        reference = response["Content-Disposition"].partition("attestation-")[2].partition(".pdf")[0]
        assert reference in text
        verified = client.get(reverse("documents:verify", args=[reference]), follow=True).content.decode()
        assert "Nom1" not in verified
        nothing = reverse("clauses:hours_attestation", args=[world.assignments[1].pk])
        assert client.post(nothing).status_code == 302
        assert sign_in(world.employers[1]).get(url).status_code == 404
        assert sign_in(world.buyer).get(url).status_code == 404


class TestNothingDone:
    def test_said_once_and_taken_back(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.employers[1])
        url = reverse("clauses:nothing_done", args=[world.commitments[1].pk, months.address(LAST)])
        for _click in range(2):
            client.post(url)
        assert NothingDone.objects.get().month == LAST
        client.post(url, {"do": "undo"})
        assert not NothingDone.objects.exists()

    def test_not_against_hours(self, world: ClausesWorld) -> None:
        caller = Caller(world.employers[0])
        with pytest.raises(ValidationError):
            declaring.say_nothing_done(caller, world.commitments[0], LAST)
        with pytest.raises(ValidationError):
            declaring.say_nothing_done(caller, world.commitments[0], first_of_month(1))

    def test_hours_take_it_back(self, world: ClausesWorld) -> None:
        world.statements[3].delete()
        declaring.say_nothing_done(Caller(world.employers[0]), world.commitments[0], LAST)
        declaring.declare(world.assignments[0], LAST, Decimal(5), account=world.employers[0])
        assert not NothingDone.objects.exists()


class TestAccess:
    def test_list_and_page(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.facilitateur)
        new_link(world.commitments[0])
        page = client.get(reverse("clauses:company_access")).content.decode()
        assert "Peintures Gallo" in page
        assert "Peintures Armor" in page
        filtered = client.get(reverse("clauses:company_access") + "?declared=missing").content.decode()
        assert "Peintures Gallo" in filtered
        assert "Peintures Armor" not in filtered
        one = reverse("clauses:commitment_access", args=[world.commitments[0].pk])
        assert "Rozenn" in client.get(one).content.decode()
        client.post(reverse("clauses:revoke_links", args=[world.commitments[0].pk]))
        assert CompanyLink.objects.get().revoked_at is not None
        for account in (world.employers[0], world.buyer):
            assert sign_in(account).get(one).status_code == 404

    def test_queries(self, world: ClausesWorld, sign_in: SignIn) -> None:
        client = sign_in(world.facilitateur)
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("clauses:company_access"))
        assert len(caught) <= 8
