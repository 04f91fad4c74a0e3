"""Rooms and other spaces taken by hours: no two at one time."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.database.overlaps import taken
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.incubation.models.readers import managed, of_tenant

if TYPE_CHECKING:
    from croisee.foundation.records import Reader
from croisee.incubation.models.incubators import Space

M = TypeVar("M", bound=models.Model)


class BookingState(models.TextChoices):
    """Where a booking stands."""

    BOOKED = "booked", pgettext_lazy("room", "booked")
    CANCELLED = "cancelled", pgettext_lazy("booking", "cancelled")


BOOKERS = (Role.INCUBATOR_MANAGER, Role.EMPLOYER, Role.PROJECT_HOLDER, Role.EXPERT)


BOOKING = Lifecycle(
    name="incubation.booking",
    label=_("Booking of a space"),
    states=BookingState,
    initial=BookingState.BOOKED,
    transitions=(
        Transition(
            "cancel",
            _("Cancel the booking"),
            (BookingState.BOOKED,),
            BookingState.CANCELLED,
            BOOKERS,
            confirm=_("The space is free for others again."),
        ),
    ),
)


class SpaceBookingQuerySet(VisibleQuerySet["Booking"]):
    """Bookings."""

    def visible_to(self, account: "Reader") -> Self:
        """Who booked, colleagues of the company, managers of the incubator. Others only see that a space is taken."""
        if not isinstance(account, Account):
            return self.none()
        return self.filter(
            Q(booked_by=account) | of_tenant(account, "organisation") | managed(account, "space__incubator__")
        )

    def standing(self) -> Self:
        """Those that hold their space."""
        return self.filter(state=BookingState.BOOKED)


@audited(personal=("booked_by", "title", "outside"))
class Booking(Record):
    """A space taken from `starts_at` to `ends_at`, which no other booking overlaps: the database sees to it.

    `organisation`: the company that pays for it, or `outside`: who does, in words; neither for the incubator's own use
    and for works (`closure`). `price`: before tax, as the space asked on the day it was booked. `series`: what the
    weeks of a repeated booking share.
    """

    lifecycle = BOOKING

    space = models.ForeignKey(
        Space, models.PROTECT, related_name="bookings", verbose_name=pgettext_lazy("incubator", "space")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="space_bookings",
        verbose_name=_("company"),
    )
    outside = models.CharField(_("booked for"), max_length=150, blank=True)
    closure = models.BooleanField(_("closed for works or the incubator’s own use"), default=False)
    title = models.CharField(_("for what"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    price = models.DecimalField(_("price before tax"), max_digits=9, decimal_places=2, default=0)
    booked_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("booked by")
    )
    series = models.UUIDField(null=True, editable=False, db_index=True)
    state = BOOKING.field()

    objects = SpaceBookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking of a space")
        verbose_name_plural = _("bookings of spaces")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["space", "starts_at"]),
            models.Index(fields=["organisation", "starts_at"]),
        ]
        constraints = [
            *BOOKING.constraints(),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="incubation_booking_in_order",
                violation_error_message=_("A booking ends after it begins."),
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="incubation_booking_price"),
            ExclusionConstraint(
                name="incubation_space_for_one",
                expressions=[(taken("space", "starts_at", ends_at="ends_at"), "&&")],
                condition=Q(state=BookingState.BOOKED),
                violation_error_message=_(
                    "This space is taken at that time: choose another hour or another space."
                ),
            ),
        ]
        triggers = BOOKING.triggers()

    def __str__(self) -> str:
        return f"{self.space} {self.starts_at:%d/%m/%Y %H:%M}"

    def get_absolute_url(self) -> str:
        """The page of the booking."""
        return reverse("incubation:booking", args=[self.pk])
