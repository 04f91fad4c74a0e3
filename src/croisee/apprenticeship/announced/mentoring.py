"""What is announced of mentors and those they follow."""

from django.utils.translation import gettext_lazy as _

from croisee.apprenticeship import privacy_of_mentoring
from croisee.apprenticeship.cards import mentoring as cards
from croisee.apprenticeship.notices import mentoring as notices  # noqa: F401  importing it registers the e-mails
from croisee.apprenticeship.queries.mentoring import panel_of_mentor
from croisee.apprenticeship.services import mentoring
from croisee.foundation import daily
from croisee.journeys import panels


def declare() -> None:
    """Announce cards, what is done each day, and what is done with personal data."""
    cards.declare()
    privacy_of_mentoring.declare()
    panels.register("apprenticeship_mentor", 60, panel_of_mentor)
    daily.register("apprenticeship_pairs", _("Mentors reminded of a pair"), mentoring.remind)
