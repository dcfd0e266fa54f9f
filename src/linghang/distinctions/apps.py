from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DistinctionsConfig(AppConfig):
    name = "linghang.distinctions"
    label = "distinctions"

    def ready(self) -> None:
        from linghang.distinctions import enums, packs
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.org import api as org
        from linghang.platform.access import Permission
        from linghang.platform.ui import navigation

        packs.register_sections()
        ledger.declare_kinds(enums.AWARDED, enums.DEMOTED)
        ledger.register_source("distinctions.holding", "distinctions:holding")
        ledger.register_source("distinctions.demotion", "distinctions:holding")
        org.register_unit_panel(
            "stars",
            _("Stars"),
            "distinctions:panel",
            order=45,
            visible=lambda scope, unit: (
                unit.line == "party" and bool(scope.can(Permission.VIEW_PUBLISHED, unit.path))
            ),
        )
        navigation.register(
            navigation.Entry(
                "distinctions",
                _("Stars and benchmarks"),
                "star",
                "distinctions:board",
                Permission.VIEW_PUBLISHED,
                51,
                section=navigation.RESULTS,
            )
        )
