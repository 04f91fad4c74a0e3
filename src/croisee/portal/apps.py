from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "croisee.portal"
    label = "portal"
