"""The planning of a meeting on paper: by stand, slot by slot; who is expected."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from croisee.apprenticeship.models import Meeting
from croisee.apprenticeship.queries.meetings import list_of_the_day, planning_of
from croisee.foundation.documents.services import render_pdf


def planning_pdf(meeting: Meeting) -> bytes:
    """The planning as a PDF; first names alone at the stands, whole names on the list of the day."""
    stands = meeting.stands.filter(confirmed=True).select_related("organisation")
    start = localtime(meeting.starts_at)
    data = {
        "title": meeting.title,
        "facts": [
            [_("When"), date_format(start, "DATETIME_FORMAT")],
            [pgettext("meeting", "Place"), meeting.place],
        ],
        "columns": [_("Hour"), _("First name"), _("Presence")],
        "stands": [
            {
                "title": " – ".join(part for part in (stand.table, str(stand.organisation)) if part),
                "text": stand.hiring_for,
                "rows": [
                    [
                        f"{localtime(slot.starts_at):%H:%M}",
                        slot.booking.person.given_name if slot.booking else "",
                        "",
                    ]
                    for slot in planning_of(stand)
                ],
            }
            for stand in stands
        ],
        "list_heading": _("List of the day"),
        "list_columns": [_("Name"), _("Slots"), _("Came")],
        "list": [[str(row.person), str(row.slots), ""] for row in list_of_the_day(meeting)],
        "nobody": _("Nobody is registered yet."),
    }
    return render_pdf("apprenticeship/planning.typ", data)
