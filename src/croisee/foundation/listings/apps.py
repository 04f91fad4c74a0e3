from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "croisee.foundation.listings"
    label = "listings"
