"""What the home pages say of presence, reviews and calendars."""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.registry import Card
from croisee.stages.models import Attendance
from croisee.stages.queries import attendance as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


def presence(account: "Account") -> Card | None:
    """How many pupils are on internship today, and how many of them are not noted yet."""
    today = timezone.localdate()
    noted = Attendance.objects.filter(convention=OuterRef("pk"), day=today)
    days = list(queries.on_day(account, today).order_by().values_list(Exists(noted), flat=True))
    if not days:
        return None
    total, left = len(days), days.count(False)
    text = (
        ngettext("%(n)d pupil is still to be noted.", "%(n)d pupils are still to be noted.", left)
        % {"n": left}
        if left
        else _("Everyone is noted for today.")
    )
    return Card(_("On internship today"), text, reverse("stages:attendances"), figure=str(total), order=5)


def reviews(account: "Account") -> Card | None:
    """The first of the internships to review."""
    named = ("application__person", "application__period__opportunity__organisation")
    due = queries.reviews_due(account, timezone.localdate()).select_related(*named).first()
    if due is None:
        return None
    side = queries.sides_of(account, due)[0]
    host = due.application.period.opportunity.organisation.name
    text = _("The internship at %(host)s is over: a mark and a few words.") % {"host": host}
    return Card(_("Your review"), text, reverse("stages:review", args=[due.pk, side]), order=8)


def agenda(account: "Account") -> Card:
    """Where one's calendar is."""
    text = _("What has a date here, in the calendar of your telephone or computer.")
    return Card(_("My calendar"), text, reverse("stages:calendar_page"), order=90)
