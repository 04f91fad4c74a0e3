"""What participants, needs, contracts and the monitor announce."""

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from croisee.clauses import participant_table, privacy_of_people
from croisee.clauses.cards import people as cards
from croisee.clauses.models import Eligibility, Need, Participant
from croisee.clauses.notices import people as notices  # noqa: F401  importing it registers the e-mails
from croisee.clauses.services import assignments, eligibility
from croisee.clauses.services.erasing_people import take_out
from croisee.directory.changes import on_change
from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.imports.kinds import register
from croisee.foundation.registry import NavLink, home_cards, impersonal, nav_links

if TYPE_CHECKING:
    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account


def declare() -> None:
    """Announce cards, links, the import, what is done each day, and what is done with personal data."""
    privacy_of_people.declare()
    impersonal(Need)
    register(participant_table.KIND)
    for card in (cards.participants, cards.needs, cards.situations):
        home_cards.register(Role.FACILITATEUR, card)
    home_cards.register(Role.EMPLOYER, cards.proposed)
    home_cards.register(Role.FAMILY, cards.my_hours)
    for role in (Role.OFFICIAL, Role.FACILITATEUR, Role.ADMINISTRATOR):
        home_cards.register(role, cards.monitor)
    nav_links.register(NavLink(_("Participants"), "clauses:participants", 20), Role.FACILITATEUR)
    nav_links.register(NavLink(_("Needs"), "clauses:needs", 30), Role.FACILITATEUR, Role.EMPLOYER)
    nav_links.register(NavLink(_("Publics"), "clauses:monitor", 60), Role.OFFICIAL)
    daily.register("clauses_eligibility", _("Ends of eligibility announced"), eligibility.announce_ends)
    daily.register(
        "clauses_proposals", _("Companies reminded of people proposed"), assignments.remind_companies
    )
    on_change(_person_erased)


def _person_erased(person: "Person", changed: frozenset[str], account: "Account | None") -> list[str]:
    """Somebody is erased elsewhere: their hours stay here, without a name."""
    if "erased" in changed:
        take_out(Participant.objects.filter(person=person))
    return []


@receiver(post_delete, sender=Eligibility)
def remove_proof(instance: Eligibility, **_kwargs: Any) -> None:
    """A proof goes from the disk with its row, whatever took the row along."""
    if instance.proof:
        storage, name = instance.proof.storage, str(instance.proof.name)
        transaction.on_commit(lambda: storage.delete(name))
