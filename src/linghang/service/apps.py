from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceConfig(AppConfig):
    name = "linghang.service"
    label = "service"

    def ready(self) -> None:
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.platform.access import Permission
        from linghang.platform.ui import navigation
        from linghang.service import enums

        ledger.declare_kinds(enums.VISIT, enums.HOURS)
        navigation.register(
            navigation.Entry(
                "service",
                _("Service"),
                "heart-handshake",
                "service:visits",
                Permission.VIEW_RECORDS,
                50,
            )
        )
