"""What is announced of agreements, rents, reviews, ways out."""

from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Purpose
from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, nav_links
from croisee.incubation import panels, privacy_of_hosting
from croisee.incubation.cards import hosting as cards
from croisee.incubation.notices import hosting as notices  # noqa: F401  importing it registers the e-mails
from croisee.incubation.queries import hosting_panels
from croisee.incubation.services import hosting_changes, hosting_reviews, hosting_terms
from croisee.journeys import deadlines


def declare() -> None:
    """Announce cards, links, lines of a project's page, what is done each day, what is done with personal data."""
    cards.declare()
    privacy_of_hosting.declare()
    nav_links.register(NavLink(_("Agreements"), "incubation:agreements", 30), Role.INCUBATOR_MANAGER)
    panels.register("hosting", 30, hosting_panels.panel_of_agreement)
    panels.register("hosting_reviews", 35, hosting_panels.panel_of_reviews)
    deadlines.register(
        "incubation.agreements", Purpose.SHOW_BUSINESS, hosting_panels.term_words, hosting_panels.terms
    )
    daily.register("incubation_terms", _("E-mails about terms of hosting"), hosting_terms.remind)
    daily.register("incubation_reviews", _("E-mails about six-monthly reviews"), hosting_reviews.remind)
    daily.register("incubation_left", _("Companies noted as having left"), hosting_changes.leave_today)
