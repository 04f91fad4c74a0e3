from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "croisee.foundation.audit"
    label = "audit"
