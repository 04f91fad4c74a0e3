"""The directory: what it announces to the floors below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """Schools, classes, people, contacts, consents, teams."""

    name = "croisee.directory"
    label = "directory"
    verbose_name = _("directory")

    def ready(self) -> None:
        """Announce the pages, the import of class lists, and what is done with personal data."""
        from croisee.directory import cards, privacy
        from croisee.directory.class_lists import kind  # noqa: F401  importing it registers the import
        from croisee.foundation.accounts.roles import Role
        from croisee.foundation.registry import home_cards

        privacy.declare()
        for role in (Role.SCHOOL_HEAD, Role.SCHOOL_STAFF):
            home_cards.register(role, cards.classes)
        for role in (Role.SCHOOL_HEAD, Role.EMPLOYER):
            home_cards.register(role, cards.team)
        for role in (Role.ADMINISTRATOR, Role.CAMPAIGN_MANAGER):
            home_cards.register(role, cards.add_organisation)
