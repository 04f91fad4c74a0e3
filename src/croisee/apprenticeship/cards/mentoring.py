"""What home pages say of mentors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.apprenticeship.models import LIVING_PAIRS, Mentor, Mentorship
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account

PAIRS, UNCHECKED = "apprenticeship_pairs", "apprenticeship_mentors"


def declare() -> None:
    """Announce the cards, and the numbers that they show."""
    home_counts.register(PAIRS, _living, Role.MENTOR, Role.FAMILY)
    home_counts.register(
        UNCHECKED, lambda account: Mentor.objects.filter(checked_on=None), Role.PROGRAMME_MANAGER
    )
    home_cards.register(Role.MENTOR, own)
    home_cards.register(Role.FAMILY, own)
    for role in (Role.PROGRAMME_MANAGER, Role.REFERENT):
        home_cards.register(role, mentors)


def _living(account: Account) -> QuerySet[Mentorship]:
    return Mentorship.objects.visible_to(account).filter(state__in=LIVING_PAIRS)


def own(account: Account) -> Card | None:
    """The pairs that one is in; for a mentor, what one offers when there is none."""
    count = home_counts.of(account)[PAIRS]
    if not count and not account.has_role(Role.MENTOR):
        return None
    if count:
        text = ngettext("A pair proposed or under way.", "Pairs proposed or under way.", count)
    else:
        text = _("Say what you offer: a person will be proposed to you.")
    where = reverse("apprenticeship:mentorships")
    return Card(_("Mentorships"), text, where, figure=str(count) if count else "", order=10)


def mentors(account: Account) -> Card:
    """Who could follow somebody; mentors to check first."""
    waiting = home_counts.of(account).get(UNCHECKED, 0)
    if waiting:
        text = ngettext("%(n)d mentor is to be checked.", "%(n)d mentors are to be checked.", waiting)
        text = text % {"n": waiting}
    else:
        text = _("Professionals who each follow a person for a while.")
    return Card(_("Mentors"), text, reverse("apprenticeship:mentors"), order=55)
