"""The project in the holder's journey: a step that the référent sees, only as the person consents.

What a référent may see of a company is said by the consent `Purpose.SHOW_BUSINESS`. It is asked of the person alone;
once given, the step is added to the journey under way; withdrawn, nothing more is written there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory import services as directory
from croisee.directory.models import Consent, Person, Purpose
from croisee.incubation.models import Project, ProjectState
from croisee.journeys.models import FOLLOWED, OPEN_STEPS, Journey, Step, StepKind, StepState
from croisee.journeys.services.following import steps

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

SHOWN = (ProjectState.FOLLOWED, ProjectState.APPLYING, ProjectState.ACCEPTED, ProjectState.HOSTED)
"""States of a project that is a step under way."""


def consents(person: Person | None) -> bool:
    """Whether the person consents that référents see the company."""
    if person is None:
        return False
    return Consent.objects.active().filter(person=person, purpose=Purpose.SHOW_BUSINESS).exists()


def open_journey_of(person: Person | None) -> Journey | None:
    """The journey that the person follows now, the latest first; None without one."""
    if person is None:
        return None
    return Journey.objects.filter(person=person, state__in=FOLLOWED).order_by("-entered_on", "pk").first()


def link(project: Project, account: Account | None) -> Step | None:
    """Have the project as a step of the holder's journey, if there is one under way and the holder consents.

    A business project that stands there as a step already becomes this one. To call in a transaction.
    """
    if project.step_id is not None or project.state not in SHOWN or not consents(project.holder):
        return None
    journey = open_journey_of(project.holder)
    if journey is None:
        return None
    known = Step.objects.filter(
        journey=journey, kind=StepKind.BUSINESS_PROJECT, state__in=OPEN_STEPS, business_projects__isnull=True
    )
    step = known.order_by("created_at", "pk").first()
    if step is None:
        values = {
            "kind": StepKind.BUSINESS_PROJECT,
            "title": project.title[:200],
            "where": project.incubator.name[:200],
            "starts_on": project.received_on,
        }
        # The référent did not write it: it is the software's own.
        step = steps.add_step(journey, values, None, begun=True)
    project.step = step
    project.save()
    return step


def bring_up_to_date(project: Project) -> None:
    """Have the step follow the project: done when the company is founded, abandoned or taken up again with it.

    Nothing is written without the consent, nor in a journey that is over. To call in a transaction.
    """
    step = project.step
    if step is None or not consents(project.holder) or step.journey.state not in FOLLOWED:
        return
    today = timezone.localdate()
    if project.company_id is not None and step.state in OPEN_STEPS:
        on = min(project.founded_on or today, today)
        on = max(on, step.starts_on) if step.starts_on and step.starts_on <= today else on
        steps.move_step(step, "finish", None, on=on, outcome=_("The company is founded."))
    elif project.state == ProjectState.DROPPED and step.state in OPEN_STEPS:
        steps.move_step(step, "abandon", None, outcome=_("The project was given up at the incubator."))
    elif project.state in SHOWN and step.state == StepState.ABANDONED:
        steps.move_step(step, "reopen", None)


@transaction.atomic
def show(project: Project, account: Account) -> None:
    """The holder consents that référents see the project: it becomes a step of the journey under way, if there is one.

    Who listens to consents (`follow_consent`) links it. Raises ValidationError for anybody but the holder.
    """
    directory.give_consent(_own_person(project, account), Purpose.SHOW_BUSINESS, account)


@transaction.atomic
def hide(project: Project, account: Account) -> None:
    """The holder withdraws the consent: nothing more is told, and the step no longer follows the project."""
    directory.withdraw_consent(_own_person(project, account), Purpose.SHOW_BUSINESS, account)


def _own_person(project: Project, account: Account) -> Person:
    """The holder, who is the very person of `account`. Raises ValidationError for anybody else."""
    row = Project.objects.held_by(account).select_related("holder").filter(pk=project.pk).first()
    if row is None or row.holder is None:
        raise ValidationError(_("Only the project holder says who sees the project."), code="not_own")
    return row.holder


def follow_consent(person: Person, account: Account | None) -> None:
    """Link or unlink the person's projects as the consent now says; what the journey holds already stays there."""
    rows = Project.objects.select_for_update(of=("self",)).filter(holder=person)
    if consents(person):
        for row in rows.select_related("incubator", "holder").filter(step=None).order_by("received_on", "pk"):
            link(row, account)
    else:
        for row in rows.exclude(step=None):
            row.step = None
            row.save()
