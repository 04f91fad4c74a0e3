from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "croisee.foundation.documents"
    label = "documents"
