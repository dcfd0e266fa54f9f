from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ElectionsConfig(AppConfig):
    name = "linghang.elections"
    label = "elections"

    def ready(self) -> None:
        from linghang.elections import enums, queries
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.platform.access import Permission
        from linghang.platform.notices import api as notices
        from linghang.platform.ui import navigation

        ledger.declare_kinds(enums.ELECTION)
        ledger.register_source("elections.election", "elections:election")
        notices.register_reminder("elections", queries.list_reminders)
        notices.register_dates("elections", queries.list_dates)
        navigation.register(
            navigation.Entry(
                "elections",
                _("Re-elections"),
                "users",
                "elections:units",
                Permission.VIEW_PEOPLE,
                34,
                section=navigation.RANKS,
            )
        )
