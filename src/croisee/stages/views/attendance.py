"""During the internship and after: presence, reviews, the attestation."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from croisee.directory.models import Person
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.listings import Column, Listing
from croisee.stages.forms.attendance import ReviewForm
from croisee.stages.models import Convention, Presence, Review, Side
from croisee.stages.queries import attendance as queries
from croisee.stages.services import attendance as services

KEEPERS = (Role.EMPLOYER, Role.SCHOOL_HEAD, Role.SCHOOL_STAFF)
READERS = (*KEEPERS, Role.FAMILY)
TONES = {Presence.PRESENT: "ok", Presence.LATE: "warn", Presence.EXCUSED: "info", Presence.ABSENT: "bad"}
PER_PAGE = 30


@role_required(*KEEPERS)
def attendances(request: HttpRequest) -> HttpResponse:
    """Who is on internship on a day (today, or `?day=`): one tap a pupil."""
    account, today = signed_in(request), timezone.localdate()
    day = _day(request.GET.get("day", "")) or today
    page = Paginator(queries.on_day(account, day), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        (convention, found[0])
        for convention in page
        if (found := [one for one in queries.days_of(convention, today) if one.date == day])
    ]
    context = {
        "day": day,
        "is_today": day == today,
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1),
        "rows": rows,
        "page": page,
        "noted": sum(bool(one.presence) for _convention, one in rows),
        "choices": Presence.choices,
        "tones": TONES,
        "here": request.get_full_path(),
        "named": set(
            Person.objects.visible_to(account)
            .filter(pk__in=[convention.application.person_id for convention in page])
            .values_list("pk", flat=True)
        ),
    }
    return render(request, "stages/attendance/day.html", context)


@role_required(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The days of one internship: host and school note, the family reads."""
    account = signed_in(request)
    if request.method == "POST":
        return _note(request, account, pk)
    convention = _convention(account, pk)
    record_read(account, convention, _("attendance of a pupil"))
    today = timezone.localdate()
    keeps = account.has_role(*KEEPERS) and queries.kept_by(account).filter(pk=pk).exists()
    days = queries.days_of(convention, today)
    context = {
        **_frame(account, convention),
        "days": days,
        "keeps": keeps and any(day.editable for day in days),
        "signed": convention.state in queries.AGREED,
        "over": convention.application.period.ends_on + queries.EDITABLE < today,
        "choices": Presence.choices,
        "tones": TONES,
        "here": request.path,
        "no_show": queries.is_no_show(convention.attendances.all()),
        "attestable": queries.attestable(convention, today),
        "reviews_url": _review_link(account, convention, today),
    }
    return render(request, "stages/attendance/attendance.html", context)


def _note(request: HttpRequest, account: Account, pk: UUID) -> HttpResponse:
    convention = get_object_or_404(queries.kept_by(account), pk=pk)
    day = _day(request.POST.get("day", ""))
    try:
        if day is None:
            raise ValidationError(_("This is no day of this internship."))
        row = services.note(convention, day, request.POST.get("presence", ""), account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        told = {"pupil": convention.application.person.given_name, "presence": row.get_presence_display()}
        messages.success(request, _("Noted: %(pupil)s, %(presence)s.") % told)
        if row.presence == Presence.ABSENT:
            messages.info(request, _("The school is told of the absence."))
    after = request.POST.get("next", "")
    if not after.startswith("/") or not url_has_allowed_host_and_scheme(after, None):
        after = reverse("stages:attendance", args=[pk])
    return redirect(after)


@role_required(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: UUID, side: str) -> HttpResponse:
    """Write the review of one's side, and read what may be read of both."""
    if side not in Side.values:
        raise Http404
    account, today = signed_in(request), timezone.localdate()
    convention = _convention(account, pk)
    writes = Side(side) in queries.sides_of(account, convention)
    if not writes and (request.method == "POST" or not account.has_role(*queries.SCHOOL)):
        raise Http404
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.review(convention, Side(side), account, **form.cleaned_data)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("Thank you: your review is kept."))
        return redirect("stages:review", pk, side)
    seen = {row.side: row for row in Review.objects.visible_to(account).filter(convention=convention)}
    open_ = writes and side not in seen and queries.may_review(convention, today)
    context = {
        **_frame(account, convention),
        "side": side,
        "form": form if open_ else None,
        "reviews": [(choice.label, seen.get(choice.value)) for choice in Side],
        "written": side in seen,
        "no_show": queries.is_no_show(convention.attendances.all()),
        "early": today <= convention.application.period.ends_on,
    }
    return render(request, "stages/attendance/review.html", context)


@role_required(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def attestation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the attestation says, and the button that issues it."""
    account = signed_in(request)
    convention = _convention(account, pk)
    if request.method == "POST":
        try:
            document = services.issue_attestation(convention, account)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("stages:attestation", pk)
        record_export(account, convention, _("attestation of internship"))
        return pdf_response(document.pdf, f"attestation-{document.reference}.pdf")
    noted = list(convention.attendances.all())
    context = {
        **_frame(account, convention),
        "attestable": queries.attestable(convention, timezone.localdate()),
        "no_show": queries.is_no_show(noted),
        "there": len(queries.days_there(noted)),
        "planned": len(queries.dates_of(convention)),
    }
    return render(request, "stages/attendance/attestation.html", context)


@role_required(Role.CAMPAIGN_MANAGER)
def host_reviews(request: HttpRequest) -> HttpResponse:
    """What pupils say of hosts: means alone, of five reviews at least."""
    listing = Listing(
        request,
        queries.marks_by_host(signed_in(request)),
        name="reviews",
        columns=[
            Column("name", _("Host"), sort="name"),
            Column("marks", _("Reviews"), sort="marks", numeric=True),
            Column("mean", _("Mean mark out of 5"), lambda row: float(row.mean), "mean", numeric=True),
            Column("again", _("Would do it again"), _share_again, "again", numeric=True),
        ],
        search=["name"],
        empty_title=_("No host has five reviews yet"),
        empty_text=_("Marks are shown as means, of five pupils at least, so that nobody can be told apart."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "stages/attendance/hosts.html", {"listing": listing})


def _share_again(row: Any) -> str:
    return _("%(share)s %%") % {"share": number_format(100 * row.again / row.marks, 0)}


def _convention(account: Account, pk: UUID) -> Convention:
    return get_object_or_404(queries.with_days(Convention.objects.visible_to(account)), pk=pk)


def _frame(account: Account, convention: Convention) -> dict[str, object]:
    """What all these pages say of an internship; to the host, the pupil's first name and class alone."""
    period, person = convention.application.period, convention.application.person
    enrolment = queries.class_of(person)
    named = Person.objects.visible_to(account).filter(pk=person.pk).exists()
    return {
        "convention": convention,
        "pupil": str(person) if named else person.given_name,
        "school_class": enrolment.school_class.name if enrolment else "",
        "host": period.opportunity.organisation.name,
        "title": period.opportunity.title,
        "dates": _("from %(start)s to %(end)s")
        % {
            "start": date_format(period.starts_on, "DATE_FORMAT"),
            "end": date_format(period.ends_on, "DATE_FORMAT"),
        },
    }


def _review_link(account: Account, convention: Convention, today: dt.date) -> str:
    """Where to write or read reviews from here; empty while there is nothing to."""
    if today <= convention.application.period.ends_on:
        return ""
    sides = queries.sides_of(account, convention)
    if not sides and not convention.reviews.all():
        return ""
    return reverse("stages:review", args=[convention.pk, (sides or [Side.PUPIL])[0]])


def _day(text: str) -> dt.date | None:
    """The day that is written, if it is of our time: calendars end, and there is a day before and after each."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 2000 <= day.year < 2100 else None
