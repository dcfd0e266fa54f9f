from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorklistsConfig(AppConfig):
    name = "linghang.worklists"
    label = "worklists"

    def ready(self) -> None:
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.org import api as org
        from linghang.platform.access import Permission
        from linghang.platform.files import api as files
        from linghang.platform.notices import api as notices
        from linghang.platform.ui import navigation
        from linghang.worklists import enums, packs, queries, sheets
        from linghang.worklists.services import follow_facts, notifying

        ledger.declare_kinds(enums.TASK, enums.MEMBER_TASK, enums.DUTY)
        packs.register_sections()
        ledger.register_follower(follow_facts)
        files.register_owner(
            "worklists.assignment",
            visible=queries.sees_task,
            may_add=queries.may_add_files,
            unit_path=queries.find_unit_path,
        )
        notices.register_reminder("worklists", notifying.list_reminders)
        notices.register_dates("worklists", notifying.list_dates)
        ledger.register_source("worklists.assignment", "worklists:task")
        for sheet in sheets.LEDGER_SHEETS:
            ledger.register_sheet(sheet)
        org.register_unit_panel(
            "worklists",
            _("Tasks"),
            "worklists:unit-panel",
            order=45,
            visible=lambda scope, unit: (
                unit.line == "party" and bool(scope.can(Permission.VIEW_RECORDS, unit.path))
            ),
        )
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
        )
