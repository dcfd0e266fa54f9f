from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    name = "linghang.care"
    label = "care"

    def ready(self) -> None:
        from linghang.care import access, enums, queries
        from linghang.care.models import Award
        from linghang.ledger import api as ledger  # models are loaded by now
        from linghang.people import api as people
        from linghang.platform.access import Permission
        from linghang.platform.files.api import register_owner
        from linghang.platform.notices import api as notices

        ledger.declare_kinds(enums.AWARD, enums.HARDSHIP_VISIT)
        ledger.register_source("care.award", "care:award")
        ledger.register_source("care.visit", "care:visit")
        notices.register_reminder("care.reviews", queries.list_reminders)
        register_owner(
            "care.award",
            visible=lambda scope, pk: queries.list_awards(scope).filter(pk=pk).exists(),
            may_add=lambda scope, pk: access.can_record(
                scope, Award.objects.select_related("unit").get(pk=pk).unit
            ),
            unit_path=lambda pk: Award.objects.values_list("unit__path", flat=True).get(pk=pk),
        )
        people.register_list_tab("awards", _("Awards"), "care:awards", Permission.VIEW_RECORDS)
        people.register_list_tab(
            "hardships", _("Members in hardship"), "care:hardships", Permission.VIEW_PEOPLE
        )
        people.register_person_panel(
            "awards",
            _("Awards"),
            "care:person_awards",
            order=60,
            visible=lambda scope, person: bool(people.can_view_person(scope, person)),
        )
