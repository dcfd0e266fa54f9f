from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RectificationConfig(AppConfig):
    name = "linghang.rectification"
    label = "rectification"

    def ready(self) -> None:
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.org import api as org
        from linghang.platform.access import Permission
        from linghang.platform.files import api as files
        from linghang.platform.notices import api as notices
        from linghang.platform.ui import navigation
        from linghang.rectification import access, enums, packs, queries, sheets
        from linghang.rectification.models import Problem
        from linghang.rectification.services import measures, notifying
        from linghang.worklists import api as worklists

        packs.register_sections()
        worklists.register_reopening_check(measures.refuse_reopening)
        worklists.register_done_listener(notifying.tell_measures_done)
        notices.register_reminder("rectification", notifying.list_reminders)
        notices.register_dates("rectification", notifying.list_dates)
        ledger.declare_kinds(enums.PROBLEM, enums.RESULT)
        ledger.register_source("rectification.problem", "rectification:problem")
        ledger.register_source("rectification.result", "rectification:result")
        files.register_owner(
            "rectification.problem",
            visible=lambda scope, pk: queries.list_problems(scope).filter(pk=pk).exists(),
            may_add=lambda scope, pk: access.can_edit(
                scope, queries.list_problems(scope).get(pk=pk)
            ),
            unit_path=lambda pk: Problem.objects.values_list("unit__path", flat=True).get(pk=pk),
        )
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
                section=navigation.PROBLEMS,
            ),
        )
