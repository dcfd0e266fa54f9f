from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppraisalConfig(AppConfig):
    name = "linghang.appraisal"
    label = "appraisal"

    def ready(self) -> None:
        from linghang.appraisal import enums, queries
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.platform.access import Permission
        from linghang.platform.notices import api as notices
        from linghang.platform.ui import navigation

        ledger.declare_kinds(enums.APPRAISAL)
        ledger.register_source("appraisal.appraisal", "appraisal:appraisal")
        notices.register_reminder("appraisal", queries.list_reminders)
        notices.register_dates("appraisal", queries.list_dates)
        navigation.register(
            navigation.Entry(
                "appraisal",
                _("Democratic appraisal"),
                "message-report",
                "appraisal:units",
                Permission.VIEW_RECORDS,
                35,
                section=navigation.LIFE,
            )
        )
