from django.apps import AppConfig


class LifecyclesConfig(AppConfig):
    name = "croisee.foundation.lifecycles"
    label = "lifecycles"
