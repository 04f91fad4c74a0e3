"""Programmes that follow people, and the committees that decide who enters."""

from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.journeys.models.readers import managed_programmes, programmes_of

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class ProgrammeKind(models.TextChoices):
    """What sort of programme it is."""

    PLIE = "plie", "PLIE"
    MDE = "mde", _("Maison de l’emploi")
    OTHER = "other", _("other programme")


class ProgrammeQuerySet(VisibleQuerySet["Programme"]):
    """Programmes."""

    def visible_to(self, account: "Reader") -> Self:
        """Managers and référents: those that their organisations run or serve."""
        return self.filter(pk__in=Programme.objects.filter(programmes_of(account)).order_by().values("pk"))

    def managed_by(self, account: "Reader") -> Self:
        """Those that `account` manages."""
        return self.filter(managed_programmes(account))


@audited
class Programme(Record):
    """A programme that follows people one by one: a PLIE, a Maison de l'emploi, or one that a metropolis defines.

    `contact_weeks`: a référent is warned after so many weeks without contact. `retention_months`: how long a journey is
    kept after its exit. `fse`: the European Social Fund Plus pays a part, under the operation `fse_operation`.
    """

    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=10, choices=ProgrammeKind, default=ProgrammeKind.PLIE)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="programmes", verbose_name=_("run by")
    )
    partners = models.ManyToManyField(
        Organisation,
        related_name="programmes_served",
        blank=True,
        verbose_name=_("other organisations whose référents follow people in it"),
    )
    description = models.TextField(_("what it is and for whom"), max_length=2000, blank=True)
    has_committee = models.BooleanField(_("a committee decides who enters"), default=True)
    quorum = models.PositiveSmallIntegerField(
        _("members needed to decide"), default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    contact_weeks = models.PositiveSmallIntegerField(
        _("weeks between contacts, at most"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(52)],
    )
    months = models.PositiveSmallIntegerField(
        _("usual length in months"), default=24, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    caseload = models.PositiveSmallIntegerField(
        _("people a référent follows, at most"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
    )
    retention_months = models.PositiveSmallIntegerField(
        _("months a journey is kept after its exit"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )
    fse = models.BooleanField(_("paid in part by the FSE+"), default=False)
    fse_operation = models.CharField(_("number of the FSE+ operation"), max_length=50, blank=True)
    is_open = models.BooleanField(_("takes people"), default=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ProgrammeKind.values), name="journeys_programme_kind"
            ),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="journeys_programme_once",
                violation_error_message=_("This organisation has a programme of this name."),
            ),
            models.CheckConstraint(
                condition=Q(quorum__gte=1, contact_weeks__gte=1, months__gte=1, caseload__gte=1)
                & Q(retention_months__gte=1),
                name="journeys_programme_counts",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the programme."""
        return reverse("journeys:programme", args=[self.pk])


class CommitteeState(models.TextChoices):
    """Where a meeting of the committee stands."""

    PLANNED = "planned", _("planned")
    CLOSED = "closed", _("minutes closed")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")


COMMITTEE = Lifecycle(
    name="journeys.committee",
    label=_("Comité d’agrément"),
    states=CommitteeState,
    initial=CommitteeState.PLANNED,
    transitions=(
        Transition(
            "close",
            _("Close the minutes"),
            (CommitteeState.PLANNED,),
            CommitteeState.CLOSED,
            (Role.PROGRAMME_MANAGER,),
            confirm=_("What was decided takes effect, and is not changed any more."),
        ),
        Transition(
            "cancel",
            _("Cancel the meeting"),
            (CommitteeState.PLANNED,),
            CommitteeState.CANCELLED,
            (Role.PROGRAMME_MANAGER,),
            confirm=_("The requests wait for another meeting."),
        ),
    ),
)


class CommitteeQuerySet(VisibleQuerySet["Committee"]):
    """Meetings of committees."""

    def visible_to(self, account: "Reader") -> Self:
        """Managers of the programme; its référents read them."""
        return self.filter(programme__in=Programme.objects.visible_to(account))

    def managed_by(self, account: "Reader") -> Self:
        """Those of programmes that `account` manages."""
        return self.filter(managed_programmes(account, "programme__"))


@audited(personal=("members", "minutes"))
class Committee(Record):
    """A meeting of the comité d'agrément of a programme. `members`: who was there, one a line, once it is held."""

    lifecycle = COMMITTEE

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="committees", verbose_name=_("programme")
    )
    held_on = models.DateField(_("date"))
    place = models.CharField(pgettext_lazy("meeting", "place"), max_length=200, blank=True)
    state = COMMITTEE.field()
    members = models.TextField(_("members present, one a line"), max_length=2000, blank=True)
    minutes = models.TextField(_("minutes"), max_length=10000, blank=True)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("comité d’agrément")
        verbose_name_plural = _("comités d’agrément")
        ordering = ["-held_on", "pk"]
        constraints = [
            *COMMITTEE.constraints(),
            models.UniqueConstraint(
                fields=["programme", "held_on"],
                condition=~Q(state=CommitteeState.CANCELLED),
                name="journeys_committee_once_a_day",
                violation_error_message=_("This programme has a meeting on that day already."),
            ),
        ]
        triggers = COMMITTEE.triggers()

    def __str__(self) -> str:
        return f"{self.programme} {self.held_on:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        """The page of the meeting."""
        return reverse("journeys:committee", args=[self.pk])


class Verdict(models.TextChoices):
    """What a committee says of a request."""

    WAITING = "waiting", _("not decided")
    ACCEPTED = "accepted", pgettext_lazy("request", "accepted")
    POSTPONED = "postponed", pgettext_lazy("request", "postponed")
    REFUSED = "refused", pgettext_lazy("request", "refused")


class DecisionQuerySet(VisibleQuerySet["Decision"]):
    """Decisions."""

    def visible_to(self, account: "Reader") -> Self:
        """Those on journeys that one may see."""
        from croisee.journeys.models.journeys import Journey

        return self.filter(journey__in=Journey.objects.visible_to(account))


@audited(personal=("reason",))
class Decision(Record):
    """A request on the agenda of a meeting, and what was decided. A refusal or a postponement says why.

    Without a meeting where no committee decides: the manager did.
    """

    committee = models.ForeignKey(
        Committee, models.CASCADE, null=True, related_name="decisions", verbose_name=_("meeting")
    )
    journey = models.ForeignKey(
        "journeys.Journey", models.CASCADE, related_name="decisions", verbose_name=_("request")
    )
    verdict = models.CharField(_("decision"), max_length=10, choices=Verdict, default=Verdict.WAITING)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    referent = models.ForeignKey(
        Account, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("référent")
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="journeys_decision_verdict_known"
            ),
            models.UniqueConstraint(
                fields=["committee", "journey"],
                name="journeys_decision_once",
                violation_error_message=_("This request is on the agenda already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_verdict_display())
