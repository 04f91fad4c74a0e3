"""The directory: what it announces to the floors below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """Schools, classes, people, contacts, consents, teams."""

    name = "croisee.directory"
    label = "directory"
    verbose_name = _("directory")

    def ready(self) -> None:
        """Announce what is done with personal data."""
        from croisee.directory import privacy
        from croisee.foundation.registry import impersonal

        privacy.declare()
        impersonal()
