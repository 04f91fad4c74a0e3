from django.apps import AppConfig

from croisee.foundation.registry import personal_data


class DocumentsConfig(AppConfig):
    """PDF documents and their public verification."""

    name = "croisee.foundation.documents"
    label = "documents"

    def ready(self) -> None:
        """Announce what is done about personal data."""
        from croisee.foundation.documents.models import IssuedDocument
        from croisee.foundation.documents.privacy import RULE

        personal_data.register(IssuedDocument, RULE)
