"""Configuration of the shared user interface."""

from django.apps import AppConfig
from django.core import checks


class UiConfig(AppConfig):
    """The shared user interface; listed before `django.forms` so that our form templates win."""

    name = "linghang.platform.ui"
    label = "ui"

    def ready(self) -> None:
        """Register the check that every navigation entry leads somewhere."""
        from linghang.platform.ui import navigation  # apps must be loaded before models of users

        checks.register(navigation.check_entries, checks.Tags.urls)
