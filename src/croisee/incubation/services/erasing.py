"""Taking people out of projects: what is counted stays (sector, origin, dates, states, answers), with nobody's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from croisee.foundation.audit import services as audit
from croisee.foundation.lifecycles.services import perform
from croisee.incubation.models import (
    Candidature,
    CandidaturePaper,
    Enquiry,
    Project,
    ProjectState,
    Score,
)
from croisee.incubation.services.projects import end_candidatures
from croisee.territory.models import Establishment

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet

    from croisee.directory.models import Person

NOBODY = "–"
UNDER_WAY = (ProjectState.FOLLOWED, ProjectState.APPLYING, ProjectState.ACCEPTED)
TEXTS = ("motivation", "market", "financing", "team", "reserves", "reason", "to_complete")


@transaction.atomic
def erase_projects(rows: QuerySet[Project]) -> int:
    """Blank projects, their candidatures, papers and first contacts; how many.

    The company stays where it is a legal person: its number says nothing of anyone, and its survival is counted. That
    of a micro-entrepreneur, or one that SIRENE does not name because it is a person, goes.
    """
    keys = list(rows.order_by().values_list("pk", flat=True))
    _give_up(keys)
    candidatures = Candidature.objects.filter(project__in=keys)
    erase_papers(CandidaturePaper.objects.filter(candidature__in=candidatures))
    blank_scores(Score.objects.filter(candidature__in=candidatures))
    blank_candidatures(candidatures)
    delete_enquiries(Enquiry.objects.filter(project__in=keys))
    now = timezone.now()
    Project.objects.filter(pk__in=keys).update(
        holder=None, title=NOBODY, description="", partners="", oriented_to="", step=None, updated_at=now
    )
    Project.objects.filter(pk__in=_of_natural_persons(keys)).update(company=None, siren="", updated_at=now)
    audit.redact(Project, keys)
    return len(keys)


def _give_up(keys: Collection[UUID]) -> None:
    """Nobody carries these projects on: what is open is given up, and waits on no list."""
    for row in Project.objects.filter(pk__in=keys, state__in=UNDER_WAY).order_by("pk"):
        end_candidatures(row, None)
        perform(row, "drop", None)


def _of_natural_persons(keys: Collection[UUID]) -> list[UUID]:
    rows = Project.objects.filter(pk__in=keys).exclude(siren="", company=None)
    found = list(rows.values_list("pk", "micro", "company__siret"))
    named = set(
        Establishment.objects.filter(pk__in=[siret for _key, _micro, siret in found if siret])
        .exclude(name="")
        .values_list("pk", flat=True)
    )
    known = Establishment.objects.exists()
    return [key for key, micro, siret in found if micro or (known and siret not in named)]


@transaction.atomic
def blank_candidatures(rows: QuerySet[Candidature]) -> int:
    """Take what people wrote out of candidatures; states, dates, scores and spaces wished for stay. How many.

    Where the database wants a reason or reserves, a dash stands for them.
    """
    keys = list(rows.order_by().values_list("pk", flat=True))
    changed: dict[str, Any] = {**dict.fromkeys(TEXTS, ""), "updated_at": timezone.now()}
    everything = Candidature.objects.filter(pk__in=keys)
    everything.exclude(state__in=["refused", "reserved"]).update(**changed)
    everything.filter(state__in=["refused", "reserved"]).update(
        **changed | {"reason": NOBODY, "reserves": NOBODY}
    )
    audit.redact(Candidature, keys)
    return len(keys)


@transaction.atomic
def erase_papers(rows: QuerySet[CandidaturePaper]) -> int:
    """Delete papers, and their files with them (announced/committees); how many."""
    keys = list(rows.order_by().values_list("pk", flat=True))
    CandidaturePaper.objects.filter(pk__in=keys).delete()
    audit.redact(CandidaturePaper, keys)
    return len(keys)


@transaction.atomic
def blank_scores(rows: QuerySet[Score]) -> int:
    """Take notes out of marks, which stay; how many."""
    keys = list(rows.order_by().values_list("pk", flat=True))
    Score.objects.filter(pk__in=keys).update(note="", updated_at=timezone.now())
    audit.redact(Score, keys)
    return len(keys)


@transaction.atomic
def delete_enquiries(rows: QuerySet[Enquiry]) -> int:
    """Delete first contacts, and what history says of them; how many."""
    keys = list(rows.order_by().values_list("pk", flat=True))
    Enquiry.objects.filter(pk__in=keys).delete()
    audit.redact(Enquiry, keys)
    return len(keys)


def erase_person(person: Person) -> None:
    """Somebody is erased elsewhere: their projects stay here, without a name."""
    delete_enquiries(Enquiry.objects.filter(person=person))
    erase_projects(Project.objects.filter(holder=person))
