"""What internships tell of people's ways: the places confirmed whose week came."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Enrolment, Purpose
from croisee.directory.visibility import NOBODY
from croisee.foundation.accounts.roles import Role
from croisee.journeys.models import Stage
from croisee.journeys.sources import WaySource, outline, register
from croisee.opportunities.models import Application, ApplicationState
from croisee.stages.models.internships import KIND
from croisee.stages.queries.schools import SCHOOL

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


def declare() -> None:
    """Announce it."""
    register(
        WaySource("stages.places", _("internships"), Purpose.SHOW_INTERNSHIPS, _internships, _own_pupils)
    )


def _internships(day: date) -> QuerySet[Any, Any]:
    rows = Application.objects.filter(
        state=ApplicationState.CONFIRMED, period__opportunity__kind=KIND, period__starts_on__lte=day
    )
    return outline(
        rows,
        person="person_id",
        stage=Stage.INTERNSHIP,
        starts_on="period__starts_on",
        ends_on="period__ends_on",
        title="period__opportunity__title",
        where="period__opportunity__organisation__name",
    )


def _own_pupils(account: "Account") -> Q:
    """Pupils: all for campaign managers, those of their school for its staff."""
    pupils = Enrolment.objects.filter(person=OuterRef("pk"))
    if account.has_role(Role.CAMPAIGN_MANAGER):
        return Q(Exists(pupils))
    if account.has_role(*SCHOOL):
        schools = account.organisations(*SCHOOL).values("pk")
        return Q(Exists(pupils.filter(left_on__isnull=True, school_class__school__in=schools)))
    return NOBODY
