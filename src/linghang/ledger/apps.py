from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "linghang.ledger"
    label = "ledger"

    def ready(self) -> None:
        from linghang.platform.access import Permission  # apps are loaded by now
        from linghang.platform.ui import navigation

        navigation.register(
            navigation.Entry(
                "ledger",
                _("Records"),
                "notebook",
                "ledger:timeline",
                Permission.VIEW_RECORDS,
                order=30,
                phone=True,
            )
        )
