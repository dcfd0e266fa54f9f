from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "linghang.accounts"
    label = "accounts"
