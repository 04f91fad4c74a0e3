from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "croisee.territory"
    label = "territory"
