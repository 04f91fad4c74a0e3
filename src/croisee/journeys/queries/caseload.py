"""Who is followed, what comes next for each, what asks for attention: `alerts` said in SQL, for lists of thousands."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.utils import timezone

from croisee.foundation.accounts.models import Account
from croisee.journeys.alerts import (
    BEGUN,
    EXIT_DAYS,
    LATER_DAYS,
    MISSED_DAYS,
    SINCE,
    SOON_DAYS,
    Alert,
)
from croisee.journeys.deadlines import Deadline, deadlines
from croisee.journeys.models import (
    FOLLOWED,
    OPEN_STEPS,
    WORK,
    Appointment,
    AppointmentState,
    Following,
    Journey,
    JourneyState,
    Programme,
    Step,
)
from croisee.journeys.queries.completeness import missing_proofs

RECEIVED_DAYS = 14
"""Days for which a person handed over counts as received lately."""


@dataclass(frozen=True)
class Elsewhere:
    """What ends soon in other services, by person."""

    by_person: Mapping[UUID, Deadline]

    @classmethod
    def of(cls, journeys: QuerySet[Journey], today: dt.date) -> "Elsewhere":
        """The first end within 60 days of each person of these journeys; a query a source."""
        people = journeys.filter(person__isnull=False).order_by().values("person")
        found: dict[UUID, Deadline] = {}
        for one in deadlines(people, today, today + dt.timedelta(days=LATER_DAYS)):
            found.setdefault(one.person, one)
        return cls(found)


def scope(account: Account) -> QuerySet[Journey]:
    """The journeys that `account` works on and that a référent follows, or should."""
    return Journey.objects.followed_by(account).filter(state__in=FOLLOWED)


def ended(account: Account) -> QuerySet[Any]:
    """The journeys that have ended, of programmes that `account` manages; the last first."""
    return (
        Journey.objects.followed_by(account)
        .filter(state=JourneyState.ENDED)
        .select_related("person", "programme")
        .annotate(lives_in=F("person__residence"))
        .order_by("-exited_on", "pk")
    )


def _of_journey(model: Any, **conditions: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(journey=OuterRef("pk"), **conditions).order_by()
    return rows


def _silent_days(today: dt.date) -> Func:
    """How many days ago the last contact was; the entry, where there was none."""
    return Func(
        Value(today, DateField()),
        Coalesce("last_contact_on", "entered_on"),
        template="(%(expressions)s)",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )


def _contracts(today: dt.date, first: int, last: int) -> Exists:
    """Whether a contract under way ends in so many days."""
    days = [today + dt.timedelta(days=number) for number in (first, last)]
    return Exists(_of_journey(Step, kind__in=WORK, state__in=BEGUN, planned_end_on__range=days))


def _missed(today: dt.date) -> Exists:
    """Whether an appointment was missed lately, with none planned or attended after it, nor any contact since."""
    since = timezone.make_aware(
        dt.datetime.combine(today - dt.timedelta(days=MISSED_DAYS), dt.time.min),
        timezone.get_default_timezone(),
    )
    later = Appointment.objects.filter(
        journey=OuterRef("journey"), state__in=SINCE, starts_at__gt=OuterRef("starts_at")
    )
    own = _of_journey(Appointment, state=AppointmentState.MISSED, starts_at__gte=since)
    silent = Q(journey__last_contact_on__isnull=True) | Q(journey__last_contact_on__lte=F("starts_at__date"))
    return Exists(own.filter(silent).filter(~Exists(later)))


def conditions(today: dt.date, elsewhere: Elsewhere) -> dict[Alert, Any]:
    """The rule of each alert in SQL, over journeys with `silent_days` that are followed."""
    soon = _contracts(today, 0, SOON_DAYS)
    return {
        Alert.NO_REFERENT: ~Exists(Following.objects.filter(journey=OuterRef("pk")).current(today)),
        Alert.STEP_LATE: Exists(_of_journey(Step, state__in=OPEN_STEPS, planned_end_on__lt=today)),
        Alert.CONTRACT_30: soon,
        Alert.MISSED: _missed(today),
        Alert.NO_CONTACT: Q(state=JourneyState.UNDER_WAY, silent_days__gt=7 * F("programme__contact_weeks")),
        Alert.ELSEWHERE: Q(person__in=list(elsewhere.by_person)),
        Alert.CONTRACT_60: _contracts(today, SOON_DAYS + 1, LATER_DAYS) & ~soon,
        Alert.EXIT_DUE: Q(planned_end_on__lte=today + dt.timedelta(days=EXIT_DAYS)),
        Alert.PROOFS: Exists(missing_proofs(today).filter(pk=OuterRef("pk"), state__in=FOLLOWED)),
    }


def _alerts(today: dt.date, elsewhere: Elsewhere) -> Func:
    """The names of the alerts of a journey that is followed, the most pressing first."""
    cases = [
        Case(When(condition, then=Value(str(alert.value))), default=None, output_field=CharField())
        for alert, condition in conditions(today, elsewhere).items()
    ]
    return Func(
        *cases,
        template="ARRAY_REMOVE(ARRAY[%(expressions)s]::varchar[], NULL)",
        output_field=ArrayField(CharField()),
    )


def with_alerts(journeys: QuerySet[Journey], today: dt.date, elsewhere: Elsewhere) -> QuerySet[Any]:
    """Journeys with `alerts`: names of `Alert`, the most pressing first; for those that are followed."""
    rows: QuerySet[Any] = prepared(journeys, today).annotate(alerts=_alerts(today, elsewhere))
    return rows


def prepared(journeys: QuerySet[Journey], today: dt.date) -> QuerySet[Any]:
    """Journeys with what the rules ask for (`conditions`)."""
    found: QuerySet[Any] = journeys.alias(silent_days=_silent_days(today))
    return found


def having(journeys: QuerySet[Journey], alert: Alert, today: dt.date) -> QuerySet[Any]:
    """Those of these journeys with one alert that is known here, without a look at other services."""
    return prepared(journeys, today).filter(conditions(today, Elsewhere({}))[alert])


def counted(journeys: QuerySet[Journey], today: dt.date, elsewhere: Elsewhere) -> dict[str, int]:
    """How many journeys there are (`people`), and how many with each alert, by its name; one query.

    Each is counted for itself: the database then joins sets, and asks nothing row by row.
    """
    rows = prepared(journeys, today).order_by()
    asked = {"people": rows}
    asked |= {alert.value: rows.filter(rule) for alert, rule in conditions(today, elsewhere).items()}
    first, *others = (
        found.values(told=Value(name, CharField())).annotate(n=Count("pk")).values_list("told", "n")
        for name, found in asked.items()
    )
    counts = dict.fromkeys(asked, 0)
    counts.update(first.union(*others, all=True))
    return counts


def _referent(today: dt.date) -> dict[str, Subquery]:
    """The account that follows a journey today, and its name."""
    now = Following.objects.filter(journey=OuterRef("pk")).current(today).order_by()
    name = Coalesce(NullIf("referent__name", Value("")), "referent__email", output_field=CharField())
    return {
        "referent": Subquery(now.values("referent")[:1]),
        "referent_name": Subquery(now.values(said=name)[:1], output_field=CharField()),
    }


def with_referent(journeys: QuerySet[Any], today: dt.date) -> QuerySet[Any]:
    """Journeys with `referent` (the account that follows today) and `referent_name`."""
    rows: QuerySet[Any] = journeys.annotate(**_referent(today))
    return rows


def _next_on() -> Subquery:
    """The first planned end of an open step."""
    steps = Step.objects.filter(journey=OuterRef("pk"), state__in=OPEN_STEPS).order_by()
    # Django groups by what `values` names before `annotate`: one row a journey.
    first = steps.values("journey").annotate(first=Min("planned_end_on")).values("first")
    return Subquery(first, output_field=DateField())


def sortable(account: Account, today: dt.date, elsewhere: Elsewhere) -> QuerySet[Any]:
    """The caseload, to be sorted by `alert_count`, `next_on`, `referent_name` and filtered by `conditions`.

    What is shown of a page comes from `detailed`, for the rows of that page alone.
    """
    rows: QuerySet[Any] = prepared(scope(account), today).alias(
        alert_count=_length(_alerts(today, elsewhere)),
        next_on=_next_on(),
        referent_name=_referent(today)["referent_name"],
    )
    return rows.select_related("person", "programme")


def _length(names: Func) -> Func:
    return Func(names, function="CARDINALITY", output_field=IntegerField())


def detailed(journeys: QuerySet[Journey], today: dt.date, elsewhere: Elsewhere) -> QuerySet[Any]:
    """Journeys with `alerts`, `alert_count`, `referent`, `referent_name`, `next_on`, and `next_step`: title and kind of
    the first open step by its planned end.
    """
    steps = Step.objects.filter(journey=OuterRef("pk"), state__in=OPEN_STEPS)
    first = steps.order_by(
        F("planned_end_on").asc(nulls_last=True), F("starts_on").asc(nulls_last=True), "created_at", "pk"
    ).values(said=JSONObject(title="title", kind="kind"))
    told = with_referent(with_alerts(journeys, today, elsewhere), today)
    rows: QuerySet[Any] = told.annotate(
        alert_count=_length(_alerts(today, elsewhere)), next_on=_next_on(), next_step=Subquery(first[:1])
    )
    return rows.select_related("person", "programme")


def page_of(keys: Collection[UUID], today: dt.date, elsewhere: Elsewhere) -> QuerySet[Any]:
    """`detailed`, for the journeys of these keys, which the reader was found to see; in no order."""
    return detailed(Journey.objects.filter(pk__in=keys).order_by(), today, elsewhere)


def followed_now(referent: Any, today: dt.date) -> Exists:
    """That an account follows a journey today, as a condition over journeys."""
    own = Following.objects.current(today).filter(journey=OuterRef("pk"), referent=referent)
    return Exists(own)


def received_lately(account: Account, today: dt.date) -> Exists:
    """That a journey was handed over to `account` lately, as a condition over journeys."""
    return Exists(received(account, today).filter(journey=OuterRef("pk")))


def received(account: Account, today: dt.date) -> QuerySet[Following]:
    """People handed over to `account` in the last 14 days, by a référent who followed them before."""
    before = Following.objects.filter(
        journey=OuterRef("journey"), started_on__lt=OuterRef("started_on")
    ).exclude(referent=account)
    since = today - dt.timedelta(days=RECEIVED_DAYS)
    own = Following.objects.current(today).filter(
        referent=account, started_on__gte=since, journey__state__in=FOLLOWED
    )
    return own.filter(Exists(before))


def programmes_of(account: Account) -> QuerySet[Programme]:
    """The programmes of the caseload of `account`: those managed, and those in which somebody is followed."""
    own = scope(account).filter(programme=OuterRef("pk")).order_by()
    managed = Programme.objects.managed_by(account).order_by().values("pk")
    return Programme.objects.filter(Q(Exists(own)) | Q(pk__in=managed)).order_by("name", "pk")


def followers(account: Account, today: dt.date) -> QuerySet[Account]:
    """Those who follow somebody in the programmes that `account` manages."""
    own = Following.objects.current(today).filter(
        journey__programme__in=Programme.objects.managed_by(account).values("pk"),
        journey__state__in=FOLLOWED,
    )
    found: QuerySet[Account] = Account.objects.filter(pk__in=own.order_by().values("referent"))
    return found.order_by("name", "email")
