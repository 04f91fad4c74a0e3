"""What home pages say of premises and plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts, public_cards
from croisee.premises.queries import units as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

TO_QUALIFY, LONG_EMPTY, NOTICES, TO_LET = (
    "premises_to_qualify",
    "premises_long_empty",
    "premises_notices",
    "premises_to_let",
)
ASKERS = (Role.PROJECT_HOLDER, Role.EMPLOYER)


def declare() -> None:
    """Announce the cards, and the numbers that they show."""
    home_counts.register(TO_QUALIFY, queries.to_qualify, Role.DEVELOPER)
    home_counts.register(LONG_EMPTY, queries.long_empty, Role.DEVELOPER, Role.OFFICIAL)
    home_counts.register(NOTICES, queries.notices_ending, Role.DEVELOPER)
    home_counts.register(TO_LET, lambda account: queries.to_let(), *ASKERS, Role.DEVELOPER, Role.OFFICIAL)
    home_cards.register(Role.DEVELOPER, supply)
    home_cards.register(Role.OFFICIAL, overview)
    for role in ASKERS:
        home_cards.register(role, offered)
    public_cards.register(shown)


def _long_empty(count: int) -> str:
    text = ngettext("%(n)d empty for more than a year", "%(n)d empty for more than a year", count)
    return text % {"n": count}


def supply(account: Account) -> Card:
    """What waits for a developer: to be qualified first, then what stays empty, then who leaves."""
    counts = home_counts.of(account)
    waiting = counts[TO_QUALIFY]
    said = [_long_empty(counts[LONG_EMPTY])] if counts[LONG_EMPTY] else []
    if counts[NOTICES]:
        text = ngettext("%(n)d notice ends soon", "%(n)d notices end soon", counts[NOTICES])
        said.append(text % {"n": counts[NOTICES]})
    where = reverse("premises:units")
    if waiting:
        title = _("Premises to qualify")
        where, figure = f"{where}?state=found#premises", waiting
    else:
        title, figure = _("Premises offered"), counts[TO_LET]
    text = ", ".join(said)
    return Card(
        title,
        f"{text[:1].upper()}{text[1:]}." if text else _("Nothing stays empty for long."),
        where,
        figure=str(figure) if figure else "",
        order=10,
    )


def overview(account: Account) -> Card:
    """The supply of premises, for who decides."""
    counts = home_counts.of(account)
    empty = counts[LONG_EMPTY]
    text = f"{_long_empty(empty)}." if empty else _("Nothing stays empty for long.")
    where = reverse("premises:units")
    return Card(_("Premises offered"), text, where, figure=str(counts[TO_LET]), order=45)


def offered(account: Account) -> Card | None:
    """Premises to let, for who may look for some."""
    count = home_counts.of(account)[TO_LET]
    if not count:
        return None
    text = _(
        "Ground floors, workshops, offices, land: on a list and a map, in the neighbourhoods and outside."
    )
    return Card(_("Premises to let"), text, reverse("premises:units"), figure=str(count), order=40)


def shown() -> Card | None:
    """Premises to let, for everyone, where there are some."""
    count = queries.to_let().count()
    if not count:
        return None
    text = ngettext(
        "unit is offered to who wants to settle.", "units are offered to who wants to settle.", count
    )
    figure = str(number_format(count, force_grouping=True))
    return Card(_("Premises to let"), text, reverse("premises:units"), figure=figure, order=40)
