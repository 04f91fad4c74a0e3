"""What schools print: the lists of their classes, and wish forms for families without e-mail."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.directory.models import Enrolment
from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import in_words
from croisee.foundation.documents.services import render_pdf
from croisee.opportunities.models import Application, Period
from croisee.stages import wording
from croisee.stages.files.weeks import age_on
from croisee.stages.models import Campaign, HostKind
from croisee.stages.parameters import PRIVATE_HOST_AGE
from croisee.stages.phases import turn
from croisee.stages.queries import schools as queries
from croisee.stages.queries.schools import Situation
from croisee.stages.queries.wishes import periods_of_week
from croisee.stages.services import paper

DAYS_TO_ENTER = dt.timedelta(days=2)
"""How long before wishes close paper forms come back, so that the school can enter them."""


def class_lists(campaign: Campaign, account: Account) -> bytes:
    """The classes of a school as a PDF: each pupil with the place, the host, its address and the convention."""
    rows = list(queries.pupils(campaign, account).order_by("school_class__name", "person__family_name", "pk"))
    held = _held(campaign, rows)
    sections = []
    for row in queries.class_rows(campaign, account):
        inside = [one for one in rows if one.school_class_id == row.school_class.pk]
        week = wording.week_of_monday(row.monday) if row.monday else _("week not set")
        count = ngettext("%d pupil", "%d pupils", len(inside)) % len(inside)
        sections.append(
            {
                "heading": f"{row.name}, {row.school}",
                "lead": f"{count}, {week}",
                "rows": [_line(one, held.get(one.person_id)) for one in inside],
            }
        )
    data = {
        "title": _("Internships: the classes"),
        "campaign": campaign.name,
        "header": [_("Pupil"), _("Reference"), _("Place and host"), _("Address"), _("Situation")],
        "sections": sections,
    }
    return render_pdf("stages/class_lists.typ", data)


def _held(campaign: Campaign, rows: Iterable[Enrolment]) -> dict[Any, Application]:
    """The place that each pupil holds, by person, in one query."""
    places = Application.objects.holding().filter(
        call=campaign.pk, person__in=[row.person_id for row in rows]
    )
    return {place.person_id: place for place in places.select_related("period__opportunity__organisation")}


def _line(row: Any, held: Application | None) -> list[str]:
    offer = held.period.opportunity if held else None
    address = f"{offer.address} {offer.postcode} {offer.city}".strip() if offer else ""
    return [
        f"{row.person.family_name} {row.person.given_name}",
        row.reference,
        f"{offer.title}, {offer.organisation.name}" if offer else "",
        address,
        str(Situation(row.situation).label),
    ]


def wish_forms(campaign: Campaign, rows: Sequence[Any]) -> bytes:
    """A wish form on paper for each of `rows` (pupils with a week), with the list of offers and their codes."""
    closes = campaign.closes_at if turn(campaign) == 1 else campaign.second_closes_at
    entered = closes - DAYS_TO_ENTER
    back = localtime(entered if entered > timezone.now() else closes).date()
    offers = {monday: _offers(campaign, monday) for monday in {row.monday for row in rows}}
    forms = [
        {
            "heading": f"{row.person.given_name} {row.person.family_name}",
            "facts": [
                [_("Class"), f"{row.school_class.name}, {row.school_class.school}"],
                [_("Reference"), row.reference],
                [_("Internship"), wording.week_of_monday(row.monday)],
                [_("Bring it back to the school before"), in_words(back)],
            ],
            "offers": _open_to(row, offers[row.monday]),
        }
        for row in rows
    ]
    data = {
        "title": _("My wishes for the internship"),
        "campaign": campaign.name,
        "lead": _(
            "Write the code of each offer that you would like, the one you like best on the first line. "
            "How places are given does not depend on who answers first: take your time until the date below."
        ),
        "length": campaign.list_length,
        "words": {
            "wish": _("Wish"),
            "code": _("Code of the offer"),
            "name": _("Its name, to be sure"),
            "signature": _("Date and signature of a legal representative"),
            "offers": _("The offers of the week"),
            "none": _("No offer is open in this week yet."),
        },
        "header": [_("Code"), _("Offer"), _("Host"), _("Town")],
        "forms": forms,
    }
    return render_pdf("stages/wish_forms.typ", data)


def _offers(campaign: Campaign, monday: dt.date) -> list[Period]:
    periods: QuerySet[Period] = periods_of_week(campaign, monday)
    rows = periods.select_related("opportunity__organisation", "opportunity__internship")
    free = [period for period in rows if turn(campaign) == 1 or period.free > 0]
    return sorted(free, key=lambda period: (period.opportunity.sector, period.opportunity.title))


def _open_to(row: Any, periods: Iterable[Period]) -> list[list[str]]:
    """The offers whose host may take this pupil at the age of that week, as lines of the printed list."""
    age = age_on(row.person.birth_date, row.monday)
    lines = []
    for period in periods:
        offer = period.opportunity
        law = 0 if offer.internship.host_kind == HostKind.PUBLIC else PRIVATE_HOST_AGE
        least = law if offer.internship.least_age is None else offer.internship.least_age
        if age >= least:
            lines.append([paper.code(offer.pk), offer.title, offer.organisation.name, offer.city])
    return lines
