from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BurdenConfig(AppConfig):
    name = "linghang.burden"
    label = "burden"

    def ready(self) -> None:
        from linghang.burden.mapping import check_cap  # models are loaded by now
        from linghang.platform.access import Permission
        from linghang.platform.ui import navigation
        from linghang.worklists import api as worklists

        worklists.register_issue_check(check_cap)
        navigation.register(
            navigation.Entry(
                "burden",
                _("Burden meter"),
                "percentage",
                "burden:meter",
                Permission.VIEW_RECORDS,
                90,
                section=navigation.RESULTS,
            ),
        )
