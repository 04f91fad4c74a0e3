"""What follows a confirmed place in the demonstration: conventions sent and signed, presence, reviews."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone

from croisee.demo import people
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import perform
from croisee.opportunities.models import Application, ApplicationState
from croisee.stages.models import (
    Attendance,
    Campaign,
    Convention,
    ConventionState,
    Presence,
    Review,
    Side,
    Signatory,
)
from croisee.stages.services import conventions, signing

# How far signing has gone, convention after convention: none, some of the four, all of them.
SIGNED_BY: tuple[Sequence[Signatory], ...] = (
    (),
    (Signatory.HOST,),
    (Signatory.LEGAL_REPRESENTATIVE, Signatory.PUPIL),
    (Signatory.HOST, Signatory.LEGAL_REPRESENTATIVE, Signatory.PUPIL),
    tuple(Signatory),
)
WEEKDAYS = 5
# One day in so many is not as the others.
LATE, EXCUSED = 11, 17
WORDS = {
    Side.PUPIL: (
        "J’ai pu essayer plusieurs postes, l’équipe m’a bien expliqué.",
        "Je ne connaissais pas ce métier. J’aimerais revenir.",
        "Intéressant, un peu long l’après-midi.",
    ),
    Side.HOST: (
        "Élève curieux et ponctuel, à l’aise avec les clients.",
        "Bonne volonté ; a posé beaucoup de questions.",
        "Timide le premier jour, très impliqué ensuite.",
    ),
}


def send_conventions(campaign: Campaign) -> None:
    """Conventions of confirmed places: sent for signature, at various stages of it."""
    for rank, convention in enumerate(_sent(campaign)):
        _sign(convention, SIGNED_BY[rank % len(SIGNED_BY)])


def sign_conventions(campaign: Campaign) -> None:
    """Everybody signs."""
    for convention in _sent(campaign):
        _sign(convention, tuple(Signatory))


def _sent(campaign: Campaign) -> list[Convention]:
    rows = Application.objects.filter(call=campaign.pk, state=ApplicationState.CONFIRMED)
    confirmed = rows.order_by(*people.by_name("person"), "period__starts_on")
    return conventions.batch(confirmed, people.account_of(Role.SCHOOL_HEAD)).sent


def _sign(convention: Convention, signatories: Sequence[Signatory]) -> None:
    content = signing.current(convention)
    for row in convention.signatures.living().filter(signatory__in=signatories, signed_at__isnull=True):
        name = row.name or row.get_signatory_display()
        signing.sign(convention, row.signatory, name=name, read=content.sha256)


def begin_internships(campaign: Campaign) -> None:
    """The week has begun: those present are noted, day after day, until yesterday."""
    today = timezone.localdate()
    running = _of(campaign, ConventionState.SIGNED)
    for rank, convention in enumerate(running):
        perform(convention, "begin", None)
        _note(convention, rank, today)


def _of(campaign: Campaign, state: ConventionState) -> list[Convention]:
    rows = Convention.objects.filter(application__call=campaign.pk, state=state)
    rows = rows.select_related("application__period")
    return list(rows.order_by(*people.by_name("application__person"), "application__period__starts_on"))


def _note(convention: Convention, rank: int, today: date) -> None:
    first = convention.application.period.starts_on
    days = [first + timedelta(days=place) for place in range(WEEKDAYS)]
    Attendance.objects.bulk_create(
        Attendance(convention=convention, day=day, presence=_presence(rank * WEEKDAYS + place))
        for place, day in enumerate(days)
        if day < today
    )


def _presence(number: int) -> Presence:
    if number % EXCUSED == EXCUSED - 1:
        return Presence.EXCUSED
    return Presence.LATE if number % LATE == LATE - 1 else Presence.PRESENT


def end_internships(campaign: Campaign) -> None:
    """The week is over: both sides say what they think of it, but for a few."""
    for rank, convention in enumerate(_of(campaign, ConventionState.RUNNING)):
        perform(convention, "end", None)
        Review.objects.bulk_create(
            Review(
                convention=convention,
                side=side,
                mark=3 + (rank + shift) % 3,
                again=(rank + shift) % 4 != 3,
                text=words[(rank + shift) % len(words)],
            )
            for shift, (side, words) in enumerate(WORDS.items())
            if (rank + shift) % 5 != 4
        )
