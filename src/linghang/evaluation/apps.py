from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "linghang.evaluation"
    label = "evaluation"

    def ready(self) -> None:
        """Let packs bring schemes; stand in the navigation; fill a tab of units and of persons."""
        # All of these need the models, which are loaded only now.
        from linghang.evaluation import mapping, packs
        from linghang.ledger import api as ledger
        from linghang.org.api import register_unit_panel
        from linghang.people.api import register_person_panel
        from linghang.platform.access import Permission
        from linghang.platform.ui.navigation import RESULTS, Entry, register

        packs.register()
        ledger.declare_source(mapping.index_kinds)
        ledger.register_source("evaluation.posting", "evaluation:posting")
        register(
            Entry(
                "evaluation",
                _("Evaluation"),
                "medal",
                "evaluation:index",
                Permission.VIEW_PUBLISHED,
                50,
                phone=True,
                section=RESULTS,
            ),
            Entry(
                "mine",
                _("My scores"),
                "user-check",
                "evaluation:mine",
                Permission.VIEW_PUBLISHED,
                52,
                section=RESULTS,
            ),
            Entry(
                "stations",
                _("Stars of stations and crews"),
                "star",
                "evaluation:stations",
                Permission.VIEW_PUBLISHED,
                51,
                section=RESULTS,
            ),
            Entry(
                "objections",
                _("Objections"),
                "message-report",
                "evaluation:objections",
                Permission.DECIDE_OBJECTIONS,
                54,
                section=RESULTS,
            ),
        )
        register_unit_panel("scores", _("Scores"), "evaluation:unit_panel", 40)
        register_person_panel("scores", _("Scores"), "evaluation:person_panel", 40)
