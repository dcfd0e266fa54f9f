from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "linghang.activities"
    label = "activities"

    def ready(self) -> None:
        from linghang.activities import mapping, packs  # models are loaded by now
        from linghang.ledger import api as ledger

        ledger.declare_kinds(*mapping.ATTENDANCE_KINDS)
        ledger.declare_source(mapping.list_fact_kinds)
        packs.register_sections()
