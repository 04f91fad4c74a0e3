"""Lists of wishes on paper, for families that are written to by nobody: the codes of offers, and what comes back."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from croisee.directory.models import Person
from croisee.opportunities.models import Period
from croisee.stages.models import Campaign
from croisee.stages.queries.wishes import open_periods, situation
from croisee.stages.services import wishes

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

# No letter or digit that a hand writes like another one.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 6


def code(opportunity_id: UUID) -> str:
    """The code of an offer on printed lists: six characters that follow from its identifier, always the same."""
    number = int.from_bytes(hashlib.sha256(opportunity_id.bytes).digest()[:8], "big")
    letters = []
    for _place in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def codes(periods: Iterable[Period]) -> dict[str, Period]:
    """Periods by the code of their offer."""
    return {code(period.opportunity_id): period for period in periods}


def open_to(person: Person, campaign: Campaign) -> dict[str, Period]:
    """What a pupil may wish for now, by code, in the order of titles."""
    periods = open_periods(person, campaign).select_related("opportunity__organisation")
    return codes(periods.order_by("opportunity__title", "pk"))


@transaction.atomic
def keep_list(person: Person, campaign: Campaign, account: "Account", periods: Sequence[Period]) -> None:
    """Make the list of wishes of a pupil the one given on paper, in its order.

    Raises ValidationError when wishes are not open, or an offer is not open to this pupil.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    wanted = [period.pk for period in periods]
    for row in situation(person).wishes:
        if row.period_id not in wanted:
            wishes.remove(person, campaign, account, row.pk)
    for period in periods:
        wishes.add(person, campaign, account, period)
    rows = {row.period_id: row.pk for row in situation(person).wishes}
    wishes.order(person, campaign, account, [rows[pk] for pk in wanted])
