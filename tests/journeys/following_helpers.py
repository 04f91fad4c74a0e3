"""What the tests of one journey share: an account for a person, moments, a real mail server."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from croisee.directory.models import Contact
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.services import deliver
from tests.journeys_world import JourneysWorld
from tests.world import TODAY, member


def account_of(world: JourneysWorld, number: int = 0) -> Account:
    """An account for a person of the world: its own contact's."""
    contact = Contact.objects.get(person=world.people[number], capacity="self")
    account = member(Role.FAMILY, world.plie, contact.email, administers=False)
    contact.account = account
    contact.save()
    return account


def at(days: int, hour: int = 10, minute: int = 0) -> dt.datetime:
    """An hour of a day counted from today, as clocks here show it."""
    day = TODAY + dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


class Inbox:
    """An SMTP server that keeps what it takes."""

    def __init__(self) -> None:
        self.mails: list[email.message.EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        return "250 OK"


@contextmanager
def mail_server(settings: Any) -> Iterator[Inbox]:
    """A mail server on a free port, which the software writes to."""
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    try:
        yield inbox
    finally:
        controller.stop()


def work() -> None:
    """What the worker does with the queue now."""
    for task in DBTaskResult.objects.ready():
        task.claim("test")
        deliver.call(*task.args_kwargs["args"])
        task.set_successful(None)
