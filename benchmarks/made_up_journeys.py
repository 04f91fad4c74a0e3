"""Ten years of journeys in a metropolis, large: rows written in the database by SQL, the same for the same seed.

200 000 people, 60 000 journeys (one in nine still under way), 300 000 steps, as many exchanges, questionnaires at entry
and exit, proofs; internships of 3e for the flow. Triggers are off in the session that writes: states are written as
they end and no line of history is kept; every constraint of the tables holds all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

SEED = 2027
PROGRAMMES, REFERENTS = 4, 120
SQL = Path(__file__).with_suffix(".sql")


@dataclass(frozen=True)
class Size:
    """How much is made up."""

    people: int = 200_000
    journeys: int = 60_000
    years: int = 10


@dataclass(frozen=True)
class MadeUp:
    """Who reads."""

    manager: Any
    referent: Any
    official: Any
    person: Any


def make(size: Size) -> MadeUp:
    """Write it all into the database, which is empty; return the accounts that read it."""
    from django.db import connection

    from croisee.directory.models import Contact
    from croisee.foundation.accounts.models import Account, Organisation
    from croisee.foundation.accounts.roles import Kind, Role
    from croisee.journeys.models import Journey
    from tests.journeys_world import make_programme
    from tests.world import member

    metropolis = Organisation.objects.create(name="Métropole", kind=Kind.METROPOLIS)
    plie = Organisation.objects.create(name="Association PLIE", kind=Kind.ASSOCIATION)
    manager = member(Role.PROGRAMME_MANAGER, plie, "plie@example.org")
    for number in range(PROGRAMMES):
        make_programme(plie, name=f"Programme {number}")
    referents = [member(Role.REFERENT, plie, f"referent{n}@example.org") for n in range(REFERENTS)]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in SQL.read_text().split(";\n\n"):
            cursor.execute(
                statement,
                {
                    "seed": str(SEED),
                    "people": size.people,
                    "journeys": size.journeys,
                    "days": size.years * 365,
                    "metropolis": metropolis.pk,
                    "referents": REFERENTS,
                    "programmes": PROGRAMMES,
                },
            )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")
    person = member(Role.FAMILY, metropolis, "personne@example.org", administers=False)
    followed = Journey.objects.filter(state="under_way").order_by("pk")[0]
    Contact.objects.filter(person=followed.person).update(account=person)
    assert Account.objects.count() > REFERENTS
    return MadeUp(manager, referents[0], member(Role.OFFICIAL, metropolis, "direction@example.org"), person)
