"""E-mails sent to a real SMTP socket: as preferred, once, put off when the server fails, in the reader's language."""

import datetime as dt
import email
import email.policy
import io
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from croisee.foundation.accounts.models import Account
from croisee.foundation.notices import services
from croisee.foundation.notices.declaration import Notice, register
from croisee.foundation.notices.models import Frequency, Ledger, Preference, State
from croisee.foundation.notices.services import deliver, send, send_due

PLACED = register(Notice("tests.placed", "A pupil is placed", "Tests"))
RIGHTS = register(Notice("tests.rights", "Your rights changed", "Tests", can_be_disabled=False))
TEMPLATES = {
    "tests/notices/placed.subject.txt": "{% load i18n %}{% get_current_language as code %}{{ code }}: {{ place }}\n",
    "tests/notices/placed.txt": "Hello {{ account.name }},\n\nyou go to {{ place }}: {{ site_url }}{{ path }}\n",
    "tests/notices/rights.subject.txt": "Rights",
    "tests/notices/rights.txt": "They changed.",
}
CONTEXT = {"place": "L’Épi d’or & <fils>", "path": "/round/"}


class Inbox:
    """An SMTP server that keeps what it takes, and answers as told: a queue of answers, then 250."""

    def __init__(self):
        self.mails, self.answers = [], []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def inbox(settings):
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield inbox
    controller.stop()


@pytest.fixture(autouse=True)
def _templates(settings):
    [engine] = settings.TEMPLATES
    options = {
        **engine["OPTIONS"],
        "loaders": [
            ("django.template.loaders.locmem.Loader", TEMPLATES),
            "django.template.loaders.app_directories.Loader",
        ],
    }
    settings.TEMPLATES = [{**engine, "APP_DIRS": False, "OPTIONS": options}]


def work():
    """What the worker does with the queue now: each task that is due, once."""
    for task in DBTaskResult.objects.ready():
        task.claim("test")
        deliver.call(*task.args_kwargs["args"])
        task.set_successful(None)


def row_of(account):
    return Ledger.objects.get(account=account)


class TestSending:
    def test_text_and_html(self, inbox, family):
        assert send(PLACED, [family], key="1", context=CONTEXT) == 1
        work()
        [mail] = inbox.mails
        text, html = mail.get_body("plain").get_content(), mail.get_body("html").get_content()
        assert mail["To"] == family.email
        assert mail["Subject"] == "fr: L’Épi d’or & <fils>"
        assert f"Hello {family.name}," in text
        assert "L’Épi d’or & <fils>: http://localhost:8000/round/" in text
        assert "L’Épi d’or &amp; &lt;fils&gt;" in html
        assert '<a href="http://localhost:8000/round/"' in html
        assert reverse("notices:preferences") in text

    def test_language_of_the_account(self, inbox, family):
        family.language = "en"
        family.save()
        send(PLACED, [family], key="1", context=CONTEXT)
        work()
        assert inbox.mails[0]["Subject"].startswith("en:")

    def test_ledger_keeps_no_text(self, inbox, family):
        send(PLACED, [family], key="1", context=CONTEXT)
        assert row_of(family).context == CONTEXT
        work()
        row = row_of(family)
        assert (row.state, row.context, row.attempts) == (State.SENT, {}, 1)
        assert row.sent_at is not None
        with pytest.raises(IntegrityError), transaction.atomic():
            Ledger.objects.update(context=CONTEXT)

    def test_undone_with_the_transaction_that_owes_it(self, inbox, family):
        def fail_afterwards():
            with transaction.atomic():
                send(PLACED, [family], key="1", context=CONTEXT)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_afterwards()
        work()
        assert not inbox.mails
        assert not Ledger.objects.exists()


class TestOnce:
    def test_one_event_one_email(self, inbox, family, employer):
        assert send(PLACED, [family], key="1", context=CONTEXT) == 1
        assert send(PLACED, [family, employer], key="1", context=CONTEXT) == 1
        assert send(PLACED, [family], key="2", context=CONTEXT) == 1
        work()
        assert sorted(mail["To"] for mail in inbox.mails) == sorted(
            [family.email, family.email, employer.email]
        )

    def test_delivered_twice_sends_once(self, inbox, family):
        send(PLACED, [family], key="1", context=CONTEXT)
        for _ in range(3):
            deliver.call(str(row_of(family).pk))
        assert len(inbox.mails) == 1

    @pytest.mark.django_db(transaction=True)
    def test_by_six_workers_at_once(self, inbox):
        account = Account.objects.create_user("someone@example.org")
        send(PLACED, [account], key="1", context=CONTEXT)
        pk = str(row_of(account).pk)

        def one_worker(_number):
            try:
                deliver.call(pk)
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(one_worker, range(6)))
        assert len(inbox.mails) == 1

    def test_a_sent_row_never_goes_back(self, inbox, family):
        send(PLACED, [family], key="1", context=CONTEXT)
        work()
        with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
            Ledger.objects.update(state=State.WAITING, sent_at=None)

    def test_what_a_dying_worker_may_have_sent_is_not_sent_again(self, inbox, family):
        send(PLACED, [family], key="1", context=CONTEXT)
        Ledger.objects.update(state=State.SENDING, updated_at=timezone.now() - dt.timedelta(hours=1))
        assert send_due()["stuck"] == 1
        work()
        assert not inbox.mails
        assert row_of(family).state == State.FAILED


class TestFailures:
    def test_put_off_longer_each_time_then_delivered(self, inbox, family):
        inbox.answers = ["451 try later", "451 try later"]
        send(PLACED, [family], key="1", context=CONTEXT)
        waits = []
        for _ in range(2):
            before = timezone.now()
            deliver.call(str(row_of(family).pk))
            waits.append(round((row_of(family).next_attempt_at - before).total_seconds() / 60))
            assert row_of(family).state == State.WAITING
        assert waits == [1, 2]
        assert (
            DBTaskResult.objects.filter(run_after__gt=timezone.now(), run_after__year__lt=9999).count() == 2
        )
        deliver.call(str(row_of(family).pk))
        assert row_of(family).state == State.SENT
        assert len(inbox.mails) == 1

    def test_given_up_after_the_last_attempt(self, inbox, family):
        inbox.answers = ["451 try later"] * 20
        send(PLACED, [family], key="1", context=CONTEXT)
        for _ in range(services.ATTEMPTS + 2):
            deliver.call(str(row_of(family).pk))
        assert (row_of(family).state, row_of(family).attempts) == (State.FAILED, services.ATTEMPTS)

    def test_bounced(self, inbox, family):
        inbox.answers = ["550 no such person"]
        send(PLACED, [family], key="1", context=CONTEXT)
        work()
        row = row_of(family)
        assert (row.state, row.problem) == (State.BOUNCED, "SMTPRecipientsRefused")

    def test_no_server_at_all(self, family, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        send(PLACED, [family], key="1", context=CONTEXT)
        work()
        assert (row_of(family).state, row_of(family).problem) == (State.WAITING, "ConnectionRefusedError")

    def test_a_wrong_template_stops_nobody_else(self, inbox, family, employer):
        broken = register(Notice("tests.nothing", "No template", "Tests"))
        send(broken, [family], key="1", context={})
        send(PLACED, [employer], key="1", context=CONTEXT)
        work()
        assert row_of(family).state == State.FAILED
        assert row_of(employer).state == State.SENT

    def test_a_lost_task_is_taken_up(self, inbox, family):
        send(PLACED, [family], key="1", context=CONTEXT)
        DBTaskResult.objects.all().delete()
        Ledger.objects.update(next_attempt_at=timezone.now() - dt.timedelta(hours=1))
        assert send_due()["late"] == 1
        assert len(inbox.mails) == 1

    def test_sent_again_by_an_administrator(self, inbox, family, administrator, sign_in):
        inbox.answers = ["550 full"]
        send(PLACED, [family], key="1", context=CONTEXT)
        work()
        sign_in(administrator).post(reverse("notices:send_again", args=[row_of(family).pk]))
        work()
        assert row_of(family).state == State.SENT


class TestPreferences:
    def test_off(self, inbox, family):
        services.prefer(family, PLACED, Frequency.OFF)
        send(PLACED, [family], key="1", context=CONTEXT)
        work()
        assert not inbox.mails
        assert row_of(family).state == State.DECLINED

    def test_what_cannot_be_disabled(self, inbox, family):
        Preference.objects.create(account=family, notice=RIGHTS.name, frequency=Frequency.OFF)
        send(RIGHTS, [family], key="1", context={})
        work()
        assert len(inbox.mails) == 1
        with pytest.raises(ValueError, match=r"tests\.rights"):
            services.prefer(family, RIGHTS, Frequency.OFF)

    def test_daily(self, inbox, family, employer):
        services.prefer(family, PLACED, Frequency.DAILY)
        for key in "123":
            send(PLACED, [family, employer], key=key, context={**CONTEXT, "place": f"place {key}"})
        work()
        assert [mail["To"] for mail in inbox.mails] == [employer.email] * 3
        output = io.StringIO()
        call_command("notices", "send-due", stdout=output)
        assert len(inbox.mails) == 3, "not before the morning"
        Ledger.objects.filter(in_digest=True).update(next_attempt_at=timezone.now())
        call_command("notices", "send-due", stdout=output)
        digest = inbox.mails[-1]
        assert digest["To"] == family.email
        assert all(f"place {key}" in digest.get_body("plain").get_content() for key in "123")
        assert set(Ledger.objects.values_list("state", flat=True)) == {State.SENT}
        call_command("notices", "send-due", stdout=output)
        assert len(inbox.mails) == 4

    @pytest.mark.parametrize(
        ("now", "morning"),
        [
            ("2026-11-23T06:59+01:00", "2026-11-23T07:00+01:00"),
            ("2026-11-23T07:00+01:00", "2026-11-24T07:00+01:00"),
            ("2026-03-28T12:00+01:00", "2026-03-29T07:00+02:00"),
            ("2026-10-24T23:30+02:00", "2026-10-25T07:00+01:00"),
        ],
    )
    def test_morning(self, now, morning):
        assert services.next_morning(dt.datetime.fromisoformat(now)) == dt.datetime.fromisoformat(morning)

    def test_page(self, client, family):
        client.force_login(family)
        page = client.get(reverse("notices:preferences"))
        assert "Your rights changed" in page.content.decode()
        choices = dict.fromkeys(page.context["form"].fields, Frequency.IMMEDIATE)
        client.post(reverse("notices:preferences"), {**choices, PLACED.name: Frequency.OFF})
        assert Preference.objects.get(account=family, notice=PLACED.name).frequency == Frequency.OFF

    def test_only_what_one_can_receive(self, client, family, employer):
        offered = dict.fromkeys((family, employer))
        for account in offered:
            client.force_login(account)
            offered[account] = set(client.get(reverse("notices:preferences")).context["form"].fields)
        assert "stages.pupil_confirmed" in offered[employer] - offered[family]
        assert "stages.wish_gone" in offered[family] - offered[employer]
        assert PLACED.name in offered[family] & offered[employer]

    def test_refused_choice(self, client, family):
        client.force_login(family)
        response = client.post(reverse("notices:preferences"), {PLACED.name: "hourly"})
        assert response.status_code == 200
        assert not Preference.objects.exists()


class TestLedgerPage:
    def test_administrators_only(self, inbox, family, administrator, sign_in):
        inbox.answers = ["550 full"]
        send(PLACED, [family], key="1", context=CONTEXT)
        work()
        page = sign_in(administrator).get(reverse("notices:ledger")).content.decode()
        assert "A pupil is placed" in page
        assert "Épi d’or" not in page
        client = Client()
        client.force_login(family)
        assert client.get(reverse("notices:ledger")).status_code == 404

    def test_states_in_french_are_of_an_e_mail(self):
        with translation.override("fr"):
            assert State.SENT.label == "envoyé"

    def test_export(self, administrator, sign_in):
        send(PLACED, [administrator], key="1", context=CONTEXT)
        exported = sign_in(administrator).get(reverse("notices:ledger"), {"export": "csv"}).content.decode()
        assert "A pupil is placed" in exported
        assert CONTEXT["place"] not in exported
