from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembershipConfig(AppConfig):
    name = "linghang.membership"
    label = "membership"

    def ready(self) -> None:
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.membership import access, enums, queries
        from linghang.membership.models import Application
        from linghang.platform.access import Permission
        from linghang.platform.files.api import register_owner
        from linghang.platform.notices import api as notices
        from linghang.platform.ui import navigation

        ledger.declare_kinds(enums.DEVELOPMENT)
        ledger.register_source("membership.steptaken", "membership:step")
        notices.register_reminder("membership", queries.list_reminders)
        notices.register_dates("membership", queries.list_dates)
        register_owner(
            "membership.application",
            visible=lambda scope, pk: queries.list_applications(scope).filter(pk=pk).exists(),
            may_add=lambda scope, pk: access.can_change(
                scope, queries.list_applications(scope).get(pk=pk)
            ),
            unit_path=lambda pk: Application.objects.values_list("unit__path", flat=True).get(
                pk=pk
            ),
        )
        navigation.register(
            navigation.Entry(
                "membership",
                _("New members"),
                "user-plus",
                "membership:applications",
                Permission.VIEW_PEOPLE,
                33,
                section=navigation.RANKS,
            )
        )
