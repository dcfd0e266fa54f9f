from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiagnosisConfig(AppConfig):
    name = "linghang.diagnosis"
    label = "diagnosis"

    def ready(self) -> None:
        from linghang.diagnosis import enums, packs  # models are loaded by now
        from linghang.diagnosis.services import telling
        from linghang.ledger import api as ledger
        from linghang.platform.access import Permission
        from linghang.platform.notices import api as notices
        from linghang.platform.ui import navigation

        ledger.declare_kinds(enums.DIAGNOSIS)
        ledger.register_source("diagnosis.sheet", "diagnosis:sheet")
        packs.register_sections()
        notices.register_reminder("diagnosis", telling.remind)
        notices.register_dates("diagnosis", telling.list_dates)
        navigation.register(
            navigation.Entry(
                "diagnosis",
                _("Diagnosis"),
                "clipboard-check",
                "diagnosis:rounds",
                Permission.VIEW_RECORDS,
                48,
                section=navigation.PROBLEMS,
            )
        )
