from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """E-mail notices, preferences and their ledger."""

    name = "croisee.foundation.notices"
    label = "notices"
