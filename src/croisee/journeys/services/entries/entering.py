"""The moment somebody enters a programme: dates, the home as it is answered that day, who follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from croisee.foundation.dates import add_months
from croisee.foundation.lifecycles.services import perform_all
from croisee.journeys.models import Following, Journey

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from croisee.foundation.accounts.models import Account


def enter(accepted: Sequence[tuple[Journey, Account]], on: dt.date, account: Account) -> None:
    """Have these people enter their programme on a day, each followed by the référent beside; to call in a transaction.

    The journeys come with their programme and person, of one programme. Raises TransitionRefused when one of them is
    decided already: nobody enters then.
    """
    if not accepted:
        return
    journeys = [journey for journey, _referent in accepted]
    for journey in journeys:
        # What is counted at entry stays as it was, whatever later outlines and addresses say.
        journey.residence = journey.person.residence if journey.person else ""
        journey.zone_codes = journey.person.zone_codes if journey.person else ""
    Journey.objects.bulk_update(journeys, ["residence", "zone_codes"])
    ends = add_months(on, journeys[0].programme.months)
    rows = Journey.objects.filter(pk__in=[journey.pk for journey in journeys])
    perform_all(rows, "accept", account, entered_on=on, planned_end_on=ends)
    Following.objects.bulk_create(
        Following(journey=journey, referent=referent, started_on=on) for journey, referent in accepted
    )
