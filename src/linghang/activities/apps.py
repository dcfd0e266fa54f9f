from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "linghang.activities"
    label = "activities"

    def ready(self) -> None:
        from linghang.activities import mapping, packs, sheets  # models are loaded by now
        from linghang.ledger import api as ledger
        from linghang.org import api as org
        from linghang.platform.access import Permission
        from linghang.platform.ui import navigation

        ledger.declare_kinds(*mapping.ATTENDANCE_KINDS)
        ledger.declare_source(mapping.fact_kinds)
        ledger.register_source("activities.activity", "activities:activity")
        for sheet in sheets.LEDGER_SHEETS:
            ledger.register_sheet(sheet)
        packs.register_sections()
        org.register_unit_panel(
            "cadence",
            _("Cadence"),
            "activities:unit_panel",
            order=40,
            visible=lambda scope, unit: bool(scope.can(Permission.VIEW_RECORDS, unit.path)),
        )
        navigation.register(
            navigation.Entry(
                "cadence",
                _("Cadence"),
                "calendar-stats",
                "activities:cadence",
                Permission.VIEW_RECORDS,
                order=32,
                section=navigation.LIFE,
            ),
            navigation.Entry(
                "record",
                _("New record"),
                "pencil",
                "activities:record",
                Permission.EDIT_RECORDS,
                order=31,
                phone=True,
            ),
        )
