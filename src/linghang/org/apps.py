"""Party units and business units: two lines of one tree, coverage between them, and their history."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgConfig(AppConfig):
    name = "linghang.org"
    label = "org"

    def ready(self) -> None:
        # The registry is filled only when all apps are there.
        from linghang.platform.access import Permission
        from linghang.platform.ui import navigation

        navigation.register(
            navigation.Entry(
                "units",
                _("Organisation"),
                "sitemap",
                "org:tree",
                Permission.VIEW_UNITS,
                62,
                section=navigation.BASICS,
            )
        )
