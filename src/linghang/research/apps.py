from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResearchConfig(AppConfig):
    name = "linghang.research"
    label = "research"

    def ready(self) -> None:
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.platform.access import Permission
        from linghang.platform.ui import navigation
        from linghang.research import enums, packs

        packs.register_sections()
        ledger.declare_kinds(enums.VISIT, enums.FINDING, enums.TALK)
        # Talks have no page for others: their lines lead to themselves.
        ledger.register_source("research.visit", "research:visit")
        navigation.register(
            navigation.Entry(
                "research",
                _("Research and talks"),
                "messages",
                "research:board",
                Permission.RAISE_PROBLEMS,
                48,
                section=navigation.PROBLEMS,
            )
        )
