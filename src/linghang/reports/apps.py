from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "linghang.reports"
    label = "reports"

    def ready(self) -> None:
        """Stand in the navigation; offer the documents beside each result."""
        from linghang.evaluation.api import register_publication_action  # models are loaded by now
        from linghang.platform.access import Permission
        from linghang.platform.ui.navigation import RESULTS, Entry, register

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
