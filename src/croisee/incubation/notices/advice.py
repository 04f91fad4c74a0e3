"""The e-mails about appointments with experts: booked, moved, cancelled, tomorrow. None says what one talks about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Capacity, Contact
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import Attachment, NoLongerNeeded, Notice, register
from croisee.foundation.notices.services import Address, send_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from croisee.incubation.models import Advice

CATEGORY = _("Advice by experts")
ROLES = (Role.EXPERT, Role.PROJECT_HOLDER, Role.EMPLOYER)


def _advice(context: dict[str, Any], state: str) -> Advice:
    """The appointment as it is when the e-mail leaves. NoLongerNeeded when it is at another hour or settled by then."""
    from croisee.incubation.models import Advice

    rows = Advice.objects.filter(pk=UUID(context["advice"]), state=state)
    row = rows.select_related("slot__expert__account", "slot__expert__incubator", "project").first()
    if row is None or row.slot.starts_at.isoformat() != context["at"]:
        raise NoLongerNeeded
    return row


def _said(context: dict[str, Any], state: str = "booked") -> dict[str, Any]:
    row = _advice(context, state)
    if row.slot.starts_at < timezone.now():
        raise NoLongerNeeded
    incubator = row.slot.expert.incubator
    before = context.get("before", "")
    return {
        **context,
        **_hours("", row.slot.starts_at),
        **(_hours("old_", datetime.fromisoformat(before)) if before else {}),
        "expert": str(row.slot.expert),
        "project": row.project.title,
        "incubator": str(incubator),
        "place": row.slot.place or incubator.address,
        "remote": row.slot.remote,
        "path": reverse("incubation:appointment", args=[row.pk]),
    }


def _hours(prefix: str, moment: datetime) -> dict[str, str]:
    start = timezone.localtime(moment)
    return {
        f"{prefix}day": date_format(start, "l j F Y"),
        f"{prefix}hour": date_format(start, "TIME_FORMAT"),
    }


def _cancelled(context: dict[str, Any]) -> dict[str, Any]:
    return _said(context, "cancelled") | {"path": ""}


def _calendar(context: dict[str, Any]) -> Sequence[Attachment]:
    from croisee.incubation.advice_calendar import calendar_of

    content = calendar_of([_advice(context, "booked")])
    return [Attachment("rendez-vous.ics", content, "text/calendar; method=PUBLISH")]


BOOKED = register(
    Notice(
        "incubation.advice_booked",
        _("An appointment with an expert is booked"),
        CATEGORY,
        can_be_disabled=False,
        completed=_said,
        attached=_calendar,
        roles=ROLES,
    )
)
MOVED = register(
    Notice(
        "incubation.advice_moved",
        _("An appointment with an expert is moved to another hour"),
        CATEGORY,
        can_be_disabled=False,
        completed=_said,
        attached=_calendar,
        roles=ROLES,
    )
)
CANCELLED = register(
    Notice(
        "incubation.advice_cancelled",
        _("An appointment with an expert is cancelled"),
        CATEGORY,
        can_be_disabled=False,
        completed=_cancelled,
        roles=ROLES,
    )
)
REMINDED = register(
    Notice(
        "incubation.advice_tomorrow",
        _("An appointment with an expert is tomorrow"),
        CATEGORY,
        completed=_said,
        roles=ROLES,
    )
)


def tell_booked(advice: Advice) -> None:
    """Tell both sides of a new appointment."""
    _tell(BOOKED, [advice])


def tell_moved(advice: Advice, before: datetime) -> None:
    """Tell both sides that an appointment is at another hour than `before`."""
    _tell(MOVED, [advice], before=before.isoformat())


def tell_cancelled(advice: Advice, by: Account) -> None:
    """Tell everybody but who cancelled it."""
    _tell(CANCELLED, [advice], but=by)


def remind(rows: Iterable[Advice]) -> None:
    """Remind both sides of appointments; the same hour once."""
    _tell(REMINDED, list(rows))


def _tell(notice: Notice, rows: Sequence[Advice], *, but: Account | None = None, **more: str) -> None:
    sides = _project_sides(rows)
    for row in rows:
        everybody = [row.slot.expert.account, *sides.get(row.pk, [])]
        people = [one for one in dict.fromkeys(everybody) if but is None or one != but]
        at = row.slot.starts_at.isoformat()
        context = {"advice": str(row.pk), "at": at, **more}
        moment = row.updated_at.isoformat() if notice in (MOVED, CANCELLED) else at
        send_to(notice, people, key=f"{row.pk}:{moment}", context=context)


def _project_sides(rows: Sequence[Advice]) -> dict[UUID, list[Account | Address]]:
    """By appointment, whom one writes to on the project’s side: the holder, a colleague who booked. Two queries."""
    own = Contact.objects.filter(
        person__in={row.project.holder_id for row in rows if row.project.holder_id}, capacity=Capacity.SELF
    ).select_related("account")
    holders: dict[UUID, Account | Address] = {}
    for contact in own:
        if contact.account is not None and contact.account.is_active:
            holders[contact.person_id] = contact.account
        elif contact.email:
            holders[contact.person_id] = Address(contact.email, settings.LANGUAGE_CODE)
    colleagues = {
        (member.organisation_id, member.account_id): member.account
        for member in Membership.objects.active()
        .filter(
            role=Role.EMPLOYER,
            account__in={row.booked_by_id for row in rows if row.booked_by_id},
            organisation__in={row.project.company_id for row in rows if row.project.company_id},
        )
        .select_related("account")
    }
    found: dict[UUID, list[Account | Address]] = {}
    for row in rows:
        holder = holders.get(row.project.holder_id) if row.project.holder_id else None
        colleague = colleagues.get((row.project.company_id, row.booked_by_id))  # type: ignore[arg-type]
        found[row.pk] = [one for one in (holder, colleague) if one is not None]
    return found
