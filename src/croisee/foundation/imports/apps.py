from django.apps import AppConfig

from croisee.foundation.registry import impersonal, personal_data


class ImportsConfig(AppConfig):
    """Web import of spreadsheets, with preview and correction."""

    name = "croisee.foundation.imports"
    label = "imports"

    def ready(self) -> None:
        """Announce what is done about personal data."""
        from croisee.foundation.imports.models import ImportDraft, ImportFile, ImportMapping, RememberedColumn
        from croisee.foundation.imports.privacy import DRAFT_RULE, FILE_RULE

        personal_data.register(ImportDraft, DRAFT_RULE)
        personal_data.register(ImportFile, FILE_RULE)
        impersonal(RememberedColumn)
        impersonal(ImportMapping)
