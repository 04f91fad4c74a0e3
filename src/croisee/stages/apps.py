from django.apps import AppConfig


class StagesConfig(AppConfig):
    name = "croisee.stages"
    label = "stages"
