"""Pages of hosting take few queries, and no more on twice the rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from tests.incubation import house_aids, house_hosting
from tests.incubation_world import IncubationWorld

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
MOST = 12
FILES = {"agreement_document", "aid_declaration", "cancel_agreement", "remove_aid"}


def addresses(world: IncubationWorld, role: Role) -> dict[str, str]:
    """Every page of these two subjects that a role opens, with the rows of side A."""
    rows: dict[str, Any] = house_hosting.rows(world) | house_aids.rows(world)
    who = house_hosting.WHO | house_aids.WHO
    objects = house_hosting.OBJECTS | house_aids.OBJECTS
    parties = house_hosting.PARTIES | house_aids.PARTIES
    actor = {"incubator_manager": "incubator A", "employer": "tenant A", "project_holder": "holder A"}[
        str(role.value)
    ]
    return {
        name: reverse(f"incubation:{name}", args=[rows[objects[name]].pk] if name in objects else [])
        for name, roles in who.items()
        if role in roles and name not in FILES and (name not in objects or actor in parties[objects[name]])
    }


def counted(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path).status_code == 200, path
    return len(queries)


@pytest.mark.parametrize("role", [Role.INCUBATOR_MANAGER, Role.EMPLOYER, Role.PROJECT_HOLDER])
def test_few_queries_and_no_more_on_twice_the_rows(
    world: IncubationWorld, enter: Callable[[Account], Client], role: Role
) -> None:
    accounts = {
        Role.INCUBATOR_MANAGER: world.a.manager,
        Role.EMPLOYER: world.a.tenant,
        Role.PROJECT_HOLDER: world.a.holders[0],
    }
    browser = enter(accounts[role])
    house_hosting.grow(world, 1)
    house_aids.grow(world, 1)
    paths = addresses(world, role)
    before = {name: counted(browser, path) for name, path in paths.items()}
    house_hosting.grow(world, 2)
    house_aids.grow(world, 2)
    after = {name: counted(browser, path) for name, path in paths.items()}
    assert after == before
    assert {name: n for name, n in before.items() if n > MOST} == {}
