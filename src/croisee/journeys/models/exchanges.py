"""Contacts with people: what was exchanged, and appointments."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.tracking import audited
from croisee.foundation.database.overlaps import taken
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record
from croisee.journeys.models.journeys import TEAM, Journey
from croisee.journeys.models.steps import HangingQuerySet


class Channel(models.TextChoices):
    """How one was in contact."""

    MEETING = "meeting", _("meeting")
    PHONE = "phone", _("telephone")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    VISIT = "visit", _("visit at work or in training")
    GROUP = "group", _("workshop")


_LAST_CONTACT = """
    UPDATE journeys_journey SET last_contact_on = (
        SELECT MAX(exchange."on") FROM journeys_exchange exchange WHERE exchange.journey_id = journeys_journey.id
    ) WHERE id IN (
        COALESCE((CASE WHEN TG_OP <> 'DELETE' THEN NEW.journey_id END), OLD.journey_id),
        COALESCE((CASE WHEN TG_OP <> 'INSERT' THEN OLD.journey_id END), NEW.journey_id)
    );
    RETURN NULL;
"""


@audited(personal=("text",))
class Exchange(Record):
    """A contact with the person: on which day, how, what was said that the follow-up needs."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="exchanges", verbose_name=_("journey"))
    on = models.DateField(_("date"), default=timezone.localdate)
    channel = models.CharField(_("how"), max_length=10, choices=Channel, default=Channel.MEETING)
    text = models.TextField(_("what was said"), max_length=3000, blank=True)
    by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("noted by"))

    objects = HangingQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange")
        verbose_name_plural = _("exchanges")
        ordering = ["-on", "-created_at"]
        indexes = [models.Index(fields=["journey", "-on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="journeys_exchange_channel_known"
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="last_contact",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_LAST_CONTACT,
            )
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}"


class AppointmentState(models.TextChoices):
    """Where an appointment stands."""

    PLANNED = "planned", _("to come")
    ATTENDED = "attended", _("attended")
    EXCUSED = "excused", _("excused")
    MISSED = "missed", _("missed")
    CANCELLED = "cancelled", _("cancelled")


APPOINTMENT = Lifecycle(
    name="journeys.appointment",
    label=_("Appointment"),
    states=AppointmentState,
    initial=AppointmentState.PLANNED,
    transitions=(
        Transition(
            "attend",
            _("Attended"),
            (AppointmentState.PLANNED, AppointmentState.MISSED),
            AppointmentState.ATTENDED,
            TEAM,
        ),
        Transition("excuse", _("Excused"), (AppointmentState.PLANNED,), AppointmentState.EXCUSED, TEAM),
        Transition("miss", _("Missed"), (AppointmentState.PLANNED,), AppointmentState.MISSED, TEAM),
        Transition(
            "cancel",
            _("Cancel the appointment"),
            (AppointmentState.PLANNED,),
            AppointmentState.CANCELLED,
            TEAM,
            confirm=_("The person is told by e-mail."),
        ),
    ),
)


@audited(personal=("subject", "place"))
class Appointment(Record):
    """A meeting of the person with the référent. `sequence` grows with each change, for calendars (RFC 5545)."""

    lifecycle = APPOINTMENT

    journey = models.ForeignKey(
        Journey, models.CASCADE, related_name="appointments", verbose_name=_("journey")
    )
    with_account = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("with")
    )
    starts_at = models.DateTimeField(_("date and hour"))
    minutes = models.PositiveSmallIntegerField(
        _("length in minutes"), default=60, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    state = APPOINTMENT.field()
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = HangingQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["state", "starts_at"]),
            models.Index(fields=["with_account", "starts_at"]),
        ]
        constraints = [
            *APPOINTMENT.constraints(),
            ExclusionConstraint(
                name="journeys_appointment_no_overlap",
                expressions=[(taken("with_account", "starts_at", minutes="minutes"), "&&")],
                condition=Q(state=AppointmentState.PLANNED, with_account__isnull=False),
                violation_error_message=_("Another appointment is planned at this hour."),
            ),
        ]
        triggers = APPOINTMENT.triggers()

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%d/%m/%Y %H:%M}"


class CorrectionState(models.TextChoices):
    """Where a person's remark stands."""

    ASKED = "asked", _("to be looked at")
    DONE = "done", _("corrected")
    DECLINED = "declined", _("kept as it is")


CORRECTION = Lifecycle(
    name="journeys.correction",
    label=_("Correction asked by the person"),
    states=CorrectionState,
    initial=CorrectionState.ASKED,
    transitions=(
        Transition("correct", _("Corrected"), (CorrectionState.ASKED,), CorrectionState.DONE, TEAM),
        Transition("decline", _("Keep as it is"), (CorrectionState.ASKED,), CorrectionState.DECLINED, TEAM),
    ),
)


@audited(personal=("about", "text", "answer"))
class Correction(Record):
    """What the person says is wrong in the journey, and what was answered (GDPR article 16)."""

    lifecycle = CORRECTION

    journey = models.ForeignKey(
        Journey, models.CASCADE, related_name="corrections", verbose_name=_("journey")
    )
    about = models.CharField(_("what is wrong"), max_length=200)
    text = models.TextField(_("what it should say"), max_length=2000)
    asked_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    state = CORRECTION.field()
    answer = models.TextField(_("answer"), max_length=2000, blank=True)

    objects = HangingQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-created_at"]
        constraints = [*CORRECTION.constraints()]
        triggers = CORRECTION.triggers()

    def __str__(self) -> str:
        return self.about
