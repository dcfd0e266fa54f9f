from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "linghang.accounts"
    label = "accounts"

    def ready(self) -> None:
        from linghang.platform.access import Permission  # apps are loaded by now
        from linghang.platform.ui import navigation

        navigation.register(
            navigation.Entry(
                "users",
                _("Log-ins"),
                "users",
                "accounts:users",
                Permission.MANAGE_USERS,
                900,
                section=navigation.SYSTEM,
            )
        )
