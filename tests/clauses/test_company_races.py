"""Two tabs, two clicks: one statement."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from croisee.clauses.models import Statement
from croisee.clauses.queries.callers import Caller
from croisee.clauses.services import declaring, links
from croisee.clauses.services.new_links import new_link
from croisee.foundation.accounts.models import Membership
from tests.clauses_world import ClausesWorld, first_of_month

pytestmark = pytest.mark.django_db(transaction=True)
LAST = first_of_month(-1)


def test_two_tabs_make_one_statement(world: ClausesWorld) -> None:
    """Each click declares and sends the same month: one statement comes, sent once, all its hours counted once."""
    assignment, caller = world.assignments[0], Caller(world.employers[0])
    entry = declaring.Entry(assignment, Decimal(77))

    def click() -> object:
        try:
            return declaring.declare_month(caller, world.commitments[0], LAST, [entry], sending=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        done = [one.result() for one in [pool.submit(click) for _click in range(6)]]
    statement = Statement.objects.get(assignment=assignment, month=LAST)
    assert (statement.state, statement.allocations.get().hours) == ("sent", 77)
    assert sum(bool(one.refused) for one in done) == 5


def test_an_account_asked_for_twice_is_made_once(world: ClausesWorld) -> None:
    Membership.objects.filter(organisation=world.companies[0]).delete()
    new_link(world.commitments[0])
    link = world.commitments[0].links.get()

    def click() -> object:
        try:
            return links.make_account(link).account
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        accounts = [one.result() for one in [pool.submit(click) for _click in range(4)]]
    assert len(set(accounts)) == 1
    assert Membership.objects.filter(organisation=world.companies[0]).count() == 1
