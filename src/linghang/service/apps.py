from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceConfig(AppConfig):
    name = "linghang.service"
    label = "service"

    def ready(self) -> None:
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.org import api as org
        from linghang.platform.access import Permission
        from linghang.platform.ui import navigation
        from linghang.service import enums, sheets

        ledger.declare_kinds(enums.VISIT, enums.HOURS)
        ledger.register_source("service.servicevisit", "service:visit")
        for sheet in sheets.LEDGER_SHEETS:
            ledger.register_sheet(sheet)
        org.register_unit_panel(
            "service",
            _("Service"),
            "service:unit-panel",
            order=50,
            visible=lambda scope, unit: (
                unit.line == "party" and bool(scope.can(Permission.VIEW_RECORDS, unit.path))
            ),
        )
        navigation.register(
            navigation.Entry(
                "service",
                _("Service"),
                "heart-handshake",
                "service:visits",
                Permission.VIEW_RECORDS,
                34,
                section=navigation.SERVICE,
            )
        )
