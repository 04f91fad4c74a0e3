from django.apps import AppConfig

from croisee.foundation.registry import personal_data


class ProgressConfig(AppConfig):
    """Background work with progress rows."""

    name = "croisee.foundation.progress"
    label = "progress"

    def ready(self) -> None:
        """Announce what is done about personal data."""
        from croisee.foundation.progress.models import Progress
        from croisee.foundation.progress.privacy import RULE

        personal_data.register(Progress, RULE)
