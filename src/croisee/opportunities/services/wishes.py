"""A person's list of wishes: asking, taking away, putting in order. Ranks stay 1 to n, without a hole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.opportunities.models import Application, ApplicationState, Opportunity, OpportunityState, Source
from croisee.opportunities.models.applications import OPEN
from croisee.opportunities.services.locks import lock_person
from croisee.opportunities.services.refusals import (
    AlreadyAsked,
    ListFull,
    NotOffered,
    Refused,
    StaleList,
    refusal_of,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account
    from croisee.opportunities.models import Period

LONGEST_LIST = 10


def can_be_ranked(opportunity: Opportunity) -> bool:
    """Whether wishes for it can be made here: published, shown to everyone, and not a partner's."""
    return (
        opportunity.state == OpportunityState.PUBLISHED
        and opportunity.listed
        and opportunity.source == Source.OWN
    )


@transaction.atomic
def ask(
    person: Person,
    period: Period,
    call: UUID,
    turn: int,
    account: Account | None,
    *,
    longest: int = LONGEST_LIST,
) -> Application:
    """Add a wish at the end of the person's list for this call and turn; asked twice, the same one is returned.

    Raises NotOffered for what cannot be ranked, AlreadyAsked when an older application to this week is still open,
    ListFull beyond `longest`. Whether wishes are open now is for the caller to check.
    """
    if not can_be_ranked(Opportunity.objects.get(pk=period.opportunity_id)):
        raise NotOffered(_("Wishes cannot be made for this offer."))
    lock_person(person.pk)
    open_one = Application.objects.filter(person=person, period=period, state__in=OPEN).first()
    if open_one is not None:
        if (open_one.call, open_one.turn, open_one.state) == (call, turn, ApplicationState.ASKED):
            return open_one
        raise AlreadyAsked(_("This place is already in the list."))
    most = min(longest, LONGEST_LIST)
    ranked = _ranked(person.pk, call, turn).count()
    if ranked >= most:
        raise ListFull(
            ngettext(
                "The list holds %(count)d wish at most: take one away first.",
                "The list holds %(count)d wishes at most: take one away first.",
                most,
            )
            % {"count": most}
        )
    try:
        with transaction.atomic():
            return Application.objects.create(
                person=person, period=period, call=call, turn=turn, rank=ranked + 1, entered_by=account
            )
    except IntegrityError as error:
        raise refusal_of(error) from error


@transaction.atomic
def take_wish_away(application: Application, account: Account | None) -> None:
    """Delete a wish that is not answered yet, and close the list; one that is gone already stays gone.

    The journal of changes keeps who did it. Raises Refused when the wish has been answered meanwhile.
    """
    lock_person(application.person_id)
    found = Application.objects.filter(pk=application.pk).first()
    if found is None:
        return
    if found.state != ApplicationState.ASKED:
        raise Refused(_("This wish has been answered: it cannot be taken away any more."))
    found.delete()
    close_ranks(found.person_id, found.call, found.turn)


@transaction.atomic
def put_in_order(
    person: Person, call: UUID, turn: int, ids: Sequence[UUID | str], account: Account | None
) -> None:
    """Give the wishes the order of `ids`, which are all those of the list as the page showed it.

    Raises StaleList when the list is another one by now, in another tab say: nothing is changed then.
    """
    lock_person(person.pk)
    wishes = {
        str(wish.pk): wish for wish in _ranked(person.pk, call, turn).filter(state=ApplicationState.ASKED)
    }
    asked = [str(one) for one in ids]
    if len(asked) != len(wishes) or set(asked) != set(wishes):
        raise StaleList(_("The list has changed meanwhile, in another tab say: here it is as it is now."))
    ranks = sorted(wish.rank for wish in wishes.values() if wish.rank is not None)
    _write_ranks([wishes[one] for one in asked], ranks)


def close_ranks(person: UUID, call: UUID, turn: int) -> None:
    """Number the ranked wishes of a list 1 to n in the order they have. The person is locked by the caller."""
    wishes = list(_ranked(person, call, turn))
    _write_ranks(wishes, range(1, len(wishes) + 1))


def _ranked(person: UUID, call: UUID, turn: int) -> QuerySet[Application]:
    return Application.objects.filter(person=person, call=call, turn=turn, rank__isnull=False).order_by(
        "rank"
    )


def _write_ranks(wishes: Sequence[Application], ranks: Sequence[int]) -> None:
    moved = []
    for wish, rank in zip(wishes, ranks, strict=True):
        if wish.rank != rank:
            wish.rank = rank
            moved.append(wish)
    Application.objects.bulk_update(moved, ["rank"])
