from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransfersConfig(AppConfig):
    name = "linghang.transfers"
    label = "transfers"

    def ready(self) -> None:
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.platform.access import Permission
        from linghang.platform.notices import api as notices
        from linghang.platform.ui import navigation
        from linghang.transfers import enums, queries

        ledger.declare_kinds(enums.TRANSFER)
        ledger.register_source("transfers.transfer", "transfers:transfer")
        notices.register_reminder("transfers", queries.list_reminders)
        notices.register_dates("transfers", queries.list_dates)
        navigation.register(
            navigation.Entry(
                "transfers",
                _("Transfers"),
                "arrow-right",
                "transfers:transfers",
                Permission.VIEW_PEOPLE,
                35,
                section=navigation.RANKS,
            )
        )
