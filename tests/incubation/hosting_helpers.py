"""What tests of hosting share: figures in force, a draft to sign, the days of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from croisee.foundation.dates import last_day
from croisee.incubation.models import Agreement, Figure, Parameter, Project, Space
from croisee.incubation.services import hosting
from croisee.opportunities.tenure import Tenure
from tests.incubation_world import Side, make_project, make_space
from tests.journeys_world import make_person, move
from tests.world import TODAY

FIGURES = ((Figure.DE_MINIMIS, 300_000), (Figure.DE_MINIMIS_YEARS, 3), (Figure.DEROGATORY_MONTHS, 36))


def make_figures() -> None:
    """The figures that hosting reads, where the database lost those of its migrations."""
    for figure, value in FIGURES:
        if not Parameter.objects.filter(figure=figure, valid_until__isnull=True).exists():
            Parameter.objects.create(
                figure=figure, value=Decimal(value), valid_from=dt.date(2014, 1, 1), source="essai"
            )


def values(starts_on: dt.date = TODAY, months: int = 12, **changes: Any) -> dict[str, Any]:
    """What the form of an agreement gives: a short lease of twelve months from today."""
    return {
        "kind": Tenure.DEROGATORY,
        "starts_on": starts_on,
        "ends_on": last_day(starts_on, months),
        "cause": "",
        "notice_months": 1,
        "charges": Decimal(40),
        "deposit": Decimal(240),
        **changes,
    }


def sent(row: dict[str, Any], *spaces: Space, **more: Any) -> dict[str, Any]:
    """The same as a browser sends it."""
    known = {
        name: value.isoformat() if isinstance(value, dt.date) else str(value) for name, value in row.items()
    }
    return {**known, "spaces": [str(space.pk) for space in spaces], **more}


def accepted(side: Side, number: int = 90, **fields: Any) -> Project:
    """A project that the committee accepted, with the company of the side."""
    project = make_project(
        side.incubator,
        make_person(number),
        f"Projet {number}",
        company=side.company,
        siren=side.company.siret[:9],
        founded_on=TODAY - dt.timedelta(days=200),
        **fields,
    )
    move(project, "applying", "accepted")
    return project


def free_space(side: Side, name: str = "Bureau 9") -> Space:
    """A space that nobody has."""
    return make_space(side.incubator, name)


def draft(side: Side, project: Project | None = None, *spaces: Space, **changes: Any) -> Agreement:
    """A draft for the hosted project of the side, in a space of its own."""
    return hosting.draft(project or side.projects[0], values(**changes), list(spaces) or [free_space(side)])
