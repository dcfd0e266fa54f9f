from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RectificationConfig(AppConfig):
    name = "linghang.rectification"
    label = "rectification"

    def ready(self) -> None:
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.org import api as org
        from linghang.platform.access import Permission
        from linghang.platform.ui import navigation
        from linghang.rectification import enums, packs, sheets

        packs.register_sections()
        ledger.declare_kinds(enums.PROBLEM, enums.RESULT)
        ledger.register_source("rectification.problem", "rectification:problem")
        ledger.register_source("rectification.result", "rectification:result")
        for sheet in sheets.LEDGER_SHEETS:
            ledger.register_sheet(sheet)
        org.register_unit_panel(
            "rectification",
            _("Problems"),
            "rectification:unit-panel",
            order=46,
            visible=lambda scope, unit: (
                unit.line == "party" and bool(scope.can(Permission.VIEW_RECORDS, unit.path))
            ),
        )
        navigation.register(
            navigation.Entry(
                "problems",
                _("Problems"),
                "alert-triangle",
                "rectification:problems",
                Permission.VIEW_RECORDS,
                45,
            ),
        )
