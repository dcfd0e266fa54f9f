from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PioneersConfig(AppConfig):
    name = "linghang.pioneers"
    label = "pioneers"

    def ready(self) -> None:
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.org import api as org
        from linghang.pioneers import enums
        from linghang.pioneers.queries import carriers, contacts, pipelines
        from linghang.platform.access import Permission
        from linghang.platform.notices import api as notices
        from linghang.platform.ui import navigation

        ledger.declare_kinds(enums.PIONEER)
        ledger.register_source("pioneers.tenure", "pioneers:tenure")
        ledger.register_source("pioneers.review", "pioneers:review")
        notices.register_reminder("pioneers.pipelines", pipelines.list_reminders)
        notices.register_reminder("pioneers.reviews", carriers.list_reminders)
        notices.register_reminder("pioneers.visits", contacts.list_reminders)
        org.register_unit_panel(
            "pioneers",
            _("Pioneers and projects"),
            "pioneers:unit_panel",
            order=60,
            visible=lambda scope, unit: (
                unit.line == "party" and bool(scope.can(Permission.VIEW_RECORDS, unit.path))
            ),
        )
        navigation.register(
            navigation.Entry(
                "pioneers",
                _("Pioneers and contacts"),
                "flag-3",
                "pioneers:carriers",
                Permission.VIEW_RECORDS,
                35,
                section=navigation.RANKS,
            )
        )
