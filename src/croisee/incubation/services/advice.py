"""Experts invited, changed, ended; the hours at which they advise laid and taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from croisee.directory.services.people import Stale
from croisee.foundation.accounts import services as accounts
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import Advice, AdviceSlot, AdviceState, Expert
from croisee.incubation.weekly import MOST, Span, Week, hours_between

if TYPE_CHECKING:
    from croisee.incubation.models import Incubator

FIELDS = ("organisation_name", "topics", "presentation")


@transaction.atomic
def invite(incubator: Incubator, values: Mapping[str, Any]) -> Expert:
    """Invite somebody to advise at an incubator, by e-mail; who advised here once advises again.

    `values`: email, name, and `FIELDS`. Raises ValidationError by field, or for who advises here already.
    """
    email = values["email"].strip().lower()
    held = Membership.objects.active().filter(
        account__email=email, organisation=incubator.organisation_id, role=Role.EXPERT
    )
    if held.exists():
        account = Account.objects.get(email=email)
    else:
        account = accounts.invite(email, incubator.organisation, Role.EXPERT, values.get("name", "")).account
    known = Expert.objects.select_for_update(of=("self",)).filter(incubator=incubator, account=account)
    row = known.first() or Expert(incubator=incubator, account=account)
    if not row._state.adding and row.ended_on is None:
        raise ValidationError({"email": _("This expert advises here already.")})
    row.ended_on = None
    return _filled(row, values)


@transaction.atomic
def change(expert: Expert, values: Mapping[str, Any], seen: datetime | None = None) -> Expert:
    """Change what is said of an expert. Raises ValidationError by field, or when it was changed since `seen`."""
    row = _locked(expert)
    if seen is not None and row.updated_at != seen:
        raise Stale
    return _filled(row, values)


def _filled(row: Expert, values: Mapping[str, Any]) -> Expert:
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.full_clean()
    row.save()
    return row


def _locked(expert: Expert) -> Expert:
    found: Expert = (
        Expert.objects.select_for_update(of=("self",))
        .select_related("incubator", "account")
        .get(pk=expert.pk)
    )
    return found


@transaction.atomic
def end(expert: Expert) -> Expert:
    """An expert no longer advises here: free hours to come are taken away, and the access with the last incubator.

    Ended twice, it is once. Raises ValidationError while appointments are to come: they are cancelled first.
    """
    row = _locked(expert)
    if row.ended_on is not None:
        return row
    now = timezone.now()
    to_come = list(row.slots.select_for_update(of=("self",)).filter(ends_at__gt=now).order_by("pk"))
    booked = Advice.objects.filter(slot__in=to_come, state=AdviceState.BOOKED).count()
    if booked:
        raise ValidationError(
            _("Appointments are to come with this expert (%(n)d): cancel or move them first.") % {"n": booked}
        )
    _taken_away(to_come)
    row.ended_on = timezone.localdate()
    row.full_clean()
    row.save()
    elsewhere = Expert.objects.active().filter(
        account=row.account_id, incubator__organisation=row.incubator.organisation_id
    )
    if not elsewhere.exists():
        membership = Membership.objects.filter(
            account=row.account_id,
            organisation=row.incubator.organisation_id,
            role=Role.EXPERT,
            ended_on__isnull=True,
        ).first()
        if membership is not None:
            accounts.end_membership(membership)
    return row


@transaction.atomic
def lay(expert: Expert, values: Mapping[str, Any]) -> list[AdviceSlot]:
    """Lay hours over a period; all of them, or none.

    `values`: first, last (days), weekdays, opens, closes, minutes, pause_from, pause_to, place, remote. Raises
    ValidationError by field: in the past, none, too many, or over an hour that the expert has, which is named.
    """
    # The hours of one person at two incubators are laid one after the other.
    list(Expert.objects.select_for_update(of=("self",)).filter(account=expert.account_id).order_by("pk"))
    row = _locked(expert)
    if row.ended_on is not None:
        raise ValidationError(_("This expert no longer advises here."))
    spans = _spans(values)
    _refuse_clash(row, spans)
    place, remote = values.get("place", "").strip(), bool(values.get("remote"))
    made = [
        AdviceSlot(expert=row, starts_at=span.starts_at, ends_at=span.ends_at, place=place, remote=remote)
        for span in spans
    ]
    made[0].full_clean()  # the same place for all; the database keeps hours from overlapping
    AdviceSlot.objects.bulk_create(made)
    return made


def _spans(values: Mapping[str, Any]) -> list[Span]:
    if values["closes"] <= values["opens"]:
        raise ValidationError({"closes": _("The last hour ends after the first begins.")})
    if values["last"] < values["first"]:
        raise ValidationError({"last": _("The period ends on its first day or later.")})
    if (values["last"] - values["first"]).days > 366:
        raise ValidationError({"last": _("Lay hours over a year at most.")})
    pause = None
    if values.get("pause_from") and values.get("pause_to"):
        pause = (values["pause_from"], values["pause_to"])
    weekdays = [int(day) for day in values["weekdays"]]
    week = Week(weekdays, values["opens"], values["closes"], values["minutes"], pause)
    try:
        spans = hours_between(values["first"], values["last"], week, timezone.get_current_timezone())
    except ValueError:
        raise ValidationError(
            {"last": _("That makes more than %(most)d hours: shorten the period.") % {"most": MOST}}
        ) from None
    if not spans:
        raise ValidationError(
            {"last": _("No hour fits: look at the weekdays, the period and the minutes of each.")}
        )
    if spans[0].starts_at <= timezone.now():
        raise ValidationError({"first": _("The first hour is past: begin later.")})
    return spans


def _refuse_clash(expert: Expert, spans: list[Span]) -> None:
    """Raise ValidationError when one of `spans` (in order) overlaps an hour that the person has, wherever it is."""
    held = AdviceSlot.objects.filter(
        expert__account=expert.account_id,
        withdrawn=False,
        starts_at__lt=spans[-1].ends_at,
        ends_at__gt=spans[0].starts_at,
    ).select_related("expert__incubator")
    for one in held.order_by("starts_at"):
        if any(span.starts_at < one.ends_at and one.starts_at < span.ends_at for span in spans):
            start = timezone.localtime(one.starts_at)
            raise ValidationError(
                _("There is an hour already on %(day)s at %(hour)s (%(incubator)s): nothing was laid.")
                % {
                    "day": date_format(start, "l j F Y"),
                    "hour": date_format(start, "TIME_FORMAT"),
                    "incubator": one.expert.incubator,
                },
                code="clash",
            )


@transaction.atomic
def take_away(expert: Expert, slots: Iterable[UUID]) -> int:
    """Take free hours to come away; how many. Raises ValidationError, and takes none, when one of them is booked."""
    row = _locked(expert)
    chosen = list(
        row.slots.select_for_update(of=("self",))
        .filter(pk__in=list(slots), withdrawn=False, starts_at__gt=timezone.now())
        .order_by("starts_at", "pk")
    )
    standing = Advice.objects.filter(slot__in=chosen).exclude(state=AdviceState.CANCELLED)
    booked = standing.select_related("slot").order_by("slot__starts_at").first()
    if booked is not None:
        start = timezone.localtime(booked.slot.starts_at)
        raise ValidationError(
            pgettext(
                "hours",
                "Somebody has booked the hour of %(when)s: cancel the appointment first. None was taken away.",
            )
            % {"when": date_format(start, "l j F Y, H:i")},
            code="booked",
        )
    _taken_away(chosen)
    return len(chosen)


def _taken_away(slots: list[AdviceSlot]) -> None:
    """Delete free hours; those that a cancelled appointment refers to are kept for it, and offered to nobody."""
    keys = [one.pk for one in slots]
    kept = list(Advice.objects.filter(slot__in=keys).values_list("slot", flat=True))
    AdviceSlot.objects.filter(pk__in=kept).update(withdrawn=True, updated_at=timezone.now())
    AdviceSlot.objects.filter(pk__in=keys).exclude(pk__in=kept).delete()
