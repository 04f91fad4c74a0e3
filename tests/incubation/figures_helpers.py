"""The figures that an installation begins with, for tests whose tables were emptied by a test of transactions."""

import importlib

from django.apps import apps

from croisee.incubation.models import Parameter

MIGRATION = importlib.import_module("croisee.incubation.migrations.0002_figures")


def known_figures() -> None:
    """Load them where there are none."""
    if not Parameter.objects.exists():
        MIGRATION.load(apps, None)
