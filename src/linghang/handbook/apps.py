from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HandbookConfig(AppConfig):
    name = "linghang.handbook"
    label = "handbook"

    def ready(self) -> None:
        from linghang.handbook import packs
        from linghang.org import api as org  # models are loaded by now
        from linghang.platform.access import Permission
        from linghang.platform.ui import navigation

        packs.register_sections()
        org.register_unit_panel(
            "handbook",
            _("Standards handbook"),
            "handbook:panel",
            order=47,
            visible=lambda scope, unit: (
                unit.line == "party" and bool(scope.can(Permission.VIEW_RECORDS, unit.path))
            ),
        )
        navigation.register(
            navigation.Entry(
                "handbook",
                _("Standards handbook"),
                "clipboard-check",
                "handbook:home",
                Permission.VIEW_RECORDS,
                35,
                section=navigation.LIFE,
            )
        )
