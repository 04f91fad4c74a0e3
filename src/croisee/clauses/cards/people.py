"""What the home pages say of participants, needs, proposals and contracts."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.clauses.models import Need, NeedState, Participant
from croisee.clauses.queries import assignments as queries
from croisee.clauses.queries.eligibility import eligible_now, ending, without_proof
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_counts

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account


def _eligible(account: "Account") -> "QuerySet[Participant]":
    return Participant.objects.filter(pk__in=eligible_now(timezone.localdate()).values("participant"))


def _needs(account: "Account") -> "QuerySet[Need]":
    return Need.objects.visible_to(account).filter(state=NeedState.OPEN, assignments__isnull=True)


FOLLOWING = {
    "clauses_eligible": _eligible,
    "clauses_ending": lambda account: ending(timezone.localdate()),
    "clauses_without_proof": lambda account: without_proof(),
    "clauses_needs": _needs,
    "clauses_to_ask": lambda account: queries.to_ask_after(account, timezone.localdate()),
    "clauses_overdue": lambda account: queries.overdue(account, timezone.localdate()),
}
for name, rows in FOLLOWING.items():
    home_counts.register(name, rows, Role.FACILITATEUR)
home_counts.register("clauses_proposed", queries.waiting_for, Role.EMPLOYER)
home_counts.register(
    "clauses_oneself",
    lambda account: Participant.objects.filter(
        person__contacts__account=account, person__contacts__capacity="self"
    ),
    Role.FAMILY,
)


def participants(account: "Account") -> Card:
    """How many people are eligible, whose time ends soon, what is to be checked."""
    counts = home_counts.of(account)
    count, soon = counts["clauses_eligible"], counts["clauses_ending"]
    waiting = counts["clauses_without_proof"]
    said = []
    if soon:
        text = ngettext("%(n)d ends within 90 days.", "%(n)d end within 90 days.", soon)
        said.append(text % {"n": soon})
    if waiting:
        text = ngettext("%(n)d proof is missing.", "%(n)d proofs are missing.", waiting)
        said.append(text % {"n": waiting})
    if not said:
        said = [
            _("Nobody’s eligibility ends within 90 days.")
            if count
            else _("Add people, or import your table.")
        ]
    where = reverse("clauses:participants") + ("?eligibility=soon" if soon else "")
    figure = number_format(count, use_l10n=True, force_grouping=True)
    return Card(_("Eligible people"), " ".join(said), where, figure=figure, order=20)


def needs(account: "Account") -> Card | None:
    """Needs of companies for which nobody is proposed yet."""
    count = home_counts.of(account)["clauses_needs"]
    if not count:
        return None
    text = ngettext("It waits for people.", "They wait for people.", count)
    return Card(
        _("Needs without anybody proposed"),
        text,
        f"{reverse('clauses:needs')}?state=open",
        str(count),
        order=15,
    )


def situations(account: "Account") -> Card | None:
    """Whose situation is to be asked, six months after a contract; ends that nobody noted."""
    counts = home_counts.of(account)
    ask, late = counts["clauses_to_ask"], counts["clauses_overdue"]
    if not ask and not late:
        return None
    said = []
    if ask:
        text = ngettext("%(n)d person is to be asked.", "%(n)d people are to be asked.", ask)
        said.append(text % {"n": ask})
    if late:
        text = ngettext(
            "%(n)d end of contract is to be noted.", "%(n)d ends of contracts are to be noted.", late
        )
        said.append(text % {"n": late})
    show = "ask" if ask else "overdue"
    return Card(
        _("Situations after the contract"),
        " ".join(said),
        f"{reverse('clauses:assignments')}?show={show}",
        order=40,
    )


def proposed(account: "Account") -> Card | None:
    """People who wait for the answer of one's company."""
    count = home_counts.of(account)["clauses_proposed"]
    if not count:
        return None
    text = ngettext("person waits for your answer.", "people wait for your answer.", count)
    where = reverse("clauses:needs")
    return Card(_("People proposed to you"), text, where, figure=str(number_format(count)), order=5)


def monitor(account: "Account") -> Card:
    """Where the monitor of publics is."""
    text = _("Residents of priority neighbourhoods, women, young and older people, from eligible to hired.")
    return Card(_("Who benefits from social clauses"), text, reverse("clauses:monitor"), order=45)


def my_hours(account: "Account") -> Card | None:
    """Where one's hours are, for who does some."""
    if not home_counts.of(account)["clauses_oneself"]:
        return None
    text = _("What you did, month by month, and until when your hours count.")
    return Card(_("My hours of work"), text, reverse("clauses:my_hours"), order=10)
