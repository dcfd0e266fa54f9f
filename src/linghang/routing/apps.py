from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutingConfig(AppConfig):
    name = "linghang.routing"
    label = "routing"

    def ready(self) -> None:
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.platform.access import Permission
        from linghang.platform.files.api import register_owner
        from linghang.platform.notices import api as notices
        from linghang.platform.ui import navigation
        from linghang.rectification import api as rectification
        from linghang.routing import access, enums, packs, queries, services
        from linghang.routing.models import Case

        ledger.declare_kinds(enums.CASE)
        ledger.register_source("routing.case", "routing:case")
        packs.register_sections()
        notices.register_dates("routing", queries.list_dates)
        rectification.declare_state_listener(services.hear)

        register_owner(
            "routing.case",
            visible=lambda scope, pk: queries.list_cases(scope).filter(pk=pk).exists(),
            may_add=lambda scope, pk: access.can_add_files(
                scope, queries.list_cases(scope).get(pk=pk)
            ),
            unit_path=lambda pk: Case.objects.values_list("front__path", flat=True).get(pk=pk),
        )
        navigation.register(
            navigation.Entry(
                "routing",
                _("Problem routing"),
                "message-report",
                "routing:board",
                Permission.RAISE_PROBLEMS,
                47,
                section=navigation.PROBLEMS,
            )
        )
