from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DuesConfig(AppConfig):
    name = "linghang.dues"
    label = "dues"

    def ready(self) -> None:
        from linghang.dues import access, enums, queries
        from linghang.dues.models import Book
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.platform.access import Permission
        from linghang.platform.files.api import register_owner
        from linghang.platform.notices import api as notices
        from linghang.platform.ui import navigation

        ledger.declare_kinds(enums.DUES)
        ledger.register_source("dues.book", "dues:book")
        notices.register_reminder("dues", queries.list_reminders)
        register_owner(
            "dues.book",
            visible=lambda scope, pk: (
                queries.list_books(scope).filter(pk=pk, unit__in=queries.list_kept(scope)).exists()
            ),
            may_add=lambda scope, pk: access.can_keep(
                scope, Book.objects.select_related("unit").get(pk=pk).unit
            ),
            unit_path=lambda pk: Book.objects.values_list("unit__path", flat=True).get(pk=pk),
        )
        navigation.register(
            navigation.Entry(
                "dues",
                _("Party dues"),
                "calculator",
                "dues:home",
                Permission.VIEW_RECORDS,
                34,
                section=navigation.LIFE,
            )
        )
