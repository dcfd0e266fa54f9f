from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "linghang.library"
    label = "library"

    def ready(self) -> None:
        from linghang.platform.ui import navigation  # apps are loaded by now

        navigation.register(
            navigation.Entry(
                "library",
                _("Practice library"),
                "book",
                "library:list",
                None,
                80,
                section=navigation.BASICS,
            )
        )
