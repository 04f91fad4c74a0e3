"""What home pages say of the incubator's spaces: what is free, what is booked today, rooms to book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, NavLink, home_cards, home_counts, nav_links
from croisee.incubation.models import Incubator
from croisee.incubation.queries.bookings import bookings_today, rooms_booked_by
from croisee.incubation.queries.spaces import free_spaces

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

MANAGED, FREE, TODAY, ROOMS = (
    "incubation_managed",
    "incubation_free_spaces",
    "incubation_bookings_today",
    "incubation_rooms",
)
BOOKERS = (Role.EMPLOYER, Role.PROJECT_HOLDER, Role.EXPERT)


def declare() -> None:
    """Announce the cards, the numbers that they show, and the link of the main navigation."""
    home_counts.register(
        MANAGED, lambda account: Incubator.objects.managed_by(account), Role.INCUBATOR_MANAGER
    )
    home_counts.register(FREE, free_spaces, Role.INCUBATOR_MANAGER)
    home_counts.register(TODAY, bookings_today, Role.INCUBATOR_MANAGER)
    home_counts.register(ROOMS, rooms_booked_by, *BOOKERS)
    home_cards.register(Role.INCUBATOR_MANAGER, spaces)
    home_cards.register(Role.INCUBATOR_MANAGER, today)
    for role in BOOKERS:
        home_cards.register(role, rooms)
    nav_links.register(
        NavLink(pgettext_lazy("incubator", "Spaces"), "incubation:occupancy_plan", order=20),
        Role.INCUBATOR_MANAGER,
    )


def spaces(account: Account) -> Card:
    """How many spaces are free; the way to write the incubator where there is none."""
    counts = home_counts.of(account)
    if not counts[MANAGED]:
        text = _("Write your incubator: its page, its spaces and its rents.")
        return Card(_("My incubator"), text, reverse("incubation:new_incubator"), order=10)
    free = counts[FREE]
    text = ngettext("space is free today.", "spaces are free today.", free)
    return Card(_("Occupancy of spaces"), text, reverse("incubation:occupancy_plan"), str(free), order=20)


def today(account: Account) -> Card | None:
    """How many bookings there are today."""
    counts = home_counts.of(account)
    if not counts[MANAGED]:
        return None
    count = counts[TODAY]
    text = ngettext("booking of a room today.", "bookings of rooms today.", count)
    return Card(_("Rooms"), text, reverse("incubation:rooms"), str(count), order=25)


def rooms(account: Account) -> Card | None:
    """Rooms that one may book; nothing for who may book none."""
    count = home_counts.of(account)[ROOMS]
    if not count:
        return None
    text = ngettext("room to book by the hour.", "rooms to book by the hour.", count)
    return Card(_("Book a room"), text, reverse("incubation:rooms"), str(count), order=40)
