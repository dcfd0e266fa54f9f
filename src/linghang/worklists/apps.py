from django.apps import AppConfig


class WorklistsConfig(AppConfig):
    name = "linghang.worklists"
    label = "worklists"

    def ready(self) -> None:
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.worklists import enums

        ledger.declare_kinds(enums.TASK, enums.PROBLEM)
