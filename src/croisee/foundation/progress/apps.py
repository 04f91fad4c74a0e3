from django.apps import AppConfig


class ProgressConfig(AppConfig):
    """Background work with progress rows."""

    name = "croisee.foundation.progress"
    label = "progress"
