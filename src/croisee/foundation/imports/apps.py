from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Web import of spreadsheets, with preview and correction."""

    name = "croisee.foundation.imports"
    label = "imports"
