"""The e-mails about visits and options: planned, cancelled, held, over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.foundation.notices.declaration import Attachment, NoLongerNeeded, Notice, register
from croisee.foundation.notices.services import send_to
from croisee.premises.calendars import calendar_of
from croisee.premises.notices.demands import CATEGORY, asker_of, askers_of, owners_of

if TYPE_CHECKING:
    from croisee.premises.models import Option, Visit

EVERYONE = (Role.EMPLOYER, Role.PROJECT_HOLDER, Role.DEVELOPER, Role.LANDLORD)


def _visit(context: dict[str, Any]) -> Visit:
    """The visit as it is when the e-mail leaves. NoLongerNeeded when it is another by then."""
    from croisee.premises.models import Visit

    rows = Visit.objects.filter(pk=UUID(context["visit"]), state=context["state"])
    row = rows.select_related("unit", "demand__organisation").first()
    if row is None or row.at.isoformat() != context["at"] or row.at < timezone.now():
        raise NoLongerNeeded
    return row


def _of_visit(context: dict[str, Any]) -> dict[str, Any]:
    row = _visit(context)
    at = timezone.localtime(row.at)
    return {
        **context,
        "unit": row.unit.name,
        "where": row.meeting_point or row.unit.address,
        "who": asker_of(row.demand),
        "day": date_format(at, "l j F Y"),
        "hour": date_format(at, "TIME_FORMAT"),
        "path": reverse("premises:visits"),
    }


def _calendar(context: dict[str, Any]) -> Sequence[Attachment]:
    return [Attachment("visite.ics", calendar_of(_visit(context)), "text/calendar; method=PUBLISH")]


PLANNED = register(
    Notice(
        "premises.visit_planned",
        gettext_lazy("A visit of premises is planned"),
        CATEGORY,
        can_be_disabled=False,
        completed=_of_visit,
        attached=_calendar,
        roles=EVERYONE,
    )
)
CANCELLED = register(
    Notice(
        "premises.visit_cancelled",
        gettext_lazy("A visit of premises is cancelled"),
        CATEGORY,
        can_be_disabled=False,
        completed=_of_visit,
        roles=EVERYONE,
    )
)


def tell_visit_planned(visit: Visit) -> None:
    """Tell both sides of a visit, with a file for their calendars; again when it is moved."""
    _tell_visit(PLANNED, visit, "planned")


def tell_visit_cancelled(visit: Visit) -> None:
    """Tell both sides that a visit to come is not held; nobody of one that is past."""
    if visit.at > timezone.now():
        _tell_visit(CANCELLED, visit, "cancelled")


def _tell_visit(notice: Notice, visit: Visit, state: str) -> None:
    at = visit.at.isoformat()
    people = [*askers_of(visit.demand), *owners_of(visit.unit)]
    send_to(
        notice, people, key=f"{visit.pk}:{at}", context={"visit": str(visit.pk), "at": at, "state": state}
    )


def _of_option(context: dict[str, Any]) -> dict[str, Any]:
    from croisee.premises.models import Option

    row = Option.objects.filter(pk=UUID(context["option"])).select_related("unit", "demand__organisation")
    found = row.first()
    if found is None or found.state != context["state"]:
        raise NoLongerNeeded
    return {
        **context,
        "unit": found.unit.name,
        "who": asker_of(found.demand),
        "until": in_words(found.until),
        "lapsed": found.state == "lapsed",
        "path": reverse("premises:demand", args=[found.demand_id]),
    }


HELD = register(
    Notice(
        "premises.option_held",
        gettext_lazy("Premises are kept for me"),
        CATEGORY,
        can_be_disabled=False,
        completed=_of_option,
        roles=(Role.EMPLOYER, Role.PROJECT_HOLDER, Role.DEVELOPER),
    )
)
OVER = register(
    Notice(
        "premises.option_over",
        gettext_lazy("An option on premises is over"),
        CATEGORY,
        completed=_of_option,
        roles=EVERYONE,
    )
)


def tell_held(option: Option) -> None:
    """Tell who asks that a unit is kept for them, until when."""
    context = {"option": str(option.pk), "state": "held"}
    send_to(HELD, askers_of(option.demand), key=f"{option.pk}:{option.until}", context=context)


def tell_over(option: Option) -> None:
    """Tell both sides that an option lapsed or was lifted."""
    people = [*askers_of(option.demand), *owners_of(option.unit)]
    context = {"option": str(option.pk), "state": str(option.state)}
    send_to(OVER, people, key=str(option.pk), context=context)
