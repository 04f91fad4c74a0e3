"""A demonstration: made-up people on a made-up metropolis, or on the real ground of one."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """`croisee demo`."""

    name = "croisee.demo"
    label = "demo"

    def ready(self) -> None:
        """Say that what this app stores is about nobody."""
        from croisee.demo.models import DemoInstallation
        from croisee.foundation.registry import impersonal

        impersonal(DemoInstallation)
