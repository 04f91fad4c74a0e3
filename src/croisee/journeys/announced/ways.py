"""What is announced of the way across services."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import home_cards
from croisee.journeys import panels, sources
from croisee.journeys.cards import ways as cards
from croisee.journeys.queries.way_sources import SOURCES
from croisee.journeys.services import ways


def declare() -> None:
    """Announce it."""
    for source in SOURCES:
        sources.register(source)
    for role in (Role.OFFICIAL, Role.PROGRAMME_MANAGER, Role.REFERENT, Role.ADMINISTRATOR):
        home_cards.register(role, cards.flows)
    home_cards.register(Role.FAMILY, cards.my_way)
    panels.register("ways", 85, cards.panel)
    daily.register("journeys_ways", _("Stages of ways brought up to date"), ways.copy_and_count)
