"""What is announced of candidatures and committees."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from croisee.incubation import privacy_of_committees
from croisee.incubation.cards import committees as cards
from croisee.incubation.models import CandidaturePaper
from croisee.incubation.notices import committees as notices  # noqa: F401  importing it registers the e-mails
from croisee.incubation.services import minutes  # noqa: F401  importing it registers the document


def declare() -> None:
    """Announce cards, and what is done with personal data."""
    privacy_of_committees.declare()
    cards.declare()


@receiver(post_delete, sender=CandidaturePaper)
def remove_file(instance: CandidaturePaper, **_kwargs: Any) -> None:
    """A paper goes from the disk with its row, whatever took the row along."""
    if instance.file:
        storage, name = instance.file.storage, str(instance.file.name)
        transaction.on_commit(lambda: storage.delete(name))
