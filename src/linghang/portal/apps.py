from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "linghang.portal"
    label = "portal"

    def ready(self) -> None:
        from linghang.org import api as org  # apps are loaded by now
        from linghang.platform.access import Permission
        from linghang.platform.ui import navigation

        org.register_unit_panel(
            "three-lists",
            _("Three lists"),
            "portal:three-lists-panel",
            order=48,
            visible=lambda scope, unit: (
                unit.line == "party" and bool(scope.can(Permission.VIEW_RECORDS, unit.path))
            ),
        )

        navigation.register(
            navigation.Entry(
                "home", _("Home"), "layout-dashboard", "portal:home", None, order=1, phone=True
            ),
            navigation.Entry(
                "jobs",
                _("Jobs"),
                "hourglass",
                "portal:jobs",
                Permission.VIEW_JOBS,
                order=910,
                section=navigation.SYSTEM,
            ),
            navigation.Entry(
                "audit",
                _("Audit trail"),
                "shield-check",
                "portal:audit",
                Permission.VIEW_AUDIT,
                order=920,
                section=navigation.SYSTEM,
            ),
        )
