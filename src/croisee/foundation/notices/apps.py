from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "croisee.foundation.notices"
    label = "notices"
