from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "croisee.foundation.figures"
    label = "figures"
