from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContestsConfig(AppConfig):
    name = "linghang.contests"
    label = "contests"

    def ready(self) -> None:
        from linghang.contests import enums, packs
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.platform.access import Permission
        from linghang.platform.ui.navigation import RESULTS, Entry, register

        packs.register_sections()
        ledger.declare_kinds(enums.RESULT)
        ledger.register_source("contests.team", "contests:team")
        register(
            Entry(
                "contests",
                _("Contests"),
                "flag",
                "contests:index",
                Permission.VIEW_PUBLISHED,
                56,
                section=RESULTS,
            )
        )
