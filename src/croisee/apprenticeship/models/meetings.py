"""Forums and job datings: where companies are, at which hours one meets them, who comes."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

ORGANISERS = (Role.PROGRAMME_MANAGER,)


class MeetingKind(models.TextChoices):
    """What sort of occasion it is."""

    JOB_DATING = "job_dating", _("job dating")
    FORUM = "forum", _("forum")
    VISIT = "visit", _("visit of a company")
    INFORMATION = "information", _("information meeting")


class MeetingState(models.TextChoices):
    """Where a meeting stands."""

    DRAFT = "draft", pgettext_lazy("meeting", "in preparation")
    PUBLISHED = "published", pgettext_lazy("meeting", "announced")
    OVER = "over", pgettext_lazy("meeting", "over")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")


MEETING = Lifecycle(
    name="apprenticeship.meeting",
    label=_("Forum or job dating"),
    states=MeetingState,
    initial=MeetingState.DRAFT,
    transitions=(
        Transition("publish", _("Announce"), (MeetingState.DRAFT,), MeetingState.PUBLISHED, ORGANISERS),
        Transition("close", _("Close"), (MeetingState.PUBLISHED,), MeetingState.OVER, ORGANISERS),
        Transition(
            "cancel",
            pgettext_lazy("forum", "Cancel the meeting"),
            (MeetingState.DRAFT, MeetingState.PUBLISHED),
            MeetingState.CANCELLED,
            ORGANISERS,
            confirm=_("Everyone who booked is told by e-mail."),
        ),
    ),
)


class MeetingQuerySet(VisibleQuerySet["Meeting"]):
    """Meetings."""

    def visible_to(self, account: "Reader") -> Self:
        """Organisers: those of their organisations. Whoever is signed in: those announced, and those they stand at."""
        if not isinstance(account, Account):
            return self.none()
        own = account.organisations(*ORGANISERS).values("pk")
        stands = Stand.objects.filter(organisation__in=account.organisations(Role.EMPLOYER).values("pk"))
        return self.filter(
            Q(state__in=[MeetingState.PUBLISHED, MeetingState.OVER])
            | Q(organiser__in=own)
            | Q(pk__in=stands.order_by().values("meeting"))
        )

    def organised_by(self, account: "Reader") -> Self:
        """Those that `account` organises."""
        if not isinstance(account, Account):
            return self.none()
        return self.filter(organiser__in=account.organisations(*ORGANISERS).values("pk"))

    def to_come(self) -> Self:
        """Those announced that are not over, the next first: everyone may know of them."""
        return self.filter(state=MeetingState.PUBLISHED, ends_at__gte=timezone.now()).order_by(
            "starts_at", "pk"
        )


@audited
class Meeting(Record):
    """An occasion to meet companies. `without_cv`: nobody is asked for a CV. `capacity`: people at most, if limited."""

    lifecycle = MEETING

    organiser = models.ForeignKey(
        Organisation, models.PROTECT, related_name="meetings", verbose_name=_("organised by")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=MeetingKind, default=MeetingKind.JOB_DATING)
    title = models.CharField(_("title"), max_length=150)
    description = models.TextField(_("what happens there"), max_length=3000, blank=True)
    for_whom = models.CharField(_("for whom"), max_length=300, blank=True)
    place = models.CharField(pgettext_lazy("meeting", "place"), max_length=300)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    capacity = models.PositiveIntegerField(
        _("people at most"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    without_cv = models.BooleanField(_("without a CV"), default=True)
    state = MEETING.field()

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("forum or job dating")
        verbose_name_plural = _("forums and job datings")
        ordering = ["-starts_at", "pk"]
        indexes = [models.Index(fields=["state", "starts_at"])]
        constraints = [
            *MEETING.constraints(),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="apprenticeship_meeting_in_order",
                violation_error_message=_("A meeting ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="apprenticeship_meeting_point",
            ),
        ]
        triggers = MEETING.triggers()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the meeting."""
        return reverse("apprenticeship:meeting", args=[self.pk])


class StandQuerySet(VisibleQuerySet["Stand"]):
    """Stands."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the meetings that one may see."""
        return self.filter(meeting__in=Meeting.objects.visible_to(account))

    def held_by(self, account: "Reader") -> Self:
        """Those of companies that `account` acts for, and those of meetings that it organises."""
        if not isinstance(account, Account):
            return self.none()
        own = Q(organisation__in=account.organisations(Role.EMPLOYER).values("pk"))
        return self.filter(own | Q(meeting__in=Meeting.objects.organised_by(account)))


@audited(personal=("contact_email",))
class Stand(Record):
    """A company at a meeting: what it hires for, at which table, from when to when, for how long it sees each person.

    `confirmed` once the organiser and the company agree; slots are there from then on.
    """

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="stands", verbose_name=pgettext_lazy("forum", "meeting")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="stands", verbose_name=_("company")
    )
    confirmed = models.BooleanField(pgettext_lazy("stand", "confirmed"), default=False)
    table = models.CharField(pgettext_lazy("stand", "table"), max_length=20, blank=True)
    hiring_for = models.CharField(_("what one is hired for"), max_length=300, blank=True)
    jobs = ArrayField(
        models.CharField(max_length=5), default=list, blank=True, verbose_name=_("jobs (ROME codes)")
    )
    contact_email = models.EmailField(_("e-mail address of the company"), blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes for each person"), default=10, validators=[MinValueValidator(3), MaxValueValidator(120)]
    )

    objects = StandQuerySet.as_manager()

    class Meta:
        verbose_name = _("stand")
        verbose_name_plural = _("stands")
        ordering = ["table", "organisation__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "organisation"],
                name="apprenticeship_stand_once",
                violation_error_message=_("This company is at this meeting already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), minutes__gte=1),
                name="apprenticeship_stand_in_order",
                violation_error_message=_("A stand closes after it opens."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        """The planning of the stand."""
        return reverse("apprenticeship:stand", args=[self.pk])


class SlotQuerySet(VisibleQuerySet["Slot"]):
    """Slots."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the stands that one may see."""
        return self.filter(stand__in=Stand.objects.visible_to(account))


class Slot(Record):
    """A few minutes at a stand, for one person."""

    stand = models.ForeignKey(Stand, models.CASCADE, related_name="slots", verbose_name=_("stand"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["stand", "starts_at"], name="apprenticeship_slot_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="apprenticeship_slot_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%H:%M}"
