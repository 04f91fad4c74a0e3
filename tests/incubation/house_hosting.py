"""Hosting agreements and reviews for the tests of the whole house."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.incubation.models import Agreement, Occupancy, Project, Rent, Review
from tests.incubation.hosting_helpers import make_figures, values
from tests.incubation_world import make_agreement, make_project, make_space
from tests.journeys_world import move
from tests.world import TODAY

if TYPE_CHECKING:
    from django.db.models import Model

    from tests.incubation_world import IncubationWorld, Side

MANAGER = frozenset({Role.INCUBATOR_MANAGER})
READERS = MANAGER | {Role.EMPLOYER}

WHO: dict[str, str | frozenset[Role]] = {
    **dict.fromkeys(
        (
            "agreements",
            "legal",
            "new_agreement",
            "edit_agreement",
            "edit_rents",
            "sign_agreement",
            "cancel_agreement",
            "renew_agreement",
            "change_space",
            "end_agreement",
            "reviews",
            "hold_review",
            "new_review",
        ),
        MANAGER,
    ),
    "agreement": READERS,
    "agreement_document": READERS,
    "my_hosting": frozenset({Role.EMPLOYER}),
    "review": READERS | {Role.PROJECT_HOLDER},
}
OBJECTS: dict[str, str] = {
    **dict.fromkeys(
        ("agreement", "agreement_document", "renew_agreement", "change_space", "end_agreement"),
        "incubation agreement",
    ),
    **dict.fromkeys(
        ("edit_agreement", "edit_rents", "sign_agreement", "cancel_agreement"), "incubation draft"
    ),
    **dict.fromkeys(("new_agreement", "new_review"), "incubation hosted project"),
    **dict.fromkeys(("review", "hold_review"), "incubation review"),
}
ELSEWHERE: set[str] = set()
BODIES: dict[str, dict[str, Any]] = {
    "sign_agreement": {"signed_on": TODAY.isoformat(), "declaration_on": TODAY.isoformat()},
    "end_agreement": {"left_on": TODAY.isoformat(), "reason": "own", "destination": "unknown"},
    "edit_rents": {
        "rent-TOTAL_FORMS": "1",
        "rent-INITIAL_FORMS": "0",
        "rent-0-starts_on": TODAY.isoformat(),
        "rent-0-monthly": "250",
        "rent-0-market": "250",
    },
    "hold_review": {"held_on": TODAY.isoformat(), "turnover": "none", "jobs": "1"},
    "new_review": {"due_on": (TODAY + dt.timedelta(days=3)).isoformat()},
}
SUBJECTS: dict[str, type[Model]] = {
    "incubation agreement": Agreement,
    "incubation draft": Agreement,
    "incubation hosted project": Project,
    "incubation review": Review,
}
# Forms of a state lead elsewhere from another one; they are counted by tests/incubation/test_hosting_queries.py.
NO_PAGE: set[str] = {
    "agreement_document",
    "cancel_agreement",
    "edit_agreement",
    "edit_rents",
    "sign_agreement",
    "renew_agreement",
    "end_agreement",
    "new_agreement",
}
PARTS: dict[str, list[Any]] = {}
PARTIES: dict[str, set[str]] = {
    "incubation agreement": {"incubator A", "tenant A"},
    "incubation draft": {"incubator A"},
    "incubation hosted project": {"incubator A"},
    "incubation review": {"incubator A", "tenant A", "holder A"},
}


def rows(world: IncubationWorld) -> dict[str, Any]:
    """The agreement of side A, a draft beside it, its project, a review that is due."""
    make_figures()
    project = world.a.projects[0]
    review, _new = Review.objects.get_or_create(project=project, due_on=TODAY)
    return {
        "incubation agreement": world.a.agreement,
        "incubation draft": make_draft(world.a),
        "incubation hosted project": project,
        "incubation review": review,
    }


def make_draft(side: Side) -> Agreement:
    """A draft for the hosted project of a side, in a space of its own, with its rent."""
    space = make_space(side.incubator, f"Bureau {uuid4().hex[:6]}")
    row = Agreement.objects.create(
        incubator=side.incubator, project=side.projects[0], tenant=side.company, **values()
    )
    Occupancy.objects.create(agreement=row, space=space, starts_on=row.starts_on)
    Rent.objects.create(agreement=row, starts_on=row.starts_on, monthly=100, market=250)
    return row


def make_past(side: Side, first: dt.date) -> Agreement:
    """A contract of thirty days of the hosted company in its space, over ten days before `first`."""
    starts_on, left_on = first - dt.timedelta(days=40), first - dt.timedelta(days=10)
    row = Agreement.objects.create(
        incubator=side.incubator,
        project=side.projects[0],
        tenant=side.company,
        starts_on=starts_on,
        ends_on=left_on,
        signed_on=starts_on,
        left_on=left_on,
    )
    move(row, "signed", "ended")
    Occupancy.objects.create(
        agreement=row, space=side.spaces[0], starts_on=starts_on, ends_on=left_on, held=True
    )
    return row


def grow(world: IncubationWorld, n: int) -> None:
    """`n` times: a company hosted elsewhere in the building until soon, a past contract and reviews of the first."""
    make_figures()
    side = world.a
    for _number in range(n):
        key = uuid4().hex[:8]
        company = Organisation.objects.create(name=f"Entreprise {key}", kind=Kind.EMPLOYER)
        project = make_project(side.incubator, side.people[1], f"Projet {key}", company=company)
        move(project, "hosted")
        new = make_agreement(
            project,
            company,
            make_space(side.incubator, f"Bureau {key}"),
            ends_on=TODAY + dt.timedelta(days=40),
        )
        first = Agreement.objects.filter(tenant=side.company).order_by("starts_on")[0].starts_on
        make_past(side, first)
        day = TODAY + dt.timedelta(days=300 + Review.objects.count())
        for of_whom in (project, side.projects[0]):
            Review.objects.create(project=of_whom, due_on=day)
            Review.objects.create(
                project=of_whom,
                due_on=day - dt.timedelta(days=900),
                held_on=TODAY,
                turnover="u33",
                jobs=2,
                held_by=side.manager,
            )
        for days in (10, 20):
            start = new.starts_on + dt.timedelta(days=days)
            Rent.objects.create(agreement=new, starts_on=start, monthly=130, market=250)
        make_draft(side)
