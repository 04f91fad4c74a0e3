"""Consents by crossing, requests for access, who is followed elsewhere: what people and those who follow them read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from croisee.directory.models import CROSSINGS, Capacity, Consent, Contact, Person, Purpose
from croisee.directory.names import person_key
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import add_months
from croisee.journeys.crossing import AGE_TO_CONSENT, masked
from croisee.journeys.models import LIVING, AccessRequest, AccessState, Following, Journey

Text = str | Promise
FOLLOWING = (Role.REFERENT, Role.PROGRAMME_MANAGER)

NAMES: Mapping[Purpose, Text] = {
    Purpose.SHOW_INTERNSHIPS: _("My internships"),
    Purpose.SHOW_APPRENTICESHIPS: _("My apprenticeships"),
    Purpose.SHOW_CLAUSES: _("My jobs under social clauses"),
    Purpose.SHOW_BUSINESS: _("My company"),
    Purpose.SHOW_JOURNEY: _("My journey in each programme"),
    Purpose.KEEP_WAY: _("The outline of my way, kept"),
}
"""Each crossing in two or three words, as the person says it."""
CHANGES: Mapping[Purpose, Text] = {
    Purpose.SHOW_INTERNSHIPS: _(
        "My référents see where and when I was an intern. Without it they see nothing of it."
    ),
    Purpose.SHOW_APPRENTICESHIPS: _(
        "My référents see with whom I was an apprentice, and when. Without it they see nothing of it."
    ),
    Purpose.SHOW_CLAUSES: _(
        "My référents see for which company I worked under a social clause, and when; never why I was eligible. "
        "Without it they see nothing of it."
    ),
    Purpose.SHOW_BUSINESS: _(
        "My référents see that I founded a company, and when. Without it they see nothing of it."
    ),
    Purpose.SHOW_JOURNEY: _(
        "If two programmes follow me, each sees the training and the jobs that the other wrote; never what was said in "
        "our exchanges. Without it each sees only its own."
    ),
    Purpose.KEEP_WAY: _(
        "When a service erases its file after its time, the outline stays (what, where, when), so that I can show it. "
        "Without it, the outline goes with the file."
    ),
}
"""What each consent changes, said to the person."""
HIDDEN: Mapping[str, Text] = {
    Purpose.SHOW_INTERNSHIPS: _("internships"),
    Purpose.SHOW_APPRENTICESHIPS: _("apprenticeships"),
    Purpose.SHOW_CLAUSES: _("jobs under social clauses"),
    Purpose.SHOW_BUSINESS: _("company founded"),
    Purpose.SHOW_JOURNEY: _("steps in other programmes"),
}
"""What is not shown to who follows the person, when the consent is not given."""


@dataclass(frozen=True)
class Crossing:
    """One purpose: what it is, what it changes, every consent given to it, newest first, and the one in force."""

    purpose: Purpose
    name: Text
    changes: Text
    history: Sequence[Consent]

    @property
    def given(self) -> Consent | None:
        """The consent in force."""
        return next((one for one in self.history if one.withdrawn_at is None), None)


def crossings_of(person: Any) -> list[Crossing]:
    """The purposes of a person, read from its prefetched `consents`."""
    rows = sorted(person.consents.all(), key=lambda one: one.given_at, reverse=True)
    return [
        Crossing(purpose, NAMES[purpose], CHANGES[purpose], [one for one in rows if one.purpose == purpose])
        for purpose in CROSSINGS
    ]


def deciding(account: Account, day: date | None = None) -> QuerySet[Person]:
    """The people for whom `account` consents on a day: oneself from fifteen years on, before that one's child.

    Those of whom nothing could cross (neither journey nor stage of a way) too: the choice is theirs beforehand.
    """
    born = add_months(day or timezone.localdate(), -12 * AGE_TO_CONSENT)
    contacts = Contact.objects.filter(person=OuterRef("pk"), account=account)
    return Person.objects.filter(
        Q(Exists(contacts.filter(capacity=Capacity.SELF)), birth_date__lte=born)
        | Q(Exists(contacts.filter(capacity=Capacity.LEGAL_REPRESENTATIVE)), birth_date__gt=born)
    ).order_by("given_name", "pk")


def deciding_in_full(account: Account) -> QuerySet[Person]:
    """The same with their consents and with who was given access, for the page of one's crossings."""
    granted = (
        AccessRequest.objects.filter(state__in=[AccessState.GRANTED, AccessState.ENDED])
        .select_related("asker", "answered_by")
        .prefetch_related("asker__memberships__organisation")
    )
    told: list[Any] = [
        Prefetch("consents", Consent.objects.select_related("recorded_by")),
        Prefetch("access_requests", granted, to_attr="accesses"),
    ]
    return deciding(account).prefetch_related(*told)


def followed_people() -> QuerySet[Person]:
    """Everybody whom some programme follows today, or was asked to."""
    living = Journey.objects.filter(state__in=LIVING, person=OuterRef("pk"))
    return Person.objects.filter(Exists(living))


@dataclass(frozen=True)
class Found:
    """Somebody followed elsewhere: the person, the living journeys, whether the reader sees it, asked already."""

    person: Person
    journeys: Sequence[Journey]
    mine: Journey | None
    asked: AccessRequest | None


def find(account: Account, family_name: str, given_name: str, birth_date: date) -> list[Found]:
    """The people of this very name (as names are compared) and birth date who are followed in some programme today.

    Each with its programmes and référents: whom to write to. Four queries.
    """
    key = person_key(family_name, given_name, birth_date)
    living = Journey.objects.filter(state__in=LIVING)
    rows = followed_people().filter(birth_date=birth_date)
    current = Following.objects.current(timezone.localdate()).select_related("referent")
    journeys = living.select_related("programme__organisation").prefetch_related(
        Prefetch("followings", current, to_attr="current")
    )
    mine = Journey.objects.visible_to(account)
    asked = AccessRequest.objects.filter(asker=account, state=AccessState.ASKED)
    told: list[Any] = [
        Prefetch("journeys", journeys, to_attr="living"),
        Prefetch("journeys", mine, to_attr="seen"),
        Prefetch("access_requests", asked, to_attr="asked"),
        Prefetch("contacts", Contact.objects.filter(capacity=Capacity.SELF), to_attr="own"),
    ]
    people: Any = rows.prefetch_related(*told)
    return [
        Found(one, one.living, one.seen[0] if one.seen else None, one.asked[0] if one.asked else None)
        for one in people
        if person_key(one.family_name, one.given_name, one.birth_date) == key
    ]


def those_who_answer(person: Person) -> list[Account]:
    """Who is told of a request: the person's référents; where there is none, who manages the programmes."""
    living = Journey.objects.filter(person=person, state__in=LIVING)
    current = Following.objects.current(timezone.localdate()).filter(journey__in=living)
    followers = Account.objects.filter(pk__in=current.values("referent"), is_active=True)
    found: list[Account] = list(followers)
    if found:
        return found
    managers = Account.objects.filter(
        is_active=True,
        memberships__role=Role.PROGRAMME_MANAGER,
        memberships__organisation__programmes__journeys__in=living,
    ).distinct()
    return [one for one in managers if one.has_role(Role.PROGRAMME_MANAGER)]


def to_answer(account: Account) -> QuerySet[AccessRequest]:
    """Requests on people whose journey `account` follows, or whose programme it manages, not made by itself."""
    people = Journey.objects.followed_by(account).filter(state__in=LIVING).order_by().values("person")
    return AccessRequest.objects.filter(person__in=people).exclude(asker=account)


def asked_by(account: Account) -> QuerySet[AccessRequest]:
    """One's own requests."""
    return AccessRequest.objects.filter(asker=account)


def team_journeys(account: Account) -> QuerySet[Journey]:
    """Journeys whose consents `account` may record: those that it may write in, with a person."""
    return Journey.objects.followed_by(account).filter(person__isnull=False)


def team_journeys_in_full(account: Account) -> QuerySet[Journey]:
    """The same with the person's consents, accesses and own account. Five queries."""
    accesses = AccessRequest.objects.select_related("asker", "answered_by")
    accesses = accesses.prefetch_related("asker__memberships__organisation")
    own = Contact.objects.filter(capacity=Capacity.SELF, account__isnull=False).select_related("account")
    told: list[Any] = [
        Prefetch("person__consents", Consent.objects.select_related("recorded_by")),
        Prefetch("person__access_requests", accesses, to_attr="accesses"),
        Prefetch("person__contacts", own, to_attr="own"),
    ]
    return team_journeys(account).select_related("person", "programme").prefetch_related(*told)


def endable_by(account: Account) -> QuerySet[AccessRequest]:
    """Accesses that `account` may end: its own, those on its people, those on the people whom it decides for."""
    own = Q(asker=account) | Q(person__in=deciding(account).order_by().values("pk"))
    return AccessRequest.objects.filter(own | Q(pk__in=to_answer(account).order_by().values("pk")))


def journey_for(row: AccessRequest, account: Account) -> Journey | None:
    """The journey that the reader opens from a request: one that it sees, a living one first."""
    seen = Journey.objects.visible_to(account).filter(person=row.person_id).select_related("programme")
    living: Journey | None = seen.filter(state__in=LIVING).first()
    return living or seen.first()


def name_for_asker(row: AccessRequest, day: date) -> str:
    """The person's name while the access is in force; initials before and after."""
    if row.state == AccessState.GRANTED and row.until is not None and row.until >= day:
        return str(row.person)
    return masked(row.person.given_name, row.person.family_name)


def standing(row: AccessRequest, day: date) -> tuple[str, str]:
    """How a request stands, in words, and the tone of its badge."""
    if row.state == AccessState.GRANTED and row.until is not None and row.until < day:
        return pgettext("access", "over"), ""
    tones: dict[str, str] = {
        AccessState.ASKED: "info",
        AccessState.GRANTED: "ok",
        AccessState.REFUSED: "bad",
        AccessState.ENDED: "warn",
    }
    return str(row.get_state_display()), tones[row.state]


@dataclass(frozen=True)
class AccessShown:
    """A request as pages show it: the row, how it stands, where the asker works, whether it opens anything today."""

    row: AccessRequest
    standing: str
    tone: str
    organisation: str
    in_force: bool

    @property
    def key(self) -> str:
        """What tells it from others in the page."""
        return str(self.row.pk)


def access_shown(row: AccessRequest, day: date) -> AccessShown:
    """`organisation` is read from the asker's memberships, prefetched where there are several requests."""
    words, tone = standing(row, day)
    held = [one for one in row.asker.memberships.all() if one.role in FOLLOWING and one.ended_on is None]
    where = ", ".join(dict.fromkeys(one.organisation.name for one in held))
    return AccessShown(row, words, tone, where, row.state == AccessState.GRANTED and tone == "ok")


def own_people(account: Account) -> QuerySet[Person]:
    """The very person of an account."""
    own = Contact.objects.filter(person=OuterRef("pk"), account=account, capacity=Capacity.SELF)
    return Person.objects.filter(Exists(own))
