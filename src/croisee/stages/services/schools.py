"""What a school does in a campaign: set weeks of classes, remind families, note places found outside the round."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from croisee.directory.models import Enrolment, Person, SchoolClass
from croisee.directory.queries import current_enrolment
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.lifecycles.services import perform
from croisee.foundation.notices.services import send
from croisee.opportunities import services as applications
from croisee.opportunities.models import Application, ApplicationState, Opportunity, Origin, Period
from croisee.stages.models import Campaign, ClassWeek, HostKind, Internship
from croisee.stages.models.internships import KIND
from croisee.stages.notices import schools as notices
from croisee.stages.phases import WISHES_OPEN, Phase, answer_by, phase, turn
from croisee.stages.queries import schools as queries
from croisee.stages.queries.protection import is_protected
from croisee.stages.queries.schools import Situation
from croisee.stages.queries.wishes import week_of
from croisee.stages.services import consequences, conventions, places, signing
from croisee.stages.services.consequences import Effect
from croisee.stages.siting import Site

if TYPE_CHECKING:
    from croisee.opportunities.sectors import Sector

OVER = frozenset({Phase.DRAFT, Phase.FINISHED, Phase.CANCELLED})
LAST_DAY = dt.timedelta(days=4)
REMINDED = frozenset({Situation.NO_WISH, Situation.NO_PLACE, Situation.OFFERED, Situation.TO_SIGN})


@dataclass(frozen=True)
class WeekChange:
    """A class that gets another week, and what that does to its pupils."""

    school_class: SchoolClass
    before: dt.date | None
    after: dt.date
    effects: tuple[Effect, ...] = ()

    @property
    def pupils(self) -> int:
        """Pupils who are touched."""
        return len(self.effects)

    @property
    def sentences(self) -> list[str]:
        """What follows, in words."""
        return consequences.announced(self.effects)


class NotAgreed(Exception):  # noqa: N818  reads as the sentence it is
    """What would follow is not what was agreed to: it must be shown, and agreed to, again."""


@dataclass(frozen=True)
class Host:
    """Who welcomes a pupil outside the round: by SIRET, or by name alone."""

    siret: str
    name: str
    kind: HostKind


@dataclass(frozen=True)
class Found:
    """A place that a pupil found: what, where, when in the day, with whom. `hours` is as in `Internship`."""

    host: Host
    title: str
    sector: "Sector"
    site: Site
    hours: dict[str, list[list[str]]]
    tutor_name: str
    tutor_email: str
    tutor_phone: str = ""
    family_firm: bool = False


def mondays(campaign: Campaign, today: dt.date | None = None) -> list[dt.date]:
    """The Mondays that a class may choose: of the school year (September to early July), after `today`."""
    first = int(campaign.school_year[:4])
    day = max(dt.date(first, 9, 1), (today or timezone.localdate()) + dt.timedelta(days=1))
    day += dt.timedelta(days=-day.weekday() % 7)
    last = dt.date(first + 1, 7, 5)
    return [day + dt.timedelta(weeks=number) for number in range(max((last - day).days // 7 + 1, 0))]


def what_follows(campaign: Campaign, account: Account, wanted: Mapping[UUID, dt.date]) -> list[WeekChange]:
    """The classes whose week would change to what is `wanted` (by class), with what that does; nothing is written."""
    now = queries.weeks(campaign, account)
    changes = []
    for one in queries.classes(campaign, account):
        before, after = now.get(one.pk), wanted.get(one.pk)
        if after is None or after == before:
            continue
        persons = list(
            Enrolment.objects.active().filter(school_class=one).values_list("person_id", flat=True)
        )
        effects = consequences.of_new_week(campaign, persons, after)
        changes.append(WeekChange(one, before, after, tuple(effects)))
    return changes


def fingerprint(changes: Iterable[WeekChange]) -> str:
    """A digest of changes and of all that follows: the same for the same."""
    rows = list(changes)
    weeks = sorted(f"{change.school_class.pk}:{change.before}>{change.after}" for change in rows)
    effects = consequences.fingerprint(effect for change in rows for effect in change.effects)
    return hashlib.sha256("\n".join([*weeks, effects]).encode()).hexdigest()


def weeks_fingerprint(weeks: Mapping[UUID, dt.date]) -> str:
    """A short text that changes with the weeks: a form carries it, so that a stale one is told from a fresh one."""
    text = ",".join(sorted(f"{school_class}={monday}" for school_class, monday in weeks.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def needs_agreement(campaign: Campaign, changes: Iterable[WeekChange]) -> bool:
    """Whether changes are asked about first: they touch pupils, or move a week once places are published."""
    return any(change.effects or (campaign.published_turn and change.before) for change in changes)


@transaction.atomic
def set_weeks(
    campaign: Campaign, account: Account, wanted: Mapping[UUID, dt.date], *, agreed: str = ""
) -> list[str]:
    """Set the weeks of classes, and do what follows; return sentences for the user.

    `agreed` is the `fingerprint` of what the user was shown. Raises NotAgreed when something else would follow, and
    ValidationError for a week that cannot be chosen, a class already away, or a role that may not.
    """
    # Weeks are changed one school at a time: two tabs, two clicks come one after the other.
    list(queries.schools_of(account).select_for_update().order_by("pk").values_list("pk"))
    touched = Enrolment.objects.active().filter(school_class__in=list(wanted)).values("person")
    people = Person.objects.select_for_update(no_key=True).filter(pk__in=touched).order_by("pk")
    consequences.hold_still(list(people.values_list("pk", flat=True)), [campaign.pk])
    changes = what_follows(campaign, account, wanted)
    _check_weeks(campaign, account, changes)
    if needs_agreement(campaign, changes) and agreed != fingerprint(changes):
        raise NotAgreed
    said: list[str] = []
    for change in changes:
        ClassWeek.objects.update_or_create(
            campaign=campaign, school_class=change.school_class, defaults={"monday": change.after}
        )
        why = gettext_noop("The class changed its internship week.")
        said += consequences.carry_out(change.effects, account, why)
    return said


def set_week(
    campaign: Campaign, school_class: SchoolClass, monday: dt.date, account: Account, *, agreed: str = ""
) -> list[str]:
    """Set the week of one class: as `set_weeks`."""
    return set_weeks(campaign, account, {school_class.pk: monday}, agreed=agreed)


def may_set_weeks(campaign: Campaign, account: Account) -> bool:
    """Whether `account` may change weeks now: teachers, until places are published; heads, to the end."""
    if phase(campaign) in OVER:
        return False
    return account.has_role(Role.SCHOOL_HEAD) or campaign.published_turn == 0


def _check_weeks(campaign: Campaign, account: Account, changes: list[WeekChange]) -> None:
    if phase(campaign) in OVER:
        raise ValidationError(_("This campaign is over: weeks no longer change."))
    possible = set(mondays(campaign))
    headed = set(account.organisations(Role.SCHOOL_HEAD).values_list("pk", flat=True))
    for change in changes:
        name = {"name": change.school_class.name}
        if campaign.published_turn and change.school_class.school_id not in headed:
            raise ValidationError(_("Once places are published, only the head of school changes a week."))
        if change.after not in possible:
            raise ValidationError(_("%(name)s: choose a week to come, in the school year.") % name)
        if change.before is not None and change.before <= timezone.localdate():
            raise ValidationError(_("%(name)s is or was on internship already: its week stays.") % name)


@dataclass(frozen=True)
class Reminded:
    """How many families were written to, had been today already, or have no account to write to."""

    told: int = 0
    already: int = 0
    unreachable: int = 0
    nothing_left: int = 0


def remind(campaign: Campaign, rows: Iterable[Any]) -> Reminded:
    """Remind the families of `rows` (of `queries.schools.pupils`) of what is left to do, once a day at most each.

    Families for whom nothing is left to do, or who have no account, are counted apart.
    """
    waiting, left = list(rows), _left_to_families(campaign)
    due = [row for row in waiting if row.situation in left]
    accounts = _accounts([row.person_id for row in due])
    told = already = unreachable = 0
    for row in due:
        to = accounts.get(row.person_id, [])
        if not to:
            unreachable += 1
        elif _remind(campaign, row, to):
            told += 1
        else:
            already += 1
    return Reminded(told, already, unreachable, len(waiting) - len(due))


def _left_to_families(campaign: Campaign) -> frozenset[Situation]:
    """The situations in which a family can do something now: no wish is asked for before they open, or once closed."""
    now = phase(campaign)
    if now in OVER:
        return frozenset()
    return REMINDED if now in WISHES_OPEN else REMINDED - {Situation.NO_WISH}


def _accounts(persons: list[UUID]) -> dict[UUID, list[Account]]:
    """The accounts to write to about each person, in one query."""
    found: dict[UUID, list[Account]] = {}
    known = Account.objects.filter(contacts__person__in=persons, is_active=True).distinct()
    for account in known.prefetch_related("contacts"):
        for contact in account.contacts.all():
            found.setdefault(contact.person_id, []).append(account)
    return found


def _remind(campaign: Campaign, row: Any, accounts: list[Account]) -> bool:
    before = ""
    if row.situation == Situation.OFFERED:
        before = answer_by(campaign, campaign.published_turn or 1).isoformat()
    elif row.situation == Situation.NO_WISH:
        before = campaign.closes_at.isoformat()
    context = {
        "given_name": row.person.given_name,
        "what": str(row.situation),
        "before": before,
        "path": reverse("stages:my_internship", args=[row.person_id]),
    }
    return bool(
        # By pupil: a family of two is reminded of both.
        send(notices.REMINDER, accounts, key=f"{row.person_id}:{timezone.localdate()}", context=context)
    )


@transaction.atomic
def place_directly(person: Person, campaign: Campaign, account: Account, found: Found) -> Application:
    """Note a place that a pupil found outside the round: published for that pupil alone, and confirmed at once.

    The school vouches for it. The pupil leaves the round: other wishes are dropped. Raises ValidationError when the
    pupil has no week, has a place already, or the law does not allow this internship.
    """
    # Two clicks come one after the other: the second finds the place held.
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    enrolment = current_enrolment(person)
    monday = week_of(person, campaign)
    if phase(campaign) in OVER:
        raise ValidationError(_("This campaign is over."))
    if enrolment is None or monday is None:
        raise ValidationError(_("Set the week of the class first: the place is noted for that week."))
    period = _publish(enrolment.school_class.school, campaign, account, found, monday)
    application = applications.hold(
        person,
        period,
        call=campaign.pk,
        turn=turn(campaign),
        origin=Origin.DIRECT,
        account=account,
        protected=is_protected(person),
        confirmed=True,
    )
    places.settle(application, account)
    heads = account.organisations(Role.SCHOOL_HEAD).filter(pk=enrolment.school_class.school_id).exists()
    if found.family_firm and heads:
        convention = conventions.prepare(application, account)
        conventions.edit(convention, {"family_firm": True}, signing.current(convention).sha256, account)
    context = {
        "given_name": person.given_name,
        "offer": found.title,
        "host": str(period.opportunity.organisation),
        "path": reverse("stages:my_internship", args=[person.pk]),
    }
    accounts = _accounts([person.pk]).get(person.pk, [])
    send(notices.DIRECT_PLACE, accounts, key=f"application:{application.pk}", context=context)
    return application


def _publish(
    school: Organisation, campaign: Campaign, account: Account, found: Found, monday: dt.date
) -> Period:
    """The offer of a place that was found, unlisted, with its one seat."""
    offer = Opportunity.objects.create(
        kind=KIND,
        organisation=_organisation(found.host),
        entered_for=school,
        title=found.title,
        sector=found.sector,
        address=found.site.address,
        postcode=found.site.postcode,
        city=found.site.city,
        lon=found.site.lon,
        lat=found.site.lat,
        listed=False,
    )
    Internship.objects.create(
        opportunity=offer,
        campaign=campaign,
        hours=found.hours,
        host_kind=found.host.kind,
        tutor_name=found.tutor_name,
        tutor_email=found.tutor_email,
        tutor_phone=found.tutor_phone,
    )
    last = monday + dt.timedelta(days=max(map(int, found.hours)) - 1)
    period = Period.objects.create(
        opportunity=offer, starts_on=monday, ends_on=max(last, monday + LAST_DAY), seats=1
    )
    applications.write_searchable(offer)
    perform(offer, "submit", None)
    perform(offer, "publish", None)
    offer.published_at = timezone.now()
    offer.save()
    return period


def _organisation(host: Host) -> Organisation:
    """The host by its SIRET, made when unknown; by name alone, one more."""
    values: dict[str, Any] = {"name": host.name, "kind": Kind.EMPLOYER}
    if not host.siret:
        return Organisation.objects.create(**values)
    return Organisation.objects.get_or_create(siret=host.siret, defaults=values)[0]


@transaction.atomic
def undo_direct(application: Application, account: Account) -> None:
    """Cancel a place noted by the school, and withdraw its offer: the pupil is back in the round.

    Doing it twice is doing it once. Raises ValidationError for a place that was given by the round.
    """
    if application.origin != Origin.DIRECT:
        raise ValidationError(_("This place was given by the round: the family gives it back."))
    offer = applications.lock_period(application.period_id).opportunity
    places.cancel_place(
        application, account, gettext_noop("The school cancelled the place that it had noted.")
    )
    held = Application.objects.filter(period__opportunity=offer, state=ApplicationState.CONFIRMED)
    if offer.state == "published" and not held.exists():
        perform(offer, "withdraw", None)
