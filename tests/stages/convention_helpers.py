"""A confirmed place, its convention, and the hands that sign it."""

from __future__ import annotations

import email
import email.policy
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from django_tasks_db.models import DBTaskResult

from croisee.directory.models import Capacity, Contact
from croisee.foundation.notices.services import deliver
from croisee.opportunities.models import Application, ApplicationState
from croisee.stages.models import Convention, Signatory
from croisee.stages.services import conventions, signing
from tests.world import World


def confirmed(world: World, pupil: int = 0, offer: int = 0) -> Application:
    """A confirmed place of a pupil at an offer."""
    application = world.wish(pupil, offer, 1)
    for state in (ApplicationState.OFFERED, ApplicationState.CONFIRMED):
        Application.objects.filter(pk=application.pk).update(state=state)
    application.refresh_from_db()
    return application


def with_pupil_address(world: World, pupil: int = 0) -> None:
    """The pupil has an e-mail address too."""
    address = f"pupil{pupil}@example.org"
    Contact.objects.create(person=world.pupils[pupil], capacity=Capacity.SELF, email=address)


def sent(world: World, pupil: int = 0, offer: int = 0) -> Convention:
    """A convention sent for signature to four addresses."""
    with_pupil_address(world, pupil)
    convention = conventions.prepare(confirmed(world, pupil, offer))
    return conventions.send_for_signature(convention, world.heads[0])


def sign_as(convention: Convention, *signatories: str) -> None:
    """Each signs what there is to read now."""
    for signatory in signatories or Signatory.values:
        read = signing.current(convention).sha256
        signing.sign(convention, signatory, name=f"Signe {signatory}", read=read)
    convention.refresh_from_db()


def work() -> None:
    """What the worker does with the queue now: each task that is due, once."""
    for task in DBTaskResult.objects.ready():
        task.claim("test")
        deliver.call(*task.args_kwargs["args"])
        task.set_successful(None)


class Inbox:
    """An SMTP server that keeps what it takes, or refuses for now."""

    def __init__(self) -> None:
        self.mails: list[email.message.EmailMessage] = []
        self.down = False

    async def handle_DATA(self, server, session, envelope):  # type: ignore[no-untyped-def]  # noqa: N802
        if self.down:
            return "451 try later"
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"

    def to(self, address: str) -> list[email.message.EmailMessage]:
        """The e-mails that came for an address."""
        return [mail for mail in self.mails if mail["To"] == address]


@contextmanager
def listening(settings: object) -> Iterator[Inbox]:
    """A real SMTP socket that the site sends to."""
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


def text_of(mail: email.message.EmailMessage) -> str:
    """The plain text of an e-mail."""
    return mail.get_body("plain").get_content()


def path_in(mail: email.message.EmailMessage) -> str:
    """The path of the link to sign in an e-mail."""
    return re.search(r"http://localhost:8000(/\S+/signer/\S+|/\S*signer/\S+)", text_of(mail)).group(1)
