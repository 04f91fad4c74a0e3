"""Who comes to a meeting, and the few minutes that each has at a stand."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.apprenticeship.models.meetings import Meeting, Slot, Stand
from croisee.directory.models import Person
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.database.overlaps import taken
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.journeys.models import Journey

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class BookingState(models.TextChoices):
    """Where a booking stands."""

    WAITING = "waiting", _("on the waiting list")
    BOOKED = "booked", _("booked")
    CANCELLED = "cancelled", pgettext_lazy("booking", "cancelled")
    ATTENDED = "attended", _("came")
    MISSED = "missed", _("did not come")


HOLDING = (BookingState.BOOKED, BookingState.ATTENDED, BookingState.MISSED)
"""States that hold a slot."""
BOOKERS = (Role.FAMILY, Role.REFERENT, Role.PROGRAMME_MANAGER)
PRESENT = (Role.EMPLOYER, Role.PROGRAMME_MANAGER)

BOOKING = Lifecycle(
    name="apprenticeship.booking",
    label=_("Booking at a stand"),
    states=BookingState,
    initial=BookingState.WAITING,
    transitions=(
        Transition("book", _("Book"), (BookingState.WAITING,), BookingState.BOOKED, BOOKERS),
        Transition(
            "cancel",
            _("Cancel the booking"),
            (BookingState.WAITING, BookingState.BOOKED),
            BookingState.CANCELLED,
            BOOKERS,
            confirm=_("The slot goes to somebody else."),
        ),
        Transition(
            "attend", _("Came"), (BookingState.BOOKED, BookingState.MISSED), BookingState.ATTENDED, PRESENT
        ),
        Transition(
            "miss",
            _("Did not come"),
            (BookingState.BOOKED, BookingState.ATTENDED),
            BookingState.MISSED,
            PRESENT,
        ),
    ),
)


class Result(models.TextChoices):
    """What came of an interview."""

    HIRED = "hired", pgettext_lazy("interview", "hired")
    AGAIN = "again", _("to be seen again")
    NO = "no", pgettext_lazy("interview", "no")


class BookingQuerySet(VisibleQuerySet["Booking"]):
    """Bookings."""

    def visible_to(self, account: "Reader") -> Self:
        """The person, the team of the person's journey, the company of the stand, the organiser."""
        if not isinstance(account, Account):
            return self.none()
        team = Journey.objects.followed_by(account).order_by().values("person")
        return self.filter(
            Q(pk__in=Booking.objects.of_oneself(account).values("pk"))
            | Q(person__in=team)
            | Q(stand__in=Stand.objects.held_by(account).order_by().values("pk"))
        )

    def of_oneself(self, account: Account) -> Self:
        """Those of the very person of `account`."""
        return self.filter(person__contacts__account=account, person__contacts__capacity="self").order_by()


@audited(personal=("person", "note"))
class Booking(Record):
    """A person at a stand: on the waiting list without a slot, else in one slot that nobody else has.

    `starts_at` and `ends_at` repeat those of the slot, so that the database itself refuses a person two at one time.
    """

    lifecycle = BOOKING

    stand = models.ForeignKey(Stand, models.CASCADE, related_name="bookings", verbose_name=_("stand"))
    slot = models.ForeignKey(
        Slot, models.SET_NULL, null=True, blank=True, related_name="bookings", verbose_name=_("slot")
    )
    person = models.ForeignKey(Person, models.CASCADE, related_name="bookings", verbose_name=_("person"))
    starts_at = models.DateTimeField(_("from"), null=True, editable=False)
    ends_at = models.DateTimeField(_("to"), null=True, editable=False)
    state = BOOKING.field()
    booked_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("booked by")
    )
    result = models.CharField(_("result"), max_length=10, choices=Result, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["stand", "state", "created_at"]),
            models.Index(fields=["person", "state"]),
        ]
        constraints = [
            *BOOKING.constraints(),
            models.UniqueConstraint(
                fields=["slot"],
                condition=Q(state__in=[str(state) for state in HOLDING]),
                name="apprenticeship_slot_for_one",
                violation_error_message=_("Somebody else has this slot: choose another."),
            ),
            models.UniqueConstraint(
                fields=["person", "stand"],
                condition=~Q(state=BookingState.CANCELLED),
                name="apprenticeship_one_booking_a_stand",
                violation_error_message=_("There is a booking at this stand already."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[str(state) for state in HOLDING])
                | Q(slot__isnull=False, starts_at__isnull=False, ends_at__isnull=False),
                name="apprenticeship_booking_has_its_slot",
            ),
            ExclusionConstraint(
                name="apprenticeship_booking_no_overlap",
                expressions=[(taken("person", "starts_at", ends_at="ends_at"), "&&")],
                condition=Q(state=BookingState.BOOKED),
                violation_error_message=_("This person is at another stand at that time."),
            ),
            models.CheckConstraint(
                condition=Q(result="") | Q(result__in=Result.values, state=BookingState.ATTENDED),
                name="apprenticeship_result_of_who_came",
            ),
        ]
        triggers = BOOKING.triggers()

    def __str__(self) -> str:
        return f"{self.person} → {self.stand}"


class RegistrationQuerySet(VisibleQuerySet["Registration"]):
    """Registrations."""

    def visible_to(self, account: "Reader") -> Self:
        """The person, the team of the person's journey, the organiser."""
        if not isinstance(account, Account):
            return self.none()
        team = Journey.objects.followed_by(account).order_by().values("person")
        own = Q(person__contacts__account=account, person__contacts__capacity="self")
        return self.filter(
            Q(pk__in=Registration.objects.filter(own).order_by().values("pk"))
            | Q(person__in=team)
            | Q(meeting__in=Meeting.objects.organised_by(account).order_by().values("pk"))
        )


@audited(personal=("person",))
class Registration(Record):
    """That a person comes to a meeting, with or without slots at its stands; `came` is noted on the day."""

    meeting = models.ForeignKey(
        Meeting,
        models.CASCADE,
        related_name="registrations",
        verbose_name=pgettext_lazy("forum", "meeting"),
    )
    person = models.ForeignKey(Person, models.CASCADE, related_name="registrations", verbose_name=_("person"))
    registered_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("registered by")
    )
    came = models.BooleanField(_("came"), null=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["person__family_name", "person__given_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"],
                name="apprenticeship_registered_once",
                violation_error_message=_("This person is registered already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)
