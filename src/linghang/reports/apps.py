from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "linghang.reports"
    label = "reports"

    def ready(self) -> None:
        """Stand in the navigation; offer the documents beside each result."""
        from linghang.evaluation.api import register_publication_action  # models are loaded by now
        from linghang.org import api as org
        from linghang.org.enums import BRANCH_KINDS
        from linghang.people import api as people
        from linghang.platform.access import Permission
        from linghang.platform.ui.navigation import RESULTS, Entry, register
        from linghang.reports import access

        register(
            Entry(
                "documents",
                _("Documents"),
                "file-text",
                "reports:index",
                Permission.VIEW_PUBLISHED,
                56,
                section=RESULTS,
            )
        )
        org.register_unit_panel(
            "year_book",
            _("Year book"),
            "reports:book_panel",
            order=90,
            visible=lambda scope, unit: (
                unit.kind in BRANCH_KINDS and bool(access.can_print_book(scope, unit))
            ),
        )
        people.register_person_panel(
            "file",
            _("Member's file"),
            "reports:file_panel",
            order=90,
            visible=lambda scope, person: bool(access.can_print_file(scope, person)),
        )
        register_publication_action(
            "documents",
            _("Documents…"),
            "reports:prepare",
            Permission.EXPORT,
            "adjustments-horizontal",
            posts=False,
        )
        register_publication_action(
            "score_book",
            _("Score book"),
            "reports:make_score_book",
            Permission.EXPORT,
            "file-spreadsheet",
        )
        register_publication_action(
            "bulletin", _("Bulletin"), "reports:make_bulletin", Permission.EXPORT, "file-text"
        )
