"""What happened at an internship: who was there on each day, and what both sides say of it."""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Contact, Enrolment
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.stages.models.conventions import Convention

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class Presence(models.TextChoices):
    """Whether the pupil was there."""

    PRESENT = "present", _("present")
    LATE = "late", _("late")
    EXCUSED = "excused", _("absent, excused")
    ABSENT = "absent", _("absent")


class AttendanceQuerySet(VisibleQuerySet["Attendance"]):
    """Rows that belong to a convention."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the conventions that one may see."""
        return self.filter(convention__in=Convention.objects.visible_to(account))


@audited
class Attendance(Record):
    """That a pupil was there or not on a day, noted by the host or the school."""

    convention = models.ForeignKey(
        Convention, models.CASCADE, related_name="attendances", verbose_name=_("convention")
    )
    day = models.DateField(_("day"))
    presence = models.CharField(_("presence"), max_length=10, choices=Presence)
    noted_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("noted by")
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "day"], name="attendance_once_a_day"),
            models.CheckConstraint(condition=Q(presence__in=Presence.values), name="attendance_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.get_presence_display()}"


class Side(models.TextChoices):
    """Who reviews."""

    PUPIL = "pupil", _("pupil")
    HOST = "host", _("host")


MONTH = timedelta(days=30)


class ReviewQuerySet(VisibleQuerySet["Review"]):
    """Reviews."""

    def visible_to(self, account: "Reader") -> Self:
        """Schools: those of their pupils. Each side: its own; the other's once both are in, or a month later."""
        if not isinstance(account, Account):
            return self.none()
        schools = account.organisations(Role.SCHOOL_HEAD, Role.SCHOOL_STAFF).values("pk")
        hosts = account.organisations(Role.EMPLOYER).values("pk")
        enrolled = Enrolment.objects.active().filter(school_class__school__in=schools)
        of_school = Q(convention__application__person__in=enrolled.values("person"))
        of_pupil = Q(
            Exists(
                Contact.objects.filter(account=account, person=OuterRef("convention__application__person"))
            )
        )
        of_host = Q(convention__application__period__opportunity__organisation__in=hosts)
        others = Review.objects.filter(convention=OuterRef("convention")).exclude(side=OuterRef("side"))
        late = Q(convention__application__period__ends_on__lt=timezone.localdate() - MONTH)
        opened = Q(Exists(others)) | late
        return self.filter(
            of_school | (of_pupil & (Q(side=Side.PUPIL) | opened)) | (of_host & (Q(side=Side.HOST) | opened))
        )


@audited(personal=("text",))
class Review(Record):
    """What one side says of an internship, in a mark from 1 to 5 and a few words."""

    convention = models.ForeignKey(
        Convention, models.CASCADE, related_name="reviews", verbose_name=_("convention")
    )
    side = models.CharField(_("side"), max_length=10, choices=Side)
    mark = models.PositiveSmallIntegerField(
        _("mark"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    again = models.BooleanField(_("would do it again"), null=True)
    text = models.TextField(_("in a few words"), max_length=1000, blank=True)
    written_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["side"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "side"], name="review_once_a_side"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="review_side_is_known"),
            models.CheckConstraint(condition=Q(mark__gte=1, mark__lte=5), name="review_mark_fits"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {self.mark}/5"
