"""A person's journey in a programme, and who follows it, from when to when."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Person
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.journeys.models.programmes import Programme
from croisee.journeys.models.readers import (
    journeys_of_team,
    journeys_opened,
    managed_programmes,
    own_journeys,
    requests_written,
)

if TYPE_CHECKING:
    import datetime as dt

    from croisee.foundation.records import Reader

TEAM = (Role.REFERENT, Role.PROGRAMME_MANAGER)


class JourneyState(models.TextChoices):
    """Where a journey stands."""

    PROPOSED = "proposed", _("entry asked")
    UNDER_WAY = "under_way", _("under way")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")
    REFUSED = "refused", _("entry refused")
    WITHDRAWN = "withdrawn", _("request withdrawn")


LIVING = (JourneyState.PROPOSED, JourneyState.UNDER_WAY, JourneyState.PAUSED)
"""States of a journey that is asked for or followed."""
FOLLOWED = (JourneyState.UNDER_WAY, JourneyState.PAUSED)
"""States of a journey that a référent follows."""
ENTERED = (*FOLLOWED, JourneyState.ENDED)
"""States of a journey whose person entered the programme."""

JOURNEY = Lifecycle(
    name="journeys.journey",
    label=_("Journey"),
    states=JourneyState,
    initial=JourneyState.PROPOSED,
    transitions=(
        Transition(
            "accept",
            _("Accept"),
            (JourneyState.PROPOSED,),
            JourneyState.UNDER_WAY,
            (Role.PROGRAMME_MANAGER,),
        ),
        Transition(
            "refuse",
            _("Refuse"),
            (JourneyState.PROPOSED,),
            JourneyState.REFUSED,
            (Role.PROGRAMME_MANAGER,),
        ),
        Transition(
            "withdraw",
            _("Withdraw the request"),
            (JourneyState.PROPOSED,),
            JourneyState.WITHDRAWN,
            TEAM,
            confirm=_("The request leaves the agenda of the committee."),
        ),
        Transition("pause", _("Pause"), (JourneyState.UNDER_WAY,), JourneyState.PAUSED, TEAM),
        Transition("resume", _("Resume"), (JourneyState.PAUSED,), JourneyState.UNDER_WAY, TEAM),
        Transition("end", _("End the journey"), FOLLOWED, JourneyState.ENDED, TEAM),
        Transition(
            "reopen",
            _("Reopen"),
            (JourneyState.ENDED,),
            JourneyState.UNDER_WAY,
            TEAM,
            confirm=_("The exit is taken back: its date and kind are erased."),
        ),
    ),
)


class ExitKind(models.TextChoices):
    """How a journey ends."""

    LASTING_JOB = "lasting_job", _("lasting job (CDI, or CDD of 6 months and more)")
    SHORT_JOB = "short_job", _("job of less than 6 months")
    QUALIFICATION = "qualification", _("training that gives a qualification")
    APPRENTICESHIP = "apprenticeship", _("apprenticeship or contrat de professionnalisation")
    COMPANY = "company", _("company founded")
    OTHER_PROGRAMME = "other_programme", _("sent to another programme")
    MOVED = "moved", _("moved away")
    HEALTH = "health", _("health")
    RETIREMENT = "retirement", _("retirement")
    GIVEN_UP = "given_up", _("given up by the person")
    NO_NEWS = "no_news", _("no news")
    OTHER = "other", _("other")


POSITIVE_EXITS = (
    ExitKind.LASTING_JOB,
    ExitKind.QUALIFICATION,
    ExitKind.APPRENTICESHIP,
    ExitKind.COMPANY,
)
"""Exits that count as positive: work that lasts, a qualification, a company."""


class JourneyQuerySet(VisibleQuerySet["Journey"]):
    """Journeys."""

    def visible_to(self, account: "Reader") -> Self:
        """Managers: those of their programmes. Référents: those they follow today. People: their own.

        And those of people whom one was given access to, for a reason and until a day.
        """
        return self.filter(
            journeys_of_team(account) | journeys_opened(account) | Q(pk__in=self._own(account))
        )

    def followed_by(self, account: "Reader") -> Self:
        """Those that `account` may write in: its own people's, and those of the programmes that it manages."""
        return self.filter(journeys_of_team(account))

    def asked_by(self, account: "Reader") -> Self:
        """Requests for entry that `account` wrote or decides on: read as they were written, not what is known besides.

        Whoever writes a request for somebody known elsewhere is entitled to no more of that person.
        """
        return self.filter(requests_written(account) | managed_programmes(account, "programme__"))

    def of_oneself(self, account: "Reader") -> Self:
        """Those of the very person of `account`."""
        return self.filter(pk__in=self._own(account))

    def _own(self, account: "Reader") -> models.QuerySet[Any, Any]:
        return Journey.objects.filter(own_journeys(account)).order_by().values("pk")


@audited(personal=("person", "why", "project", "exit_note", "asked_by_name"))
class Journey(Record):
    """A person in a programme: asked for, accepted by the committee, followed step by step, ended.

    Once the person is erased, `person` is empty and what says who it was is blank; what is counted stays.
    `last_contact_on` is kept by a trigger from the exchanges. `project` is what the person wants to come to, in words;
    `project_job` its ROME code.
    """

    lifecycle = JOURNEY

    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="journeys", verbose_name=_("person")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="journeys", verbose_name=_("programme")
    )
    state = JOURNEY.field()
    asked_on = models.DateField(_("asked on"), default=timezone.localdate)
    prescriber = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )
    asked_by_name = models.CharField(_("asked by"), max_length=150, blank=True)
    written_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    why = models.TextField(_("why this programme"), max_length=2000, blank=True)
    entered_on = models.DateField(_("entered on"), null=True, blank=True)
    planned_end_on = models.DateField(_("planned end"), null=True, blank=True)
    project = models.TextField(_("project"), max_length=1000, blank=True)
    project_job = models.CharField(_("job aimed at (ROME code)"), max_length=5, blank=True)
    exited_on = models.DateField(_("exit on"), null=True, blank=True)
    exit_kind = models.CharField(_("kind of exit"), max_length=20, choices=ExitKind, blank=True)
    exit_note = models.TextField(_("what was reached"), max_length=2000, blank=True)
    residence = models.CharField(_("lived in a priority neighbourhood"), max_length=10, blank=True)
    zone_codes = models.CharField(_("neighbourhood at entry"), max_length=100, blank=True)
    last_contact_on = models.DateField(_("last contact"), null=True, editable=False)

    objects = JourneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        ordering = ["-entered_on", "-asked_on", "pk"]
        indexes = [
            models.Index(fields=["programme", "state"]),
            models.Index(fields=["programme", "entered_on"]),
            models.Index(fields=["programme", "exited_on"]),
            models.Index(fields=["state", "last_contact_on"]),
        ]
        constraints = [
            *JOURNEY.constraints(),
            models.UniqueConstraint(
                fields=["person", "programme"],
                condition=Q(state__in=[str(state) for state in LIVING]),
                name="journeys_living_once",
                violation_error_message=_("This person is in this programme already."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[str(state) for state in ENTERED]) | Q(entered_on__isnull=False),
                name="journeys_entered_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(state=JourneyState.ENDED, exited_on__isnull=False) & ~Q(exit_kind="")
                | ~Q(state=JourneyState.ENDED) & Q(exited_on__isnull=True, exit_kind=""),
                name="journeys_ended_has_its_exit",
            ),
            models.CheckConstraint(
                condition=Q(exited_on__isnull=True) | Q(exited_on__gte=F("entered_on")),
                name="journeys_exit_after_entry",
                violation_error_message=_("A journey cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(exit_kind="") | Q(exit_kind__in=ExitKind.values), name="journeys_exit_kind_known"
            ),
        ]
        triggers = JOURNEY.triggers()

    def __str__(self) -> str:
        return f"{self.person or _('erased person')} ({self.programme})"

    def get_absolute_url(self) -> str:
        """The page of the journey."""
        return reverse("journeys:journey", args=[self.pk])

    @property
    def is_positive(self) -> bool:
        """Whether the exit counts as positive."""
        return self.exit_kind in POSITIVE_EXITS


class FollowingQuerySet(VisibleQuerySet["Following"]):
    """Who follows whom."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the journeys that one may see."""
        return self.filter(journey__in=Journey.objects.visible_to(account))

    def current(self, day: "dt.date") -> Self:
        """Those in force on a day."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), started_on__lte=day)


@audited(personal=("note",))
class Following(Record):
    """That a référent follows a journey from a day, until the eve of `ended_on`.

    A handover ends one and begins another. Steps, appointments and proofs belong to the journey: they pass to who
    follows it next. `note` is what the one who leaves tells the one who comes.
    """

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="followings", verbose_name=_("journey"))
    referent = models.ForeignKey(
        Account, models.PROTECT, related_name="followings", verbose_name=_("référent")
    )
    started_on = models.DateField(_("since"), default=timezone.localdate)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    note = models.TextField(_("word of handover"), max_length=2000, blank=True)

    objects = FollowingQuerySet.as_manager()

    class Meta:
        verbose_name = _("following")
        verbose_name_plural = _("followings")
        ordering = ["-started_on", "-created_at"]
        indexes = [models.Index(fields=["referent", "ended_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["journey"],
                condition=Q(ended_on__isnull=True),
                name="journeys_one_referent",
                violation_error_message=_("A journey has one référent at a time."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="journeys_following_in_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.referent)
