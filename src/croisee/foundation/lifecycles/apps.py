from django.apps import AppConfig

from croisee.foundation.registry import personal_data


class LifecyclesConfig(AppConfig):
    """Lifecycles declared as data, and the log of every change of state."""

    name = "croisee.foundation.lifecycles"
    label = "lifecycles"

    def ready(self) -> None:
        """Announce what is done about personal data."""
        from croisee.foundation.lifecycles.models import StateChange
        from croisee.foundation.lifecycles.privacy import RULE

        personal_data.register(StateChange, RULE)
