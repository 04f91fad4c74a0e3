"""The assembled software: it holds the commands that concern the installation as a whole."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """The installation: `croisee doctor`, `croisee up`."""

    name = "croisee.project"
    label = "project"
