from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "linghang.ledger"
    label = "ledger"
