from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "croisee.foundation.accounts"
    label = "accounts"
