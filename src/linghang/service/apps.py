from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "linghang.service"
    label = "service"

    def ready(self) -> None:
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.service import enums

        ledger.declare_kinds(enums.VISIT, enums.HOURS)
