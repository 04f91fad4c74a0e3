"""Rooms of the incubator: the calendar, booking, one's bookings, the file for calendars."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.listings import Column, Listing
from croisee.incubation.calendars_of_spaces import calendar_of
from croisee.incubation.forms.bookings import HALVES, LAST, BookingForm
from croisee.incubation.models import Booking, BookingState, Incubator
from croisee.incubation.queries import bookings as queries
from croisee.incubation.queries.spaces import pick
from croisee.incubation.services import bookings as services
from croisee.incubation.views.spaces import choices_of

if TYPE_CHECKING:
    from croisee.incubation.models import Space

BOOKERS = (Role.INCUBATOR_MANAGER, Role.EMPLOYER, Role.PROJECT_HOLDER, Role.EXPERT)
DAY, WEEK = dt.timedelta(days=1), 7


def _day(text: str) -> dt.date:
    """The day asked for, else today; nothing outside the calendars that make sense."""
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()
    return found if 1990 <= found.year <= 2100 else timezone.localdate()


def _page(incubator: Incubator, shown: str, day: dt.date) -> str:
    return f"{reverse('incubation:rooms')}?incubator={incubator.pk}&show={shown}&on={day.isoformat()}"


@role_required(*BOOKERS)
@require_safe
def rooms(request: HttpRequest) -> HttpResponse:
    """The calendar of rooms, by week or by day: what is taken, what may be booked."""
    account = signed_in(request)
    every = list(queries.incubators_booked_by(account).order_by("name", "pk"))
    found = pick(every, request.GET.get("incubator", ""))
    if found is None:
        manages = account.has_role(Role.INCUBATOR_MANAGER)
        return render(request, "incubation/spaces/no_rooms.html", {"manages": manages})
    shown = "day" if request.GET.get("show") == "day" else "week"
    day = _day(request.GET.get("on", ""))
    first = day if shown == "day" else day - dt.timedelta(days=day.weekday())
    step = DAY if shown == "day" else dt.timedelta(days=WEEK)
    those = list(queries.rooms_booked_by(account).filter(incubator=found).order_by("floor", "name"))
    lines = queries.days_of(those, first, 1 if shown == "day" else WEEK, account, services.here())
    context: dict[str, Any] = {
        "incubator": found,
        "rooms": those,
        "shown": shown,
        "day": day,
        "first": first,
        "days": [first + number * DAY for number in range(WEEK)],
        "today": timezone.localdate(),
        "lines": list(zip(those, lines, strict=True)) if shown == "week" else [],
        "hours": queries.hours_of([line[0] for line in lines], day, services.here())
        if shown == "day"
        else [],
        "before": _page(found, shown, first - step),
        "after": _page(found, shown, first + step),
        "now": _page(found, shown, timezone.localdate()),
        "views": [
            (_page(found, "week", day), pgettext("calendar", "Week"), shown == "week"),
            (_page(found, "day", day), pgettext("calendar", "Day"), shown == "day"),
        ],
        "tabs": choices_of("rooms", every, found),
        "manages": Incubator.objects.visible_to(account).managed_by(account).filter(pk=found.pk).exists(),
    }
    return render(request, "incubation/spaces/rooms.html", context)


@role_required(*BOOKERS)
@require_http_methods(METHODS)
def book_space(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Book a space by hours."""
    account = signed_in(request)
    space = get_object_or_404(queries.rooms_booked_by(account).select_related("incubator"), pk=pk)
    manages = Incubator.objects.visible_to(account).managed_by(account).filter(pk=space.incubator_id).exists()
    form = BookingForm(
        request.POST or None,
        companies=queries.payers(account, space.incubator),
        manages=manages,
        initial=_initial(request),
    )
    day = _day(request.GET.get("on", ""))
    page = FormPage(
        _("Book %(space)s") % {"space": space},
        [(_page(space.incubator, "week", day), pgettext("incubator", "Rooms"))],
        _prices(space, form, manages=manages),
        _("Book"),
        template="incubation/spaces/book.html",
        extra={"space": space},
    )
    return page.answer(request, form, lambda: _book(request, space, form, account))


def _initial(request: HttpRequest) -> dict[str, Any]:
    """The day and the hour that the calendar was clicked at, for an hour."""
    at = request.GET.get("at", "")
    starts = at if at in HALVES else "09:00"
    later = [*HALVES, LAST]
    return {
        "day": _day(request.GET.get("on", "")),
        "starts": starts,
        "ends": later[min(later.index(starts) + 2, len(later) - 1)],
        "weeks": 1,
    }


def _prices(space: Space, form: BookingForm, *, manages: bool) -> str:
    if "organisation" not in form.fields and not manages:
        return _("Free of charge for you.")
    words = [_("%(price)s € an hour") % {"price": number_format(space.hourly_price, 2, use_l10n=True)}]
    if space.daily_price:
        words.append(
            _("%(price)s € a day at most") % {"price": number_format(space.daily_price, 2, use_l10n=True)}
        )
    if manages and space.outside_price is not None:
        outside = number_format(space.outside_price, 2, use_l10n=True)
        words.append(_("%(price)s € an hour for others") % {"price": outside})
    return _("Before tax: %(prices)s.") % {"prices": ", ".join(words)}


def _book(request: HttpRequest, space: Space, form: BookingForm, account: Account) -> Booking:
    made = services.book(space, form.wish(), account)
    count = len(made)
    messages.success(
        request,
        ngettext(
            "Booked: a confirmation comes by e-mail.",
            "Booked over %(n)d weeks: a confirmation comes by e-mail.",
            count,
        )
        % {"n": count},
    )
    return made[0]


@role_required(*BOOKERS)
@require_safe
def bookings(request: HttpRequest) -> HttpResponse:
    """The bookings that one may read: one's own, one's company's; for a manager, all."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.shown_bookings(account),
        name="bookings",
        columns=[
            Column("starts_at", pgettext("hour", "From"), sort="starts_at", link=Booking.get_absolute_url),
            Column("ends_at", pgettext("hour", "To"), lambda row: f"{localtime(row.ends_at):%H:%M}"),
            Column("space", pgettext("incubator", "Space"), lambda row: row.space.name, "space__name"),
            Column("for", _("For"), for_whom),
            Column("title", _("For what"), sort="title"),
            Column("price", _("Price before tax (€)"), lambda row: number_format(row.price, 2), numeric=True),
            Column("state", _("State"), lambda row: row.get_state_display(), "state", badge=_tone),
        ],
        search=["space__name", "organisation__name", "outside", "title"],
        choices={"state": (_("State"), BookingState.choices)},
        empty_title=_("Nothing is booked"),
        empty_text=_("Choose a room and an hour in the calendar."),
    )
    if listing.wants_export:
        return listing.export()
    trail = [(reverse("incubation:rooms"), pgettext("incubator", "Rooms"))]
    return render(request, "incubation/spaces/bookings.html", {"listing": listing, "trail": trail})


def for_whom(row: Booking) -> str:
    """Who has the space, in words."""
    if row.closure:
        return _("closed for works or the incubator’s own use")
    return str(row.organisation or row.outside or row.booked_by or _("the incubator"))


def _tone(row: Booking) -> str:
    return "ok" if row.state == BookingState.BOOKED else "info"


@role_required(*BOOKERS)
@require_safe
def booking(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One booking: where, when, at which price; given back from here."""
    account = signed_in(request)
    rows = Booking.objects.visible_to(account).select_related("space__incubator", "organisation", "booked_by")
    found = get_object_or_404(rows, pk=pk)
    own = Booking.objects.visible_to(account)
    incubator = found.space.incubator
    manages = Incubator.objects.visible_to(account).managed_by(account).filter(pk=incubator.pk).exists()
    later = (
        own.filter(series=found.series, starts_at__gt=found.starts_at, state=BookingState.BOOKED).count()
        if found.series
        else 0
    )
    day = localtime(found.starts_at).date()
    context = {
        "booking": found,
        "for_whom": for_whom(found),
        "may_cancel": services.may_cancel(found, account, manages=manages),
        "later": later,
        "when": date_format(localtime(found.starts_at), "l j F Y"),
        "trail": [
            (_page(incubator, "week", day), pgettext("incubator", "Rooms")),
            (reverse("incubation:bookings"), _("Bookings")),
        ],
    }
    return render(request, "incubation/spaces/booking.html", context)


@role_required(*BOOKERS)
@require_safe
def booking_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A booking, for calendars."""
    rows = Booking.objects.visible_to(signed_in(request)).select_related("space__incubator")
    found = get_object_or_404(rows.filter(state=BookingState.BOOKED), pk=pk)
    response = HttpResponse(calendar_of([found]), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="reservation.ics"'
    return response


@role_required(*BOOKERS)
@require_POST
def cancel_booking(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a booking back, or it and the weeks after it."""
    account = signed_in(request)
    found = get_object_or_404(Booking.objects.visible_to(account), pk=pk)
    following = request.POST.get("following") == "yes"
    said(
        request,
        lambda: services.cancel(found, account, following=following),
        _("The booking is cancelled: the space is free for others again."),
    )
    return redirect(found)
