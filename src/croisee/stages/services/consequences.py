"""What follows when a pupil moves, leaves or changes age, or a class changes its week: said before it is done.

Wishes for an offer that is also there in the new week follow; the others are taken away, and the family is told. A
place whose dates no longer fit is cancelled. Conventions are written again. All in the transaction of the change.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from croisee.directory.models import Person
from croisee.directory.queries import accounts_of
from croisee.foundation.notices.services import send
from croisee.opportunities import services as applications
from croisee.opportunities.models import Application, ApplicationState, OpportunityState, Period
from croisee.opportunities.models.applications import OPEN
from croisee.stages.models import Campaign
from croisee.stages.notices import schools as notices
from croisee.stages.queries.wishes import for_age, week_of
from croisee.stages.services import conventions, places

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

GONE = frozenset({"left", "erased"})
CONSEQUENT = GONE | {"class", "birth_date"}


@dataclass(frozen=True)
class Effect:
    """What a change does to one pupil's applications in a campaign.

    `follow`: wishes with the period that they pass to. `gone`: wishes that cannot be kept. `cancelled`: the place that
    is lost, if any.
    """

    person: Person
    campaign: Campaign
    follow: tuple[tuple[Application, Period], ...] = ()
    gone: tuple[Application, ...] = ()
    cancelled: Application | None = None

    def key(self) -> str:
        """The effect as text, to compare what was announced with what would be done."""
        place = self.cancelled.pk if self.cancelled else ""
        moved = sorted(f"{row.pk}>{period.pk}" for row, period in self.follow)
        return f"{self.person.pk}|{moved}|{sorted(str(row.pk) for row in self.gone)}|{place}"


def fingerprint(effects: Iterable[Effect]) -> str:
    """A digest of effects: the same for the same effects, whatever their order."""
    text = "\n".join(sorted(effect.key() for effect in effects))
    return hashlib.sha256(text.encode()).hexdigest()


def of_new_week(campaign: Campaign, persons: Collection[UUID], monday: dt.date) -> list[Effect]:
    """What a new week does to these people, one effect for each who is touched; three queries at most."""
    misplaced: dict[UUID, list[Application]] = {}
    for row in _open(campaign, persons).exclude(period__starts_on=monday):
        misplaced.setdefault(row.person_id, []).append(row)
    wishes = [row for rows in misplaced.values() for row in rows if row.state == ApplicationState.ASKED]
    there = _same_offers(wishes, monday)
    taken = set(
        _open(campaign, persons).filter(period__starts_on=monday).values_list("person_id", "period_id")
    )
    return [_effect(campaign, rows, there, taken) for rows in misplaced.values()]


def _effect(
    campaign: Campaign,
    rows: list[Application],
    there: dict[UUID, Period],
    taken: set[tuple[UUID, UUID]],
) -> Effect:
    wishes = [row for row in rows if row.state == ApplicationState.ASKED]
    follow = tuple(
        (row, period)
        for row in wishes
        if (period := there.get(row.period.opportunity_id)) and (row.person_id, period.pk) not in taken
    )
    kept = {row.pk for row, _period in follow}
    return Effect(
        person=rows[0].person,
        campaign=campaign,
        follow=follow,
        gone=tuple(row for row in wishes if row.pk not in kept),
        cancelled=next((row for row in rows if row.state != ApplicationState.ASKED), None),
    )


def _open(campaign: Campaign, persons: Collection[UUID]) -> QuerySet[Application]:
    rows = Application.objects.filter(call=campaign.pk, person__in=persons, state__in=OPEN)
    return rows.select_related("person", "period__opportunity").order_by("person", "turn", "rank")


def _same_offers(wishes: list[Application], monday: dt.date) -> dict[UUID, Period]:
    """The period of each wished offer in the week that begins on `monday`, where it is published."""
    if not wishes:
        return {}
    offers = {row.period.opportunity_id for row in wishes}
    periods = Period.objects.filter(
        opportunity__in=offers, opportunity__state=OpportunityState.PUBLISHED, starts_on=monday
    )
    return {period.opportunity_id: period for period in periods}


def hold_still(persons: Collection[UUID], campaigns: Collection[UUID] = ()) -> None:
    """Lock what these people ask for and hold, so that effects are still true when they are carried out.

    `campaigns` are locked besides those in which they ask for something. Their rows may be locked before, not after.
    """
    rows = Application.objects.filter(person__in=persons, state__in=OPEN)
    calls = {*campaigns, *rows.values_list("call", flat=True)}
    locked = Campaign.objects.select_for_update(no_key=True).filter(pk__in=calls).order_by("pk")
    list(locked.values_list("pk"))
    applications.lock_periods(rows.values_list("period_id", flat=True))
    applications.lock_people(persons)


@transaction.atomic
def carry_out(effects: Iterable[Effect], account: "Account | None", why: str) -> list[str]:
    """Do what effects say, tell the families why, and return sentences for the user; nothing for no effect.

    `why` is an English sentence marked for translation: each reads it in one's language. Locks are the caller's
    (`hold_still`), taken before effects were looked for.
    """
    rows = list(effects)
    for effect in rows:
        for row, period in effect.follow:
            row.period = period
            row.save(update_fields=["period", "updated_at"])
        _take_away(effect, account, why)
        if effect.cancelled:
            places.cancel_place(effect.cancelled, account, why)
    return announced(rows)


def announced(effects: Iterable[Effect]) -> list[str]:
    """What effects will do, in words."""
    rows = list(effects)
    return _sentences(
        sum(len(row.follow) for row in rows),
        sum(len(row.gone) for row in rows),
        sum(row.cancelled is not None for row in rows),
    )


def _sentences(followed: int, gone: int, cancelled: int) -> list[str]:
    """What follows, in words."""
    said = []
    if followed:
        text = ngettext(
            "%d wish follows: the employer welcomes pupils in the new week too.",
            "%d wishes follow: the employers welcome pupils in the new week too.",
            followed,
        )
        said.append(text % followed)
    if gone:
        text = ngettext(
            "%d wish is taken away; the family is told.",
            "%d wishes are taken away; the families are told.",
            gone,
        )
        said.append(text % gone)
    if cancelled:
        text = ngettext(
            "%d place is cancelled; the family and the host are told.",
            "%d places are cancelled; the families and the hosts are told.",
            cancelled,
        )
        said.append(text % cancelled)
    return said


def _take_away(effect: Effect, account: "Account | None", why: str) -> None:
    """Take wishes away and write to the family once."""
    if not effect.gone:
        return
    titles = [row.period.opportunity.title for row in effect.gone]
    key = f"wish:{effect.gone[0].pk}"
    for row in effect.gone:
        applications.take_wish_away(row, account)
    context = {
        "given_name": effect.person.given_name,
        "offers": titles,
        "why": why,
        "path": reverse("stages:my_internship", args=[effect.person.pk]),
    }
    send(notices.WISHES_GONE, accounts_of(effect.person), key=key, context=context)


@transaction.atomic
def follow(person: Person, changed: frozenset[str], account: "Account | None") -> list[str]:
    """What a change of a pupil's situation means for the internship: called by the directory, in its transaction.

    Returns sentences for the user.
    """
    said: list[str] = []
    if changed & CONSEQUENT:
        hold_still([person.pk])
    for campaign in _campaigns(person):
        if changed & GONE:
            said += _gone(person, campaign, account)
            continue
        if "class" in changed:
            said += _moved(person, campaign, account)
        if "birth_date" in changed:
            said += _aged(person, campaign, account)
    if not changed & GONE:
        conventions.refresh_for_person(person, account)
    return said


def _campaigns(person: Person) -> list[Campaign]:
    """The campaigns under way in which somebody asks for or holds something."""
    calls = Application.objects.filter(person=person, state__in=OPEN).values("call")
    return list(Campaign.objects.under_way().filter(pk__in=calls))


def _gone(person: Person, campaign: Campaign, account: "Account | None") -> list[str]:
    rows = list(_open(campaign, [person.pk]))
    wishes = tuple(row for row in rows if row.state == ApplicationState.ASKED)
    held = next((row for row in rows if row.state != ApplicationState.ASKED), None)
    effect = Effect(person, campaign, gone=wishes, cancelled=held)
    return carry_out([effect], account, gettext_noop("The pupil left the school."))


def _moved(person: Person, campaign: Campaign, account: "Account | None") -> list[str]:
    monday = week_of(person, campaign)
    if monday is None:
        return [_("The new class has no week yet: wishes and place are kept until its week is set.")]
    effects = of_new_week(campaign, [person.pk], monday)
    return carry_out(
        effects, account, gettext_noop("The pupil changed class, and the new class has another week.")
    )


def _aged(person: Person, campaign: Campaign, account: "Account | None") -> list[str]:
    """Wishes that the new age does not allow are taken away; a place is never cancelled on a date alone: it is said."""
    rows = list(_open(campaign, [person.pk]))
    allowed: set[UUID] = set()
    for monday in {row.period.starts_on for row in rows}:
        of_week = Period.objects.filter(pk__in=[row.period_id for row in rows], starts_on=monday)
        allowed |= set(for_age(of_week, person, monday).values_list("pk", flat=True))
    refused = [row for row in rows if row.period_id not in allowed]
    wishes = tuple(row for row in refused if row.state == ApplicationState.ASKED)
    why = gettext_noop("At this age, the law or the host does not allow this internship.")
    said = carry_out([Effect(person, campaign, gone=wishes)], account, why)
    for row in refused:
        if row.state != ApplicationState.ASKED:
            text = _("At this age the place “%(offer)s” is not allowed: check the birth date, or cancel it.")
            said.append(text % {"offer": row.period.opportunity.title})
    return said
