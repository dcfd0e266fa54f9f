from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    name = "linghang.assessment"
    label = "assessment"

    def ready(self) -> None:
        from linghang.assessment import enums, mapping, packs  # models are loaded by now
        from linghang.assessment.services import evidence, telling
        from linghang.ledger import api as ledger
        from linghang.platform.access import Permission
        from linghang.platform.files.api import register_owner
        from linghang.platform.notices import api as notices
        from linghang.platform.ui import navigation

        ledger.declare_kinds(enums.VISIT)
        ledger.declare_source(mapping.fact_kinds)
        ledger.register_source("assessment.subject", "assessment:subject")
        packs.register_sections()
        notices.register_reminder("assessment", telling.remind)
        notices.register_dates("assessment", telling.list_dates)
        register_owner(
            "assessment.mark",
            visible=evidence.is_visible,
            may_add=evidence.may_add,
            unit_path=evidence.find_unit_path,
            may_withdraw=evidence.may_withdraw,
        )
        navigation.register(
            navigation.Entry(
                "assessment",
                _("Assessment"),
                "gavel",
                "assessment:rounds",
                Permission.VIEW_RECORDS,
                62,
                section=navigation.RESULTS,
            )
        )
