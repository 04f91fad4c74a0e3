"""What is announced of offers, applications, and of the exchange with La bonne alternance."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from croisee.apprenticeship import (
    crossing,
    offer_kind,  # noqa: F401  importing it registers the kind of opportunity
    privacy_of_offers,
)
from croisee.apprenticeship.cards import offers as cards
from croisee.apprenticeship.models import Candidacy, PartnerExchange, PartnerJob, PartnerRejection
from croisee.apprenticeship.notices import offers as notices  # noqa: F401  importing it registers the e-mails
from croisee.apprenticeship.services import endings, partner
from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, impersonal, nav_links


def declare() -> None:
    """Announce cards, links, what is done each day, and what is done with personal data."""
    privacy_of_offers.declare()
    impersonal(PartnerExchange, PartnerJob, PartnerRejection)
    crossing.declare()
    cards.declare()
    nav_links.register(NavLink(_("Apprenticeship"), "apprenticeship:my_offers", 20), Role.TRAINING_CENTRE)
    daily.register("apprenticeship_lapsed", _("Places not confirmed in time"), endings.lapse_due)
    daily.register("apprenticeship_unanswered", _("Applications nobody answered"), endings.end_unanswered)
    daily.register("apprenticeship_expiry", _("Ends of offers announced"), endings.warn_of_expiry)
    daily.register("apprenticeship_closed", _("People told that an offer is closed"), endings.tell_of_closed)
    daily.register(
        "apprenticeship_exchange", _("Exchanges started with La bonne alternance"), partner.exchange_due
    )


@receiver(post_delete, sender=Candidacy)
def remove_cv(instance: Candidacy, **_kwargs: Any) -> None:
    """A CV goes from the disk with its row, whatever took the row along."""
    if instance.cv:
        storage, name = instance.cv.storage, str(instance.cv.name)
        transaction.on_commit(lambda: storage.delete(name))
