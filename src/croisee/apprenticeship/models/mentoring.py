"""Mentors: professionals who follow a young person on the way to a trade."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.directory.models import Person
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.journeys.models import Journey

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class MentorQuerySet(VisibleQuerySet["Mentor"]):
    """Mentors."""

    def visible_to(self, account: "Reader") -> Self:
        """Managers and référents: all, for pairs are made across the territory. Mentors: themselves. People: theirs."""
        if not isinstance(account, Account):
            return self.none()
        if account.has_role(Role.PROGRAMME_MANAGER, Role.REFERENT):
            return self
        own = Mentorship.objects.of_oneself(account).values("mentor")
        return self.filter(Q(account=account) | Q(pk__in=own))


@audited(personal=("presentation", "city", "lon", "lat"))
class Mentor(Record):
    """A professional who offers to follow young people: trade, town, how many at once.

    `charter_on`: the day the charter was accepted; `checked_on`: the day a manager checked who it is; without both no
    pair is proposed.
    """

    account = models.OneToOneField(Account, models.CASCADE, related_name="mentor", verbose_name=_("account"))
    jobs = ArrayField(
        models.CharField(max_length=5), default=list, blank=True, verbose_name=_("jobs (ROME codes)")
    )
    presentation = models.TextField(_("in a few words"), max_length=1000, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    most = models.PositiveSmallIntegerField(
        _("people followed at once, at most"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    available = models.BooleanField(_("takes somebody more"), default=True)
    minors = models.BooleanField(_("may follow minors"), default=False)
    charter_on = models.DateField(_("charter accepted on"), null=True, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)

    objects = MentorQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentor")
        verbose_name_plural = _("mentors")
        ordering = ["account__name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(most__gte=1), name="apprenticeship_mentor_follows_one"),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="apprenticeship_mentor_point",
            ),
        ]

    def __str__(self) -> str:
        return str(self.account)

    def get_absolute_url(self) -> str:
        """The page of the mentor."""
        return reverse("apprenticeship:mentor", args=[self.pk])


class MentorshipState(models.TextChoices):
    """Where a pair stands."""

    PROPOSED = "proposed", pgettext_lazy("pair", "proposed")
    UNDER_WAY = "under_way", pgettext_lazy("pair", "under way")
    DECLINED = "declined", pgettext_lazy("pair", "declined")
    ENDED = "ended", pgettext_lazy("pair", "ended")


LIVING_PAIRS = (MentorshipState.PROPOSED, MentorshipState.UNDER_WAY)
"""States of a pair that is proposed or meets."""
PAIR_TEAM = (Role.PROGRAMME_MANAGER, Role.REFERENT)

MENTORSHIP = Lifecycle(
    name="apprenticeship.mentorship",
    label=_("Mentorship"),
    states=MentorshipState,
    initial=MentorshipState.PROPOSED,
    transitions=(
        Transition("begin", _("Begin"), (MentorshipState.PROPOSED,), MentorshipState.UNDER_WAY),
        Transition(
            "decline",
            _("Decline"),
            (MentorshipState.PROPOSED,),
            MentorshipState.DECLINED,
            (*PAIR_TEAM, Role.MENTOR, Role.FAMILY),
        ),
        Transition(
            "end",
            _("End the mentorship"),
            (MentorshipState.UNDER_WAY,),
            MentorshipState.ENDED,
            (*PAIR_TEAM, Role.MENTOR, Role.FAMILY),
        ),
    ),
)


class MentorshipQuerySet(VisibleQuerySet["Mentorship"]):
    """Pairs."""

    def visible_to(self, account: "Reader") -> Self:
        """The mentor, the person, and the team of the person's journey."""
        if not isinstance(account, Account):
            return self.none()
        team = Journey.objects.followed_by(account).order_by().values("person")
        return self.filter(
            Q(mentor__account=account)
            | Q(person__in=team)
            | Q(pk__in=Mentorship.objects.of_oneself(account).values("pk"))
        )

    def of_oneself(self, account: Account) -> Self:
        """Those of the very person of `account`."""
        return self.filter(person__contacts__account=account, person__contacts__capacity="self").order_by()


@audited(personal=("person", "why", "why_ended", "said_by_mentor", "said_by_person"))
class Mentorship(Record):
    """A mentor and a person: proposed, accepted by both, met, ended with what each says of it.

    A minor needs the accord of a legal representative (`representative_on`), noted by who proposes.
    """

    lifecycle = MENTORSHIP

    mentor = models.ForeignKey(Mentor, models.CASCADE, related_name="mentorships", verbose_name=_("mentor"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="mentorships", verbose_name=_("person"))
    state = MENTORSHIP.field()
    why = models.TextField(_("why this pair"), max_length=1000, blank=True)
    proposed_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("proposed by")
    )
    mentor_accepted_on = models.DateField(_("accepted by the mentor on"), null=True, blank=True)
    person_accepted_on = models.DateField(_("accepted by the person on"), null=True, blank=True)
    representative_on = models.DateField(_("accord of a legal representative on"), null=True, blank=True)
    started_on = models.DateField(_("since"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    why_ended = models.CharField(_("why it ended"), max_length=300, blank=True)
    said_by_mentor = models.TextField(_("what the mentor says of it"), max_length=2000, blank=True)
    said_by_person = models.TextField(_("what the person says of it"), max_length=2000, blank=True)
    reminded_on = models.DateField(null=True, editable=False)

    objects = MentorshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentorship")
        verbose_name_plural = _("mentorships")
        ordering = ["-created_at"]
        constraints = [
            *MENTORSHIP.constraints(),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=[str(state) for state in LIVING_PAIRS]),
                name="apprenticeship_one_mentor",
                violation_error_message=_("This person has a mentor already, or one is proposed."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "declined"])
                | Q(
                    started_on__isnull=False,
                    mentor_accepted_on__isnull=False,
                    person_accepted_on__isnull=False,
                ),
                name="apprenticeship_pair_accepted_by_both",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="apprenticeship_pair_in_order",
            ),
        ]
        triggers = MENTORSHIP.triggers()

    def __str__(self) -> str:
        return f"{self.mentor} → {self.person}"

    def get_absolute_url(self) -> str:
        """The page of the pair."""
        return reverse("apprenticeship:mentorship", args=[self.pk])


class MeetingNoteQuerySet(VisibleQuerySet["MentorNote"]):
    """Notes of meetings."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the pairs that one may see; a note kept between the two is not for the team."""
        if not isinstance(account, Account):
            return self.none()
        pairs = Mentorship.objects.visible_to(account)
        between = Q(mentorship__mentor__account=account) | Q(
            mentorship__in=Mentorship.objects.of_oneself(account).values("pk")
        )
        return self.filter(Q(mentorship__in=pairs) & (Q(shared=True) | between))


@audited(personal=("text",))
class MentorNote(Record):
    """A meeting of a pair, noted; `shared` with the référent, or kept between the two."""

    mentorship = models.ForeignKey(
        Mentorship, models.CASCADE, related_name="notes", verbose_name=_("mentorship")
    )
    on = models.DateField(_("date"), default=timezone.localdate)
    text = models.TextField(_("what was said or done"), max_length=2000, blank=True)
    shared = models.BooleanField(_("the référent reads it"), default=True)
    by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("noted by"))

    objects = MeetingNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting of a pair")
        verbose_name_plural = _("meetings of pairs")
        ordering = ["-on", "-created_at"]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}"
