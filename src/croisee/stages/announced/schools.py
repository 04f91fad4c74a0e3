"""What schools announce."""

from django.utils.translation import gettext_lazy as _

from croisee.directory.changes import on_change
from croisee.foundation.registry import NavLink, home_cards, nav_links
from croisee.stages.cards import schools as cards
from croisee.stages.notices import schools as notices  # noqa: F401  importing it registers the e-mails
from croisee.stages.queries.schools import SCHOOL
from croisee.stages.services import batches, consequences  # noqa: F401  importing it registers the work


def declare() -> None:
    """Announce the cards and links of schools, and what follows when a pupil's situation changes."""
    for role in SCHOOL:
        home_cards.register(role, cards.classes)
    nav_links.register(NavLink(_("My classes"), "stages:school", order=10), *SCHOOL)
    on_change(consequences.follow)
