"""What is announced of crossings, access, reads, retention."""

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from croisee.directory.changes import on_change
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import home_cards
from croisee.journeys import panels, privacy_of_journeys
from croisee.journeys.cards import rights as cards
from croisee.journeys.models import Proof
from croisee.journeys.notices import rights as notices  # noqa: F401  importing it registers the e-mails
from croisee.journeys.services.erasing import erase_person_from_journeys

if TYPE_CHECKING:
    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account


def declare() -> None:
    """Announce it."""
    privacy_of_journeys.declare()
    on_change(_person_erased)
    for role in (Role.REFERENT, Role.PROGRAMME_MANAGER):
        home_cards.register(role, cards.access)
        home_cards.register(role, cards.find)
    home_cards.register(Role.FAMILY, cards.my_crossings)
    panels.register("rights", 80, cards.panel)


def _person_erased(person: "Person", changed: frozenset[str], account: "Account | None") -> list[str]:
    """Somebody is erased: journeys stay, of nobody; the way is counted with those who are gone."""
    if "erased" in changed:
        erase_person_from_journeys(person)
    return []


@receiver(post_delete, sender=Proof)
def remove_file(instance: Proof, **_kwargs: Any) -> None:
    """A proof goes from the disk with its row, whatever took the row along."""
    if instance.file:
        storage, name = instance.file.storage, str(instance.file.name)
        transaction.on_commit(lambda: storage.delete(name))
