from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorklistsConfig(AppConfig):
    name = "linghang.worklists"
    label = "worklists"

    def ready(self) -> None:
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.platform.access import Permission
        from linghang.platform.ui import navigation
        from linghang.worklists import enums

        ledger.declare_kinds(enums.TASK, enums.PROBLEM)
        navigation.register(
            navigation.Entry(
                "tasks",
                _("Tasks"),
                "checklist",
                "worklists:tasks",
                Permission.VIEW_RECORDS,
                40,
                phone=True,
            ),
            navigation.Entry(
                "problems",
                _("Problems"),
                "alert-triangle",
                "worklists:problems",
                Permission.VIEW_RECORDS,
                45,
            ),
        )
