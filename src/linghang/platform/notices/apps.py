from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "linghang.platform.notices"
    label = "notices"

    def ready(self) -> None:
        # Models are not ready before this method runs.
        from linghang.platform.access import Permission
        from linghang.platform.notices import channels
        from linghang.platform.ui import navigation

        checks.register(channels.check_channels)
        navigation.register(
            navigation.Entry(
                "notices",
                _("Channels of notices"),
                "send",
                "notices:deliveries",
                Permission.SEND_NOTICES,
                930,
                section=navigation.SYSTEM,
            )
        )
