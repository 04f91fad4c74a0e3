"""What the tests of people share: e-mails that left, an account of one's own, a need on the map."""

from __future__ import annotations

from django_tasks_db.models import DBTaskResult

from croisee.clauses.models import Participant
from croisee.directory.models import Capacity, Contact
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.services import deliver
from tests.clauses_world import ClausesWorld
from tests.world import member


def sent() -> None:
    """Do what the worker does with the queue now."""
    for task in DBTaskResult.objects.ready():
        task.claim("test")
        deliver.call(*task.args_kwargs["args"])
        task.set_successful(None)


def account_of(world: ClausesWorld, participant: Participant) -> Account:
    """The person's own account, with the role of family."""
    contact = Contact.objects.get(person=participant.person, capacity=Capacity.SELF)
    contact.account = member(Role.FAMILY, world.metropolis, contact.email)
    contact.save()
    return contact.account
