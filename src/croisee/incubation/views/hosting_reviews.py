"""Six-monthly reviews: which are due, one of them, what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.foundation.forms import METHODS, FormPage
from croisee.foundation.listings import Column, Listing, Where
from croisee.incubation.forms.hosting import NewReviewForm, ReviewForm
from croisee.incubation.models import Project, Review
from croisee.incubation.queries import hosting_reviews as queries
from croisee.incubation.services import hosting_reviews as services
from croisee.incubation.views.hosting import MANAGER

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from croisee.foundation.accounts.models import Account

READERS = (Role.INCUBATOR_MANAGER, Role.EMPLOYER, Role.PROJECT_HOLDER)


def _trail(account: Account) -> list[tuple[str, str]]:
    if account.has_role(MANAGER):
        return [(reverse("incubation:reviews"), _("Six-monthly reviews"))]
    if account.has_role(Role.EMPLOYER):
        return [(reverse("incubation:my_hosting"), _("My hosting"))]
    return []


def _standing(row: Review) -> tuple[str, str]:
    """What is to be said of a review in a badge, and its tone."""
    days = (row.due_on - timezone.localdate()).days
    if row.held_on is not None:
        return pgettext("review", "held"), "ok"
    if days < 0:
        return ngettext("%(n)d day late", "%(n)d days late", -days) % {"n": -days}, "bad"
    if days <= queries.DAYS_AHEAD:
        return pgettext("review", "to be held"), "warn"
    return pgettext("review", "planned"), ""


@role_required(MANAGER)
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The reviews of one’s incubators: late, due, planned, held."""
    account, today = signed_in(request), timezone.localdate()
    managed = Project.objects.visible_to(account).managed_by(account).order_by().values("pk")
    listing = Listing(
        request,
        queries.reviews(account).filter(project__in=managed).order_by("due_on", "project__title", "pk"),
        name="reviews",
        columns=[
            Column(
                "project",
                _("Project"),
                lambda row: str(row.project),
                "project__title",
                link=lambda row: reverse("incubation:review", args=[row.pk]),
            ),
            Column("due_on", _("Due on"), sort="due_on"),
            Column(
                "standing",
                _("Stands"),
                lambda row: _standing(row)[0],
                badge=lambda row: _standing(row)[1],
            ),
            Column("held_on", pgettext("review", "Held on"), sort="held_on"),
            Column(
                "turnover", _("Turnover of the last year"), lambda row: row.get_turnover_display() or None
            ),
            Column("jobs", pgettext("review", "People at work"), sort="jobs", numeric=True),
            Column("jobs_qpv", _("of them in QPV"), sort="jobs_qpv", numeric=True),
        ],
        search=["project__title"],
        choices={
            "due": (
                _("Stands"),
                [
                    (Where("due", queries.is_due(today)), pgettext("review", "to be held")),
                    (Where("held", queries.HELD), pgettext("review", "held")),
                ],
            ),
        },
        empty_title=_("No review yet"),
        empty_text=_("Reviews are planned every six months once an agreement is signed."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "incubation/hosting/reviews.html", {"listing": listing})


@role_required(*READERS)
@require_safe
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One review, and those before it."""
    account = signed_in(request)
    row = get_object_or_404(queries.reviews(account), pk=pk)
    context = {
        "review": row,
        "badge": _standing(row),
        "manages": queries.may_hold(account, row),
        "history": queries.reviews(account).filter(project=row.project_id, held_on__isnull=False),
        "trail": _trail(account),
    }
    return render(request, "incubation/hosting/review.html", context)


@role_required(MANAGER)
@require_http_methods(METHODS)
def hold_review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note what a review said, or correct it."""
    account = signed_in(request)
    row = get_object_or_404(
        Review.objects.visible_to(account).managed_by(account).select_related("project"), pk=pk
    )
    form = ReviewForm(request.POST or None, instance=row, account=account)
    page = FormPage(
        _("Six-monthly review"),
        [*_trail(account), (reverse("incubation:review", args=[row.pk]), str(row.project))],
        _("%(project)s, due on %(day)s") % {"project": row.project, "day": in_words(row.due_on)},
        said=_("The review is noted."),
    )
    return page.answer(
        request,
        form,
        lambda: services.hold(row, form.cleaned_data, account, seen=form.last_seen()),
        reverse("incubation:review", args=[row.pk]),
    )


@role_required(MANAGER)
@require_http_methods(METHODS)
def new_review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Plan one more review of a hosted company."""
    account = signed_in(request)
    project = get_object_or_404(Project.objects.visible_to(account).managed_by(account), pk=pk)
    form = NewReviewForm(request.POST or None)
    page = FormPage(
        _("Plan a review"),
        [*_trail(account), (project.get_absolute_url(), str(project))],
        str(project),
        said=_("The review is planned."),
    )
    return page.answer(
        request,
        form,
        lambda: services.plan(project, form.cleaned_data["due_on"]),
        reverse("incubation:reviews"),
    )
