from django.apps import AppConfig


class LifecyclesConfig(AppConfig):
    """Lifecycles declared as data, and the log of every change of state."""

    name = "croisee.foundation.lifecycles"
    label = "lifecycles"
