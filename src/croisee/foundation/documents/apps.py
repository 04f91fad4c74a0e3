from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """PDF documents and their public verification."""

    name = "croisee.foundation.documents"
    label = "documents"
