from django.apps import AppConfig


class TablesConfig(AppConfig):
    name = "croisee.foundation.tables"
    label = "tables"
