from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "croisee.foundation.progress"
    label = "progress"
