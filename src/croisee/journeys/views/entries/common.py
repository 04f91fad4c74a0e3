"""What the pages of entries share: who opens them, the pages above, tones."""

from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.foundation.accounts.roles import Role
from croisee.journeys.models import CommitteeState, JourneyState, Programme, Verdict

MANAGER = (Role.PROGRAMME_MANAGER,)
TEAM = (Role.PROGRAMME_MANAGER, Role.REFERENT)
ACCEPTED = Verdict.ACCEPTED.value
Trail = list[tuple[str, str]]

STATES: dict[str, str] = {
    JourneyState.PROPOSED: "info",
    ACCEPTED: "ok",
    JourneyState.REFUSED: "bad",
    JourneyState.WITHDRAWN: "",
}
VERDICTS: dict[str, str] = {
    Verdict.WAITING: "info",
    Verdict.ACCEPTED: "ok",
    Verdict.POSTPONED: "warn",
    Verdict.REFUSED: "bad",
}
MEETINGS: dict[str, str] = {
    CommitteeState.PLANNED: "info",
    CommitteeState.CLOSED: "ok",
    CommitteeState.CANCELLED: "warn",
}


def programmes_trail(programme: Programme | None = None) -> Trail:
    """The pages above one of a programme's."""
    trail = [(reverse("journeys:programmes"), _("Programmes"))]
    return trail if programme is None else [*trail, (programme.get_absolute_url(), programme.name)]


def requests_trail() -> Trail:
    """The pages above a request's."""
    return [(reverse("journeys:requests"), _("Requests for entry"))]


def standing(stands: str) -> str:
    """How a request stands, in words."""
    return str(Verdict.ACCEPTED.label if stands == ACCEPTED else JourneyState(stands).label)
