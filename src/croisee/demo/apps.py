from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "croisee.demo"
    label = "demo"
