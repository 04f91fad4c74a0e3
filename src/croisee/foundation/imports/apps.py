from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "croisee.foundation.imports"
    label = "imports"
