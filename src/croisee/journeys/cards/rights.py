"""What the home pages and the page of a journey say of consents and of access."""

from typing import TYPE_CHECKING

from django.db.models import Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.directory.models import CROSSINGS, Consent
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_counts
from croisee.journeys.models import AccessRequest, AccessState, Journey
from croisee.journeys.panels import Panel
from croisee.journeys.queries import rights as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

TEAM = (Role.REFERENT, Role.PROGRAMME_MANAGER)

home_counts.register(
    "journeys_access_to_answer",
    lambda account: queries.to_answer(account).filter(state=AccessState.ASKED),
    *TEAM,
)
home_counts.register(
    "journeys_access_asked",
    lambda account: queries.asked_by(account).filter(
        Q(state=AccessState.ASKED) | Q(state=AccessState.GRANTED, until__gte=timezone.localdate())
    ),
    *TEAM,
)
home_counts.register("journeys_deciding", queries.deciding, Role.FAMILY)


def access(account: "Account") -> Card:
    """Requests to see the journeys that one follows, and one's own."""
    counts = home_counts.of(account)
    waiting, own = counts["journeys_access_to_answer"], counts["journeys_access_asked"]
    url = reverse("journeys:access")
    if waiting:
        text = ngettext(
            "colleague asks to see a journey that you follow.",
            "requests of colleagues to see journeys that you follow.",
            waiting,
        )
        return Card(_("Access to answer"), text, url, figure=str(waiting), order=8)
    text = _("Nothing waits for your answer.")
    if own:
        mine = ngettext("You have %(n)d request.", "You have %(n)d requests.", own) % {"n": own}
        text = f"{text} {mine}"
    return Card(_("Access to journeys"), text, url, order=70)


def find(account: "Account") -> Card:
    """Where one looks for somebody who may be followed elsewhere."""
    text = _("Is this person followed in another programme? By name and birth date, without seeing the file.")
    return Card(_("Find somebody followed elsewhere"), text, reverse("journeys:find_person"), order=65)


def my_crossings(account: "Account") -> Card | None:
    """Where a person, or the parent of a child, says who sees what."""
    if not home_counts.of(account)["journeys_deciding"]:
        return None
    text = _("Internships, jobs, journeys: nothing passes from one service to another without your consent.")
    return Card(_("Who sees my way"), text, reverse("journeys:my_crossings"), order=60)


def panel(journey: Journey, account: "Account") -> Panel | None:
    """On the page of a journey, for who may write in it: the consents given, and who else has access."""
    if journey.person_id is None or not account.has_role(*TEAM):
        return None
    own = Journey.objects.followed_by(account).filter(pk=journey.pk).annotate(what=Value("own"))
    consents = Consent.objects.active().filter(person=journey.person_id, purpose__in=CROSSINGS)
    accesses = AccessRequest.objects.in_force().filter(person=journey.person_id)
    rows = (
        own.order_by()
        .values_list("what")
        .union(consents.order_by().values_list("purpose"), accesses.order_by().values_list("state"), all=True)
    )
    told = [what for (what,) in rows if what != "own"]
    if len(told) == len(rows):
        return None
    count = sum(what != AccessState.GRANTED for what in told)
    others = len(told) - count
    said = [
        ngettext("%(n)d consent of %(all)d given.", "%(n)d consents of %(all)d given.", count)
        % {"n": count, "all": len(CROSSINGS)}
    ]
    if others:
        said.append(
            ngettext("%(n)d colleague has access.", "%(n)d colleagues have access.", others) % {"n": others}
        )
    url = reverse("journeys:crossings", args=[journey.pk])
    return Panel(_("Consents and access"), " ".join(said), url, "info" if others else "")
