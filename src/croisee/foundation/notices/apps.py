from django.apps import AppConfig

from croisee.foundation.registry import personal_data


class NoticesConfig(AppConfig):
    """E-mail notices, preferences and their ledger."""

    name = "croisee.foundation.notices"
    label = "notices"

    def ready(self) -> None:
        """Announce what is done about personal data."""
        from croisee.foundation.notices.models import Ledger, Preference
        from croisee.foundation.notices.privacy import LEDGER_RULE, PREFERENCE_RULE

        personal_data.register(Ledger, LEDGER_RULE)
        personal_data.register(Preference, PREFERENCE_RULE)
