from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "linghang.supervision"
    label = "supervision"

    def ready(self) -> None:
        from linghang.platform.access import Permission  # models are loaded by now
        from linghang.platform.notices import api as notices
        from linghang.platform.ui import navigation
        from linghang.supervision import packs
        from linghang.supervision.services import telling

        packs.register_sections()
        notices.register_reminder("supervision", telling.remind)
        notices.register_dates("supervision", telling.list_dates)
        navigation.register(
            navigation.Entry(
                "supervision",
                _("Supervision"),
                "shield-lock",
                "supervision:board",
                Permission.VIEW_SUPERVISION,
                49,
                section=navigation.PROBLEMS,
            )
        )
