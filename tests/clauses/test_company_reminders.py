"""Reminders that stop when the month is declared; contacts whose e-mails come back: through a real SMTP server."""

import datetime as dt
import email
import email.policy
import socket
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from croisee.clauses.models import Channel, Commitment, CompanyLink, ContactLog, Statement, StatementState
from croisee.clauses.months import address
from croisee.clauses.queries import missing
from croisee.clauses.queries.callers import Caller
from croisee.clauses.services import bounces, declaring, links, reminders
from croisee.foundation.accounts.models import Membership
from croisee.foundation.notices.models import Ledger, State
from croisee.foundation.notices.services import deliver
from tests.clauses_world import ClausesWorld, first_of_month, make_assignment, make_statement, move

pytestmark = pytest.mark.django_db
LAST = first_of_month(-1)


class Inbox:
    """An SMTP server that keeps what it takes, and refuses the recipients it is told to."""

    def __init__(self) -> None:
        self.mails: list[email.message.EmailMessage] = []
        self.refused: set[str] = set()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name
        if address in self.refused:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def inbox(settings: object) -> Iterator[Inbox]:
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield inbox
    controller.stop()


def work() -> None:
    """What the worker does with the queue now."""
    for task in DBTaskResult.objects.ready():
        task.claim("test")
        deliver.call(*task.args_kwargs["args"])
        task.set_successful(None)


def on(day: int) -> dt.datetime:
    """Noon of a day of this month, whatever today is."""
    return timezone.make_aware(dt.datetime.combine(first_of_month().replace(day=day), dt.time(12)))


def rows() -> list[Ledger]:
    return list(Ledger.objects.filter(notice="clauses.month_reminder"))


class TestReminders:
    def test_three_at_most_a_week_apart(self, world: ClausesWorld) -> None:
        sent = [reminders.remind_due(on(day)) for day in range(1, 29) for _twice in range(2)]
        days = [index // 2 + 1 for index, count in enumerate(sent) if count]
        assert days == [5, 12, 19]
        # both companies: one has people at work, the other nobody and hours due
        assert {row.email for row in rows()} == {one.contact_email for one in world.commitments}
        assert len(rows()) == 6
        assert {row.key.split(":")[1] for row in rows()} == {address(LAST)}
        world.commitments[0].refresh_from_db()
        assert world.commitments[0].reminded_on == first_of_month().replace(day=19)

    def test_late_by_some_days_it_is_sent_all_the_same(self, world: ClausesWorld) -> None:
        assert reminders.remind_due(on(7)) == 2
        assert reminders.remind_due(on(11)) == 0

    def test_never_once_sent_or_nobody_worked(self, world: ClausesWorld) -> None:
        for number in range(2):
            declaring.send(
                [
                    declaring.declare(
                        world.assignments[number], LAST, 10 * (number + 1), account=world.employers[0]
                    )
                ],
                world.employers[0],
            )
        declaring.say_nothing_done(Caller(world.employers[1]), world.commitments[1], LAST)
        assert reminders.remind_due(on(5)) == 0
        assert not missing.of_month(LAST).exists()

    def test_a_draft_is_not_sent_and_what_is_rejected_was(self, world: ClausesWorld) -> None:
        make_statement(world.assignments[0], LAST, state="rejected")
        assert missing.people(world.commitments[0], LAST) == 1
        move(world.statements[3], "sent")
        assert missing.people(world.commitments[0], LAST) == 0

    def test_nobody_at_work_and_nothing_due_any_more(self, world: ClausesWorld) -> None:
        Commitment.objects.filter(pk=world.commitments[1].pk).update(hours=0)
        assert list(missing.of_month(LAST)) == [world.commitments[0]]

    def test_a_lot_that_is_closed_or_not_begun(self, world: ClausesWorld) -> None:
        move(world.lot, "done")
        other = world.commitments[1].clause.lot
        other.starts_on = first_of_month()
        other.save()
        assert not missing.of_month(LAST).exists()

    def test_the_team_where_the_contact_is_lost(self, world: ClausesWorld) -> None:
        Commitment.objects.update(contact_bounced_at=timezone.now())
        assert reminders.remind_due(on(5)) == 2
        assert {row.account for row in rows()} == set(world.employers)

    def test_an_employer_of_people_under_others_commitments(self, world: ClausesWorld) -> None:
        make_assignment(world.commitments[0], world.participants[3], world.companies[1])
        reminders.remind_due(on(5))
        assert [row.key.split(":")[0] for row in rows() if row.account == world.employers[1]] == [
            str(world.commitments[0].pk)
        ]

    def test_what_it_says_and_that_its_link_works(
        self, world: ClausesWorld, inbox: Inbox, client: object
    ) -> None:
        Commitment.objects.exclude(pk=world.commitments[0].pk).update(hours=0)
        reminders.remind_due(on(5))
        work()
        [mail] = inbox.mails
        text = mail.get_body("plain").get_content()
        path = next(line for line in text.splitlines() if "/clauses/lien/" in line).partition("8000")[2]
        assert mail["To"] == world.commitments[0].contact_email
        assert "Nom1" not in text
        assert client.get(path).status_code == 200
        assert CompanyLink.objects.get().used_at is None
        client.post(path)
        assert client.get(reverse("clauses:light")).status_code == 200
        assert all(row.context == {} for row in rows())

    def test_declared_before_it_leaves_it_is_dropped(self, world: ClausesWorld, inbox: Inbox) -> None:
        reminders.remind_due(on(5))
        Commitment.objects.update(hours=0)
        make_statement(world.assignments[0], LAST, state="sent")
        move(world.statements[3], "sent")
        work()
        assert not inbox.mails
        assert {row.state for row in rows()} == {State.DECLINED}

    def test_a_former_contact_gets_no_link(self, world: ClausesWorld, inbox: Inbox) -> None:
        links.send_link(world.commitments[0])
        reminders.remind_due(on(5))
        Commitment.objects.update(contact_email="suite@example.org")
        work()
        assert not inbox.mails
        assert not CompanyLink.objects.exists()

    def test_then_the_facilitateur_gets_the_list(self, world: ClausesWorld, inbox: Inbox) -> None:
        world.operation.facilitateur = world.colleague
        world.operation.save()
        assert reminders.tell_facilitateurs(on(25)) == 0
        assert reminders.tell_facilitateurs(on(26)) == 1
        assert reminders.tell_facilitateurs(on(27)) == 0
        work()
        [mail] = inbox.mails
        assert mail["To"] == world.colleague.email
        text = mail.get_body("plain").get_content()
        assert "Peintures Gallo" in text
        assert "Peintures Armor" in text

    def test_all_of_them_where_nobody_follows(self, world: ClausesWorld) -> None:
        assert reminders.tell_facilitateurs(on(28)) == 2

    def test_queries_grow_by_company_written_to_alone(
        self, world: ClausesWorld, django_assert_max_num_queries: object
    ) -> None:
        declaring.say_nothing_done(Caller(world.employers[1]), world.commitments[1], LAST)
        Statement.objects.filter(month=LAST).update(state=StatementState.SENT)
        make_statement(world.assignments[0], LAST, state="sent")
        with django_assert_max_num_queries(2):
            assert reminders.remind_due(on(5)) == 0


class TestBounces:
    def test_a_refused_recipient_is_told_to_the_facilitateur(
        self, world: ClausesWorld, inbox: Inbox, sign_in: object
    ) -> None:
        commitment = world.commitments[0]
        inbox.refused.add(commitment.contact_email)
        links.send_link(commitment)
        work()
        commitment.refresh_from_db()
        assert commitment.contact_bounced_at is not None
        entry = ContactLog.objects.get(channel=Channel.BOUNCE)
        assert (entry.commitment, entry.by) == (commitment, None)
        work()
        assert {mail["To"] for mail in inbox.mails} == {world.facilitateur.email, world.colleague.email}
        assert "Rozenn Quéré" in inbox.mails[0].get_body("plain").get_content()
        client = sign_in(world.facilitateur)
        assert "contact=bounced" in client.get(reverse("portal:mine")).content.decode()
        page = client.get(reverse("clauses:commitment_access", args=[commitment.pk])).content.decode()
        assert "notice error" in page
        commitment.contact_email = "suite@example.org"
        commitment.save()
        commitment.refresh_from_db()
        assert commitment.contact_bounced_at is None

    def test_said_once(self, world: ClausesWorld) -> None:
        found = [bounces.contact_bounced(world.commitments[0].contact_email.upper()) for _turn in range(2)]
        assert found == [1, 0]
        assert bounces.contact_bounced("inconnu@example.org") == 0

    def test_put_off_is_not_refused(self, world: ClausesWorld, inbox: Inbox) -> None:
        async def later(*_args: object) -> str:
            return "450 4.2.1 try later"

        inbox.handle_RCPT = later
        links.send_link(world.commitments[0])
        work()
        world.commitments[0].refresh_from_db()
        assert world.commitments[0].contact_bounced_at is None

    def test_a_listener_that_fails_keeps_nothing_from_being_noted(
        self, world: ClausesWorld, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from croisee.foundation.notices import bounces as registry

        def failing(_address: str) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(registry, "_listeners", [failing, bounces.contact_bounced])
        inbox.refused.add(world.commitments[0].contact_email)
        links.send_link(world.commitments[0])
        work()
        assert Ledger.objects.get(notice="clauses.company_link").state == State.BOUNCED
        assert ContactLog.objects.filter(channel=Channel.BOUNCE).count() == 1


def test_membership_is_not_needed(world: ClausesWorld) -> None:
    """A company without a team and without a contact is written to by nobody, and nothing fails."""
    Membership.objects.filter(organisation__in=world.companies).delete()
    Commitment.objects.update(contact_email="")
    assert reminders.remind_due(on(5)) == 0
